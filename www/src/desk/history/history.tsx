// All that happened, newest first; and as a file.

import { useState } from "preact/hooks";
import { Save } from "../../parts/icons.tsx";
import { save } from "../../parts/save.ts";
import { instant } from "../../parts/span.ts";
import { type ActorWords, useActors } from "../actors.ts";
import { useAsked, useListed } from "../asked.ts";
import { call, type Reply } from "../call.ts";
import { csv } from "../csv.ts";
import { useDesk, useEvents, useGathered } from "../desk.ts";
import { eventDetail, eventTitle } from "../history_words.ts";
import { Choice } from "../licenses/filters.tsx";
import { Ago, count, Empty, Heading } from "../kit/parts.tsx";
import { settle, to } from "../route.ts";
import { type Column, Table } from "../kit/table.tsx";
import type { EventItem, Page } from "../things.ts";

const names = ["type", "actor", "since", "until"] as const;
type Filter = Partial<Record<(typeof names)[number], string>>;

const kinds: [string, string][] = [
  ["", "Everything"],
  ["license.", "Licenses"],
  ["license.created", "Licenses made"],
  ["license.updated", "Changes by hand"],
  ["license.suspended", "Suspensions"],
  ["license.revoked", "Revocations"],
  ["license.renewed", "Renewals"],
  ["activation.", "Places"],
  ["payment.", "Failed payments"],
  ["subscription.", "Subscriptions"],
  ["lease.", "Offline files"],
];

const dayStart = (date: string) => `${date}T00:00:00Z`;

export function HistoryScreen({ query }: { query: URLSearchParams }) {
  const filter = Object.fromEntries(names.map((name) => [name, query.get(name) ?? ""])) as Record<(typeof names)[number], string>;
  const wanted: Filter = Object.fromEntries(
    Object.entries({
      type: filter.type,
      actor: filter.actor,
      since: filter.since && dayStart(filter.since),
      until: filter.until && dayStart(filter.until),
    }).filter(([, value]) => value),
  );
  const list = useListed("admin.history.list", wanted);
  const tokens = useAsked("admin.token.list", { limit: 200 });
  const actor = useActors();
  const later = useGathered(list.reload);
  useEvents(later, list.reload);

  const narrow = (change: Filter) => settle(to(["history"], { ...filter, ...change }));
  const actors: [string, string][] = [
    ["", "Whoever did it"],
    ["key", "Whoever has the key"],
    ["payments", "A payment provider"],
    ["system", "The server"],
    ...(tokens.value?.items ?? []).map(({ id, name }): [string, string] => [id, `Token “${name}”`]),
  ];
  return (
    <>
      <Heading doing={<Export wanted={wanted} />}>History</Heading>
      <section class="filters" aria-label="Filters">
        <Choice label="What" value={filter.type} options={kinds} onValue={(type) => narrow({ type })} />
        <Choice label="Who" value={filter.actor} options={actors} onValue={(who) => narrow({ actor: who })} />
        <label class="filter-date">
          <span>from</span>
          <input class="select" type="date" value={filter.since} data-set={filter.since !== ""} onChange={(event) => narrow({ since: event.currentTarget.value })} />
        </label>
        <label class="filter-date">
          <span>to before</span>
          <input class="select" type="date" value={filter.until} data-set={filter.until !== ""} onChange={(event) => narrow({ until: event.currentTarget.value })} />
        </label>
        {Object.keys(wanted).length > 0 && (
          <button class="link-button" type="button" onClick={() => settle(to(["history"]))}>
            Clear
          </button>
        )}
      </section>
      <Table
        label="What happened"
        columns={columnsBy(actor)}
        list={list}
        href={({ license }) => to(["licenses", license])}
        nameOf={(item) => eventTitle(item)}
        empty={
          Object.keys(wanted).length > 0 ? (
            <Empty title="Nothing like this happened">Clear a filter, or look at more days.</Empty>
          ) : (
            <Empty title="Nothing happened yet">Whatever is done to a license is told here, by whom and when. Nothing in it can be changed.</Empty>
          )
        }
      />
    </>
  );
}

function columnsBy(actor: (actor: string) => ActorWords): Column<EventItem>[] {
  return [
    {
      name: "What",
      isHead: true,
      cell: (item) => (
        <>
          <span class="cell-text">{eventTitle(item)}</span>
          <span class="cell-more">{eventDetail(item) || item.type}</span>
        </>
      ),
    },
    { name: "License", isExtra: true, cell: ({ license }) => <code class="short-id" title={license}>{`…${license.slice(-8)}`}</code> },
    { name: "Status", cell: ({ from, to: after }) => (from === after || from === null ? after : `${from} → ${after}`) },
    { name: "Who", cell: (item) => actor(item.actor).name },
    { name: "When", cell: ({ at }, now) => <Ago at={at} now={now} /> },
  ];
}

const partSize = 200;
// A file of more is one for a program: the same list is `admin.history.list`.
const exportMax = 20_000;

function Export({ wanted }: { wanted: Filter }) {
  const { say } = useDesk();
  const [done, setDone] = useState<number | null>(null);

  async function write() {
    if (done !== null) return;
    let items: EventItem[] = [];
    let cursor = null as string | null;
    do {
      setDone(items.length);
      const reply: Reply<Page<EventItem>> = await call("admin.history.list", { ...wanted, limit: partSize, ...(cursor && { cursor }) });
      if (!reply.ok) {
        setDone(null);
        say({ text: `Not saved: ${reply.failure.message}`, isBad: true });
        return;
      }
      items = [...items, ...reply.value.items];
      cursor = reply.value.nextCursor;
    } while (cursor !== null && items.length < exportMax);
    setDone(null);
    const rows = items.map(({ id, at, license, type, actor, from, to: after, data }) => [id, at, license, type, actor, from ?? "", after, JSON.stringify(data)]);
    save("history.csv", csv([["id", "at", "license", "type", "actor", "from", "to", "data"], ...rows]), "text/csv");
    const last = items.at(-1);
    say({
      text:
        cursor === null
          ? `${count(items.length, "event")} saved.`
          : `The newest ${count(items.length, "event")} saved, back to ${last ? instant(last.at) : ""}. Narrow by days for the rest.`,
    });
  }

  return (
    <button class="button button-quiet button-small" type="button" aria-disabled={done !== null} onClick={() => void write()}>
      <Save />
      {done === null ? "Save as CSV" : `${done.toLocaleString("en")} so far…`}
    </button>
  );
}
