// What payment providers sent, and what came of each.

import { type Listed } from "../asked.ts";
import { Choice } from "../licenses/filters.tsx";
import { Ago, Empty } from "../kit/parts.tsx";
import { settle, to } from "../route.ts";
import { Badge } from "../kit/status.tsx";
import { type Column, Table } from "../kit/table.tsx";
import type { PaymentDelivery } from "../things.ts";
import { DeliveryDialog } from "./delivery.tsx";
import { outcome, standing } from "./outcome.tsx";
import { providers } from "./providers.ts";

type State = PaymentDelivery["state"];

const states: [string, string][] = [
  ["", "Every delivery"],
  ["applied", "Took effect"],
  ["parked", "Waiting"],
  ["refused", "Refused"],
  ["ignored", "Ignored"],
];

const columns: Column<PaymentDelivery>[] = [
  {
    name: "What",
    isHead: true,
    cell: ({ provider, type }) => (
      <>
        <span class="cell-text">{type}</span>
        <span class="cell-more">{providers[provider].name}</span>
      </>
    ),
  },
  { name: "State", cell: ({ state }) => <Badge tone={standing[state][0]}>{standing[state][1]}</Badge> },
  { name: "What came of it", cell: (delivery) => outcome(delivery) },
  { name: "Came", cell: ({ receivedAt }, now) => <Ago at={receivedAt} now={now} /> },
];

interface DeliveriesProps {
  list: Listed<PaymentDelivery>;
  state: State | "";
  /** The id of the one that is looked at. */
  open: string | null;
  hasConnection: boolean;
  onReplayed: () => void;
}

export function Deliveries({ list, state, open, hasConnection, onReplayed }: DeliveriesProps) {
  const at = (delivery?: string) => to(["payments"], { state, delivery });
  return (
    <section aria-labelledby="payment-deliveries">
      <h2 class="section-title" id="payment-deliveries">
        Deliveries
      </h2>
      <div class="filters">
        <Choice label="State" value={state} options={states} onValue={(next) => settle(to(["payments"], { state: next }))} />
        <button class="button button-quiet button-small" type="button" aria-disabled={list.asking} onClick={() => !list.asking && list.reload()}>
          Look again
        </button>
      </div>
      <Table
        label="Deliveries"
        columns={columns}
        list={list}
        href={({ id }) => at(id)}
        nameOf={({ type }) => type}
        empty={
          state ? (
            <Empty title="No delivery like this">Whatever else came is under “Every delivery”.</Empty>
          ) : (
            <Empty title="Nothing came yet">
              {hasConnection
                ? "Have the provider send a test event: it turns up here, with what came of it. Nothing comes? Compare the address, and look at the provider’s own log."
                : "Connect a provider first. Whatever it sends is kept here, with what came of it."}
            </Empty>
          )
        }
      />
      {open && <DeliveryDialog id={open} known={list.items.find(({ id }) => id === open)} onReplayed={onReplayed} onClose={() => settle(at())} />}
    </section>
  );
}
