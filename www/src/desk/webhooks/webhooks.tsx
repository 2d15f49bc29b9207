// Where the vendor's own programs are told what happens.

import { useState } from "preact/hooks";
import { Plus } from "../../parts/icons.tsx";
import { useAsked, useListed } from "../asked.ts";
import { useEvents, useGathered, useMay } from "../desk.ts";
import { Ago, day, Empty, Heading } from "../kit/parts.tsx";
import { go, settle, to } from "../route.ts";
import { Badge } from "../kit/status.tsx";
import { type Column, Table } from "../kit/table.tsx";
import type { Webhook, WithSecret } from "../things.ts";
import { NewWebhook } from "./new_webhook.tsx";
import { SecretDialog } from "./secret.tsx";
import { calledOf, formatNames, standingOf, toldWords } from "./words.ts";

export function Webhooks({ query }: { query: URLSearchParams }) {
  const mayWrite = useMay("tokens:write");
  const list = useListed("admin.webhook.list", {});
  const products = useAsked("admin.product.list", { limit: 200 });
  const [isNew, setNew] = useState(false);
  const [made, setMade] = useState<WithSecret | null>(null);
  const later = useGathered(list.reload);
  useEvents(later, list.reload);

  const columns: Column<Webhook>[] = [
    {
      name: "Webhook",
      isHead: true,
      cell: (webhook) => (
        <>
          <span class="cell-text">{calledOf(webhook)}</span>
          <span class="cell-more">{webhook.url}</span>
        </>
      ),
    },
    { name: "State", cell: (webhook, now) => <Standing webhook={webhook} now={now} /> },
    {
      name: "Told of",
      cell: ({ events, product }) => (
        <>
          <span class="cell-text">{toldWords(events)}</span>
          {product && <span class="cell-more">{products.value?.items.find(({ id }) => id === product)?.name ?? product} only</span>}
        </>
      ),
    },
    { name: "Format", isExtra: true, cell: ({ format }) => formatNames[format] },
    { name: "Made", isExtra: true, cell: ({ createdAt }) => day(createdAt) },
  ];

  return (
    <>
      <Heading
        doing={
          mayWrite && (
            <button class="button button-small" type="button" onClick={() => setNew(true)}>
              <Plus />
              New webhook
            </button>
          )
        }
      >
        Webhooks
      </Heading>
      <p class="lead">A webhook is a URL of yours to which this server posts what happens to your licenses, as it happens.</p>
      <Table
        label="Webhooks"
        columns={columns}
        list={list}
        href={({ id }) => to(["webhooks", id])}
        nameOf={calledOf}
        empty={
          <Empty title="No webhook yet">
            {mayWrite
              ? "Make one for the program that should hear of it: you need its URL, and it needs the secret that you are shown then. A test message shows whether it listens."
              : "This token may only look. One with tokens:write makes them."}
          </Empty>
        }
      />
      {mayWrite && (isNew || query.has("new")) && (
        <NewWebhook
          onClose={() => {
            setNew(false);
            settle(to(["webhooks"]));
          }}
          onMade={(webhook) => {
            setNew(false);
            settle(to(["webhooks"]));
            setMade(webhook);
            list.reload();
          }}
        />
      )}
      {made && <SecretDialog made={made} title={`${calledOf(made)} was made`} onClose={() => go(to(["webhooks", made.id]))} />}
    </>
  );
}

/** How it stands, and since when. */
export function Standing({ webhook, now }: { webhook: Webhook; now: string }) {
  const [tone, word, more] = standingOf(webhook);
  const since = webhook.disabledAt ?? webhook.failingSince;
  return (
    <>
      <Badge tone={tone}>{word}</Badge>
      {since && (
        <span class="cell-more" title={more}>
          {more} <Ago at={since} now={now} />
        </span>
      )}
    </>
  );
}
