// What is sold.

import { Plus } from "../../parts/icons.tsx";
import { useListed } from "../asked.ts";
import { useMay } from "../desk.ts";
import { day, Empty, Heading } from "../kit/parts.tsx";
import { to } from "../route.ts";
import { type Column, Table } from "../kit/table.tsx";
import type { Product } from "../things.ts";

const columns: Column<Product>[] = [
  {
    name: "Product",
    isHead: true,
    cell: ({ name, slug }) => (
      <>
        <span class="cell-text">{name}</span>
        <span class="cell-more">{slug}</span>
      </>
    ),
  },
  { name: "Keys look like", cell: ({ keyFormat }) => <code>{keyFormat}</code> },
  { name: "Known elsewhere as", isExtra: true, cell: ({ permalink, externalId }) => [permalink, externalId].filter(Boolean).join(" · ") || <span class="soft">–</span> },
  { name: "Made", isExtra: true, cell: ({ createdAt }) => day(createdAt) },
];

export function Products() {
  const list = useListed("admin.product.list", {});
  const mayWrite = useMay("products:write");
  const make = (
    <a class="button button-small" href={to(["products", "new"])}>
      <Plus />
      New product
    </a>
  );
  return (
    <>
      <Heading doing={mayWrite && make}>Products</Heading>
      <Table
        label="Products"
        columns={columns}
        list={list}
        href={({ id }) => to(["products", id])}
        nameOf={({ name }) => name}
        empty={
          <Empty title="No product yet">
            A product is what your software asks about; plans say on which terms it is sold.{" "}
            {mayWrite && <a href={to(["products", "new"])}>Make the first one.</a>}
          </Empty>
        }
      />
    </>
  );
}
