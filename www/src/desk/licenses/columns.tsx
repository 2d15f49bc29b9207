// How a license stands in a list.

import type { ComponentChild } from "preact";
import { Ago, day } from "../kit/parts.tsx";
import { StatusBadge } from "../kit/status.tsx";
import type { Column } from "../kit/table.tsx";
import type { License } from "../things.ts";

export const licenseColumns: Column<License>[] = [
  {
    name: "License",
    isHead: true,
    cell: ({ alias, product, plan }) => (
      <>
        <span class="alias">{alias}</span>
        <span class="cell-more">
          {product.name}
          {plan && ` · ${plan.name}`}
        </span>
      </>
    ),
  },
  { name: "Status", cell: (license) => <StatusBadge license={license} /> },
  { name: "Customer", cell: ({ customer }) => customerCell(customer) },
  { name: "Places", isNumber: true, cell: (license) => <PlacesCell license={license} /> },
  { name: "Expires", cell: ({ expiresAt }) => (expiresAt ? <time dateTime={expiresAt}>{day(expiresAt)}</time> : <span class="soft">Never</span>) },
  {
    name: "Last check",
    isExtra: true,
    cell: ({ lastCheckAt }, now) => (lastCheckAt ? <Ago at={lastCheckAt} now={now} /> : <span class="soft">Never</span>),
  },
];

function customerCell(customer: License["customer"]): ComponentChild {
  if (!customer) return <span class="soft">Nobody</span>;
  return (
    <>
      <span class="cell-text">{customer.name ?? customer.email}</span>
      {customer.name && <span class="cell-more">{customer.email}</span>}
    </>
  );
}

export function PlacesCell({ license: { activationsUsed, activationLimit } }: { license: License }) {
  const limit = activationLimit === 0 ? "∞" : String(activationLimit);
  const isFull = activationLimit > 0 && activationsUsed >= activationLimit;
  return (
    <span class="places-cell" data-full={isFull}>
      {activationsUsed}
      <span class="soft"> / {limit}</span>
      {isFull && <span class="unseen"> (full)</span>}
    </span>
  );
}
