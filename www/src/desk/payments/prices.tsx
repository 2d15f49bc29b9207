// What is sold at which price of a provider, and the prices of which nobody said so.

import { useState } from "preact/hooks";
import { Plus } from "../../parts/icons.tsx";
import { useAsked, useListed } from "../asked.ts";
import { useDesk, useMay } from "../desk.ts";
import { DialogForm } from "../kit/dialog.tsx";
import { useForm } from "../form.ts";
import { count, day, Empty, NotDone } from "../kit/parts.tsx";
import { to } from "../route.ts";
import { Badge } from "../kit/status.tsx";
import { type Column, Table } from "../kit/table.tsx";
import type { PaymentDelivery, Price, Provider } from "../things.ts";
import { MapDialog, type Wanted } from "./map_price.tsx";
import { providers } from "./providers.ts";

type Row = Price & { id: string };

interface Unmapped {
  provider: Provider;
  price: string;
  waiting: number;
}

const waitsForPrice = "price ";

/** The prices for which deliveries wait, by the number of these. */
export function unmappedOf(parked: PaymentDelivery[]): Unmapped[] {
  const found = new Map<string, Unmapped>();
  for (const { provider, waitsFor } of parked) {
    if (!waitsFor?.startsWith(waitsForPrice)) continue;
    const price = waitsFor.slice(waitsForPrice.length);
    const before = found.get(`${provider} ${price}`);
    found.set(`${provider} ${price}`, { provider, price, waiting: (before?.waiting ?? 0) + 1 });
  }
  return [...found.values()].sort((one, other) => other.waiting - one.waiting);
}

interface PricesProps {
  parked: PaymentDelivery[];
  hasConnection: boolean;
  onMapped: () => void;
}

export function Prices({ parked, hasConnection, onMapped }: PricesProps) {
  const mayWrite = useMay("billing:write");
  const list = useListed("admin.price.list", {});
  const products = useAsked("admin.product.list", { limit: 200 });
  const plans = useAsked("admin.plan.list", { limit: 200 });
  const [wanted, setWanted] = useState<Wanted | null>(null);
  const [ending, setEnding] = useState<Price | null>(null);
  // A price has no id of its own: provider and name are one together.
  const rows = { ...list, items: list.items.map((price): Row => ({ ...price, id: `${price.provider} ${price.price}` })) };
  const productName = (id: string) => products.value?.items.find((one) => one.id === id)?.name ?? id;
  const planName = (id: string) => plans.value?.items.find((one) => one.id === id)?.name ?? id;

  const columns: Column<Row>[] = [
    {
      name: "Price",
      isHead: true,
      cell: ({ provider, price }) => (
        <>
          <code class="cell-text">{price}</code>
          <span class="cell-more">{providers[provider].name}</span>
        </>
      ),
    },
    {
      name: "Stands for",
      cell: ({ product, plan }) => (
        <a class="cell-link" href={to(["products", product, plan])}>
          {productName(product)} · {planName(plan)}
        </a>
      ),
    },
    { name: "Since", isExtra: true, cell: ({ createdAt }) => day(createdAt) },
    {
      name: "Doing",
      cell: (price) =>
        mayWrite && (
          <>
            <button class="copy" type="button" onClick={() => setWanted(price)}>
              Change<span class="unseen"> what {price.price} stands for</span>
            </button>
            <button class="copy" type="button" onClick={() => setEnding(price)}>
              Unmap<span class="unseen"> {price.price}</span>
            </button>
          </>
        ),
    },
  ];
  const unmapped = unmappedOf(parked);
  return (
    <section aria-labelledby="payment-prices">
      <header class="section-head">
        <h2 class="section-title" id="payment-prices">
          Prices
        </h2>
        {mayWrite && (
          <button class="button button-quiet button-small" type="button" onClick={() => setWanted({})}>
            <Plus />
            Map a price
          </button>
        )}
      </header>
      {unmapped.length > 0 && (
        <ul class="card unmapped" aria-label="Prices that stand for nothing yet">
          {unmapped.map(({ provider, price, waiting }) => (
            <li key={`${provider} ${price}`}>
              <Badge tone="care">Unmapped</Badge>
              <div class="unmapped-price">
                <code>{price}</code>
                <span class="cell-more">
                  {providers[provider].name} · {count(waiting, "delivery waits", "deliveries wait")} for it
                </span>
              </div>
              {mayWrite && (
                <button class="button button-small" type="button" onClick={() => setWanted({ provider, price })}>
                  Map it…<span class="unseen"> {price}</span>
                </button>
              )}
            </li>
          ))}
        </ul>
      )}
      <Table
        label="Prices"
        columns={columns}
        list={rows}
        nameOf={({ price }) => price}
        empty={
          <Empty title="No price is mapped">
            {hasConnection
              ? "Say which plan a price stands for. Until then what is bought at it waits, and nothing of it is lost."
              : "A price of a provider stands for a plan here. Connect a provider first: prices that it names and nobody mapped turn up by themselves."}
          </Empty>
        }
      />
      {wanted && (
        <MapDialog
          wanted={wanted}
          onClose={() => setWanted(null)}
          onMapped={() => {
            list.reload();
            onMapped();
          }}
        />
      )}
      {ending && <UnmapDialog price={ending} onDone={list.reload} onClose={() => setEnding(null)} />}
    </section>
  );
}

function UnmapDialog({ price, onDone, onClose }: { price: Price; onDone: () => void; onClose: () => void }) {
  const { say } = useDesk();
  const form = useForm({});

  async function unmap() {
    if (!(await form.send("admin.price.unmap", { provider: price.provider, price: price.price }))) return;
    onClose();
    say({ text: `${price.price} stands for nothing any more.` });
    onDone();
  }

  return (
    <DialogForm title={`Unmap ${price.price}?`} yes="Unmap" asking={form.asking} isGrave onYes={() => void unmap()} onClose={onClose}>
      <ul class="consequences">
        <li>What is bought at it from now on waits until it is mapped again.</li>
        <li>Licenses that were sold at it stay as they are, and renew as before.</li>
      </ul>
      <NotDone failure={form.failure} />
    </DialogForm>
  );
}
