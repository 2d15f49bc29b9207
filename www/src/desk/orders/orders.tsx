// What was bought: each order with what it is of, what was paid, and how its licenses stand.

import { useEffect, useState } from "preact/hooks";
import { Search } from "../../parts/icons.tsx";
import { type Listed, useListed } from "../asked.ts";
import { useEvents, useGathered } from "../desk.ts";
import { day, Empty, Heading } from "../kit/parts.tsx";
import { capital, statuses, statusTone } from "../kit/status.tsx";
import { type Column, Table } from "../kit/table.tsx";
import { money } from "../products/words.ts";
import { settle, to } from "../route.ts";
import type { Order, Status } from "../things.ts";

const waitMs = 200;

type Row = Order & { id: string };

const columns: Column<Row>[] = [
  {
    name: "Order",
    isHead: true,
    cell: ({ order, subscription }) => (
      <>
        <code class="cell-text">{order}</code>
        {subscription && <span class="cell-more">{subscription}</span>}
      </>
    ),
  },
  {
    name: "Customer",
    cell: ({ customer }) =>
      customer ? (
        <a class="cell-link" href={to(["customers", customer.id])}>
          <span class="cell-text">{customer.name ?? customer.email}</span>
          {customer.name && <span class="cell-more">{customer.email}</span>}
        </a>
      ) : (
        <span class="soft">Nobody</span>
      ),
  },
  {
    name: "What",
    cell: ({ lines }) =>
      lines.map(({ product, plan, quantity }) => (
        <span class="order-line" key={plan.id}>
          <span class="cell-text">
            {quantity > 1 && `${quantity.toLocaleString("en")} × `}
            {product.name}
          </span>
          <span class="cell-more">{plan.name}</span>
        </span>
      )),
  },
  {
    name: "Paid",
    isNumber: true,
    cell: ({ lines }) => {
      const paid = lines.map(({ price, currency }) => (price !== null && currency ? money(price, currency) : null)).filter((sum) => sum !== null);
      return paid.length > 0 ? paid.map((sum, place) => <span class="order-line" key={place}>{sum}</span>) : <span class="soft">Not said</span>;
    },
  },
  { name: "On", cell: ({ paidAt }) => day(paidAt) },
  { name: "Licenses", cell: ({ licenses }) => <Standing licenses={licenses} /> },
];

/** "Active", "2 active, 1 revoked". */
function Standing({ licenses }: { licenses: Record<Status, number> }) {
  const present = statuses.filter((status) => licenses[status] > 0);
  const [only] = present;
  if (!only) return <span class="soft">None any more</span>;
  const isOne = present.length === 1 && licenses[only] === 1;
  return (
    <>
      {present.map((status) => (
        <span class="badge" data-tone={statusTone(status)} key={status}>
          {isOne ? capital(status) : `${licenses[status].toLocaleString("en")} ${status}`}
        </span>
      ))}
    </>
  );
}

export function Orders({ query }: { query: URLSearchParams }) {
  const [text, setText] = useState(query.get("q") ?? "");
  const [search, setSearch] = useState(text);
  const wanted = search.trim();
  const listed = useListed("admin.order.list", wanted ? { search: wanted } : {});
  // An order has no id but the payment side's name for it.
  const list: Listed<Row> = { ...listed, items: listed.items.map((order): Row => ({ ...order, id: order.order })), put: () => {} };
  useEvents(useGathered(listed.reload), listed.reload);
  useEffect(() => {
    if (text === search) return undefined;
    const timer = setTimeout(() => {
      setSearch(text);
      settle(to(["orders"], { q: text.trim() }));
    }, waitMs);
    return () => clearTimeout(timer);
  }, [text]);
  return (
    <>
      <Heading>Orders</Heading>
      <section class="filters" aria-label="Filters">
        <div class="search-field">
          <Search />
          <input
            class="field-input"
            type="search"
            data-search
            aria-label="Search orders"
            placeholder="The beginning of an order’s name, or of a customer"
            value={text}
            autocomplete="off"
            autocapitalize="off"
            spellcheck={false}
            onInput={(event) => setText(event.currentTarget.value)}
          />
        </div>
      </section>
      <Table
        label="Orders"
        columns={columns}
        list={list}
        href={(row) => leadsTo(row)}
        nameOf={({ order }) => order}
        empty={
          wanted ? (
            <Empty title="No order begins like this">
              An order is found by the beginning of its name, in its own spelling, or by that of the address or name of who bought.
            </Empty>
          ) : (
            <Empty title="No order yet">
              They come from a payment provider: <a href={to(["payments"])}>connect one</a>, or have your shop call <code>billing.orderCompleted</code>.
            </Empty>
          )
        }
      />
    </>
  );
}

/** To its licenses. */
function leadsTo({ order }: Order): string {
  return to(["licenses"], { order });
}
