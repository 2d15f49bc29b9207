// Who bought.

import { useEffect, useState } from "preact/hooks";
import { Search } from "../../parts/icons.tsx";
import { useListed } from "../asked.ts";
import { day, Empty, Heading } from "../kit/parts.tsx";
import { settle, to } from "../route.ts";
import { type Column, Table } from "../kit/table.tsx";
import type { Customer } from "../things.ts";

const waitMs = 200;

const columns: Column<Customer>[] = [
  {
    name: "Customer",
    isHead: true,
    cell: ({ email, name }) => (
      <>
        <span class="cell-text">{name ?? email}</span>
        {name && <span class="cell-more">{email}</span>}
      </>
    ),
  },
  { name: "Since", cell: ({ createdAt }) => day(createdAt) },
];

export function Customers({ query }: { query: URLSearchParams }) {
  const [text, setText] = useState(query.get("q") ?? "");
  const [search, setSearch] = useState(text);
  const list = useListed("admin.customer.list", search.trim() ? { search: search.trim() } : {});
  useEffect(() => {
    if (text === search) return undefined;
    const timer = setTimeout(() => {
      setSearch(text);
      settle(to(["customers"], { q: text.trim() }));
    }, waitMs);
    return () => clearTimeout(timer);
  }, [text]);
  return (
    <>
      <Heading>Customers</Heading>
      <section class="filters" aria-label="Filters">
        <div class="search-field">
          <Search />
          <input
            class="field-input"
            type="search"
            data-search
            aria-label="Search customers"
            placeholder="The beginning of an address or a name"
            value={text}
            autocomplete="off"
            autocapitalize="off"
            spellcheck={false}
            onInput={(event) => setText(event.currentTarget.value)}
          />
        </div>
      </section>
      <Table
        label="Customers"
        columns={columns}
        list={list}
        href={({ id }) => to(["customers", id])}
        nameOf={({ email }) => email}
        empty={
          search.trim() ? (
            <Empty title="No customer begins like this">Addresses and names are found by their beginning, in any case.</Empty>
          ) : (
            <Empty title="No customer yet">
              They come with their first license. <a href={to(["licenses", "new"])}>Make one</a> with an address.
            </Empty>
          )
        }
      />
    </>
  );
}
