// What was sent to a webhook or waits to be, and how that went.

import { useEffect, useState } from "preact/hooks";
import { type Listed } from "../asked.ts";
import { Choice } from "../licenses/filters.tsx";
import { Ago, count, Empty } from "../kit/parts.tsx";
import { settle, to } from "../route.ts";
import { Badge } from "../kit/status.tsx";
import { type Column, Table } from "../kit/table.tsx";
import type { Webhook, WebhookDelivery } from "../things.ts";
import { DeliveryDialog } from "./delivery.tsx";
import { answerWords, deliveryStanding } from "./words.ts";

export type Status = WebhookDelivery["status"] | "";

const statuses: [string, string][] = [
  ["", "Every delivery"],
  ["pending", "Waiting"],
  ["delivered", "Delivered"],
  ["failed", "Failed"],
];

const columns: Column<WebhookDelivery>[] = [
  {
    name: "What",
    isHead: true,
    cell: ({ type, event }) => (
      <>
        <span class="cell-text">{type}</span>
        <span class="cell-more">{event}</span>
      </>
    ),
  },
  { name: "State", cell: ({ status }) => <Badge tone={deliveryStanding[status][0]}>{deliveryStanding[status][1]}</Badge> },
  { name: "Answer", cell: ({ attempts }) => <LastAnswer attempts={attempts} /> },
  { name: "Queued", cell: ({ createdAt }, now) => <Ago at={createdAt} now={now} /> },
  { name: "Next try", isExtra: true, cell: ({ nextAttemptAt }, now) => nextAttemptAt && <Ago at={nextAttemptAt} now={now} /> },
];

function LastAnswer({ attempts }: Pick<WebhookDelivery, "attempts">) {
  const last = attempts.at(-1);
  if (!last) return <span class="soft">Not sent yet</span>;
  return (
    <>
      <span class="cell-text">{answerWords(last)}</span>
      <span class="cell-more">{last.status === null ? last.problem : count(attempts.length, "try", "tries")}</span>
    </>
  );
}

interface DeliveriesProps {
  webhook: Webhook;
  list: Listed<WebhookDelivery>;
  status: Status;
  /** The id of the one that is looked at. */
  open: string | null;
  onSent: (delivery: WebhookDelivery) => void;
  onAgain: () => void;
}

export function Deliveries({ webhook, list, status, open, onSent, onAgain }: DeliveriesProps) {
  const at = (query: { status?: string; delivery?: string }) => to(["webhooks", webhook.id], query);
  useWhileDue(list, onAgain);
  return (
    <section aria-labelledby="webhook-deliveries">
      <h2 class="section-title" id="webhook-deliveries">
        Deliveries
      </h2>
      <div class="filters">
        <Choice label="State" value={status} options={statuses} onValue={(next) => settle(at({ status: next }))} />
        <button class="button button-quiet button-small" type="button" aria-disabled={list.asking} onClick={() => !list.asking && onAgain()}>
          Look again
        </button>
      </div>
      <Table
        label="Deliveries"
        columns={columns}
        list={list}
        href={({ id }) => at({ status, delivery: id })}
        nameOf={({ type }) => type}
        empty={
          status ? (
            <Empty title="No delivery like this">Whatever else was sent is under “Every delivery”.</Empty>
          ) : (
            <Empty title="Nothing was sent yet">
              {webhook.enabled
                ? "Send a test to see whether it listens. What happens to licenses turns up here by itself, and is forgotten 30 days after its end."
                : "It is switched off: nothing is queued for it until it is switched on."}
            </Empty>
          )
        }
      />
      {open && (
        <DeliveryDialog
          id={open}
          known={list.items.find(({ id }) => id === open)}
          isKnown={!list.asking}
          webhook={webhook}
          now={list.now}
          onSent={onSent}
          onClose={() => settle(at({ status }))}
        />
      )}
    </section>
  );
}

// So near is a try that somebody looks on for what comes of it; so far apart are the looks at most.
const nearMs = 10_000;
const lookMs = 500;
const lookMsMax = 16_000;

/** Looks again, at ever longer intervals, while something is about to be sent. */
function useWhileDue({ items, now, asking }: Listed<WebhookDelivery>, onAgain: () => void) {
  const due = items
    .filter(({ nextAttemptAt }) => nextAttemptAt !== null && Date.parse(nextAttemptAt) - Date.parse(now) < nearMs)
    .map(({ id, nextAttemptAt }) => `${id} ${nextAttemptAt}`)
    .join();
  const [looked, setLooked] = useState({ due: "", times: 0 });
  const times = looked.due === due ? looked.times : 0;
  useEffect(() => {
    if (due === "" || asking) return undefined;
    const timer = setTimeout(() => {
      setLooked({ due, times: times + 1 });
      onAgain();
    }, Math.min(lookMs * 2 ** times, lookMsMax));
    return () => clearTimeout(timer);
  }, [due, asking, times]);
}
