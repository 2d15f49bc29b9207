// All licenses: searched as one types, narrowed, and changed many at a time.

import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { Plus } from "../../parts/icons.tsx";
import { call } from "../call.ts";
import { useListed } from "../asked.ts";
import { useDesk, useEvents, useGathered, useMay } from "../desk.ts";
import { Empty, Heading } from "../kit/parts.tsx";
import { settle, to } from "../route.ts";
import { Table } from "../kit/table.tsx";
import type { License, LicenseFilter } from "../things.ts";
import { Bulk } from "./bulk.tsx";
import { licenseColumns } from "./columns.tsx";
import { addressOf, filterOf, Filters } from "./filters.tsx";

export function Licenses({ query }: { query: URLSearchParams }) {
  const filter = filterOf(query);
  const told = query.get("q") ?? "";
  const [search, setSearch] = useState(told);
  // Another view, or Back, says what is searched for. What is typed here does not come back from the
  // address: a key is not in it.
  const own = useRef("");
  useEffect(() => {
    if (location.hash !== own.current) setSearch(told);
  }, [query.toString()]);
  const wanted = { ...filter, ...(search.trim() && { search: search.trim() }) };
  const list = useListed("admin.license.list", wanted);
  const [selected, setSelected] = useState(new Set<string>());
  const mayWrite = useMay("licenses:write");
  const [fresh, setFresh] = useState(0);

  // What is selected and not seen any more must not be changed with the rest.
  const shown = JSON.stringify(wanted);
  useLayoutEffect(() => {
    setSelected(new Set());
    setFresh(0);
  }, [shown]);

  useFollowed(list.items, list.put, list.reload, () => setFresh((before) => before + 1));

  function look(text: string) {
    setSearch(text);
    own.current = addressOf({ ...filter, search: text });
    settle(own.current);
  }

  function show(changed: License[]) {
    for (const license of changed) list.put(license);
  }

  const picked = list.items.filter(({ id }) => selected.has(id));
  return (
    <>
      <Heading
        doing={
          mayWrite && (
            <a class="button button-small" href={to(["licenses", "new"])}>
              <Plus />
              New license
            </a>
          )
        }
      >
        Licenses
      </Heading>
      <Filters filter={filter} search={search} onSearch={look} />
      {fresh > 0 && (
        <button
          class="fresh"
          type="button"
          onClick={() => {
            setFresh(0);
            list.reload();
          }}
        >
          {fresh === 1 ? "A new license was made: show it" : `${fresh} new licenses were made: show them`}
        </button>
      )}
      <Table
        label="Licenses"
        columns={licenseColumns}
        list={list}
        href={({ id }) => to(["licenses", id])}
        nameOf={({ alias }) => alias}
        {...(mayWrite && { selection: { ids: selected, onChange: setSelected } })}
        empty={<Nothing wanted={wanted} mayWrite={mayWrite} />}
      />
      {picked.length > 0 && <Bulk licenses={picked} now={list.now} onChanged={show} onClear={() => setSelected(new Set())} />}
    </>
  );
}

/** Keeps what is shown as it is on the server. */
function useFollowed(items: License[], put: (license: License) => void, reload: () => void, onMade: () => void) {
  const [stale, setStale] = useState(new Set<string>());
  const { live } = useDesk();
  const refresh = useGathered(() => {
    const ids = [...stale];
    setStale(new Set());
    // Many at once are a list anew; a few are asked for by themselves.
    if (ids.length > 20) reload();
    else for (const id of ids) void call("admin.license.get", { license: id }).then((reply) => reply.ok && put(reply.value));
  });
  useEvents(({ type, license }) => {
    if (type === "license.created") onMade();
    else if (items.some(({ id }) => id === license)) setStale((before) => new Set(before).add(license));
  }, reload);
  useEffect(() => {
    if (stale.size > 0) refresh();
  }, [stale, live]);
}

function Nothing({ wanted, mayWrite }: { wanted: LicenseFilter; mayWrite: boolean }) {
  if (Object.keys(wanted).length > 0) {
    return (
      <Empty title="No license is like this">
        A key is found only whole; an alias, a customer’s address or name and a product’s name by their beginning. Clear the filters to see
        every license.
      </Empty>
    );
  }
  return (
    <Empty title="No license yet">
      {mayWrite ? (
        <>
          They come with orders, by import, or by hand: <a href={to(["licenses", "new"])}>make the first one</a>.
        </>
      ) : (
        "They come with orders, by import, or by hand. This token may only look."
      )}
    </Empty>
  );
}
