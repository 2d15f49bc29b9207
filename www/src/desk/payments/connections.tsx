// The connections to payment providers. A provider has several while its secret is changed.

import { useState } from "preact/hooks";
import { Copy } from "../../parts/copy.tsx";
import { Plus } from "../../parts/icons.tsx";
import type { Listed } from "../asked.ts";
import { useDesk, useMay } from "../desk.ts";
import { DialogForm } from "../kit/dialog.tsx";
import { useForm } from "../form.ts";
import { day, Empty, listed, NotDone } from "../kit/parts.tsx";
import { type Column, Table } from "../kit/table.tsx";
import type { PaymentConnection } from "../things.ts";
import { ConnectDialog } from "./connect.tsx";
import { providers } from "./providers.ts";

export function Connections({ list }: { list: Listed<PaymentConnection> }) {
  const mayWrite = useMay("billing:write");
  const [isNew, setNew] = useState(false);
  const [ending, setEnding] = useState<PaymentConnection | null>(null);
  const columns: Column<PaymentConnection>[] = [
    {
      name: "Provider",
      isHead: true,
      cell: ({ provider, name, opensCheckouts }) => (
        <>
          <span class="cell-text">{providers[provider].name}</span>
          {name && <span class="cell-more">{name}</span>}
          {opensCheckouts && <span class="cell-more">takes payments from the checkout</span>}
        </>
      ),
    },
    {
      name: "Sends to",
      cell: ({ provider, url }) => (
        <span class="copied">
          <code>
            {url}
            {provider === "gumroad" && "?secret=…"}
          </code>
          {/* Gumroad's ends with the secret, which nobody is shown again. */}
          {provider !== "gumroad" && <Copy text={url} what={`the address for ${providers[provider].name}`} />}
        </span>
      ),
    },
    { name: "Since", isExtra: true, cell: ({ createdAt }) => day(createdAt) },
    {
      name: "Doing",
      cell: (connection) =>
        mayWrite && (
          <button class="copy" type="button" onClick={() => setEnding(connection)}>
            Disconnect<span class="unseen"> {calledOf(connection)}</span>
          </button>
        ),
    },
  ];
  const several = Object.entries(providers).filter(([provider]) => list.items.filter((one) => one.provider === provider).length > 1);
  return (
    <section aria-labelledby="payment-connections">
      <header class="section-head">
        <h2 class="section-title" id="payment-connections">
          Providers
        </h2>
        {mayWrite && (
          <button class="button button-small" type="button" onClick={() => setNew(true)}>
            <Plus />
            Connect a provider
          </button>
        )}
      </header>
      <Table
        label="Connected providers"
        columns={columns}
        list={list}
        nameOf={calledOf}
        empty={
          <Empty title="No provider is connected">
            {mayWrite
              ? "Connect the one that takes your payments: it needs an address to send to, and you need the secret it signs with."
              : "This token may only look. One with billing:write connects the provider that takes your payments."}
          </Empty>
        }
      />
      {several.length > 0 && (
        <p class="table-note">
          More than one secret of {listed(several.map(([, { name }]) => name))} counts, so that it can be changed without a gap. Disconnect the old one
          when the provider signs by the new one.
        </p>
      )}
      {isNew && <ConnectDialog onConnected={list.reload} onClose={() => setNew(false)} />}
      {ending && <DisconnectDialog connection={ending} isLast={list.items.filter(({ provider }) => provider === ending.provider).length === 1} onDone={list.reload} onClose={() => setEnding(null)} />}
    </section>
  );
}

function calledOf({ provider, name }: PaymentConnection): string {
  return name ? `${providers[provider].name} (${name})` : providers[provider].name;
}

interface DisconnectProps {
  connection: PaymentConnection;
  /** Whether no other secret of its provider counts. */
  isLast: boolean;
  onDone: () => void;
  onClose: () => void;
}

function DisconnectDialog({ connection, isLast, onDone, onClose }: DisconnectProps) {
  const { say } = useDesk();
  const form = useForm({});
  const { name } = providers[connection.provider];

  async function disconnect() {
    if (!(await form.send("admin.payment.disconnect", { connection: connection.id }))) return;
    onClose();
    say({ text: `${calledOf(connection)} is disconnected.` });
    onDone();
  }

  return (
    <DialogForm title={`Disconnect ${calledOf(connection)}?`} yes="Disconnect" asking={form.asking} isGrave onYes={() => void disconnect()} onClose={onClose}>
      <ul class="consequences">
        <li>Nothing that is signed by this secret is believed any more.</li>
        <li>
          {isLast
            ? `It is the only one of ${name}: sales, renewals and refunds there change no license from now on.`
            : `Other secrets of ${name} go on to count.`}
        </li>
        <li>Licenses and deliveries that came of it stay.</li>
        <li>The secret is forgotten: to connect it again you need it from the provider.</li>
      </ul>
      <NotDone failure={form.failure} />
    </DialogForm>
  );
}
