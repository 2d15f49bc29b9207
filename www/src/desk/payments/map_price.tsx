// Says which plan a price stands for; what waited for that takes effect.

import { Field } from "../../parts/field.tsx";
import { useAsked } from "../asked.ts";
import { call, once } from "../call.ts";
import { useDesk } from "../desk.ts";
import { DialogForm } from "../kit/dialog.tsx";
import { useForm } from "../form.ts";
import { Choice } from "../licenses/filters.tsx";
import { count, NotDone } from "../kit/parts.tsx";
import { terms } from "../products/words.ts";
import { to } from "../route.ts";
import type { Price, Provider } from "../things.ts";
import { providerNames, providers } from "./providers.ts";

/** What is known of the price before anybody says more. */
export type Wanted = Partial<Pick<Price, "provider" | "price" | "product" | "plan">>;

interface MapProps {
  wanted: Wanted;
  onMapped: () => void;
  onClose: () => void;
}

export function MapDialog({ wanted, onMapped, onClose }: MapProps) {
  const { say } = useDesk();
  const form = useForm({ provider: wanted.provider ?? ("stripe" as Provider), price: wanted.price ?? "", product: wanted.product ?? "", plan: wanted.plan ?? "" });
  const { value, edit } = form;
  const products = useAsked("admin.product.list", { limit: 200 });
  const product = value.product || products.value?.items[0]?.id || "";
  const plans = useAsked("admin.plan.list", product ? { product, limit: 200 } : null);
  const plan = plans.value?.items.find(({ id }) => id === value.plan);
  const isKnown = wanted.price !== undefined;
  const price = value.price.trim();

  async function map() {
    if (!plan) return;
    const said = { provider: value.provider, price, product, plan: plan.id };
    let mapped = await form.send("admin.price.map", said);
    let applied = mapped?.applied ?? 0;
    if (!mapped) return;
    // One call applies only so many of what waits.
    while (mapped.more) {
      const next = await call("admin.price.map", { ...said, idempotencyKey: once() });
      if (!next.ok) {
        say({ text: `It is mapped, and some of what waits is not applied yet: ${next.failure.message}`, isBad: true });
        break;
      }
      mapped = next.value;
      applied += mapped.applied;
    }
    onClose();
    const done = applied > 0 ? ` ${count(applied, "delivery", "deliveries")} that waited took effect.` : "";
    say({ text: `${price} stands for ${plan.name}.${done}` });
    onMapped();
  }

  return (
    <DialogForm title={isKnown ? `What ${wanted.price} stands for` : "Map a price"} yes="Map it" asking={form.asking} isIdle={price === "" || !plan} onYes={() => void map()} onClose={onClose}>
      {!isKnown && (
        <>
          <div class="field">
            <span class="field-label" aria-hidden="true">
              Provider
            </span>
            <Choice label="Provider" value={value.provider} options={providerNames} onValue={(provider) => edit({ provider: provider as Provider })} />
          </div>
          <Field id="price" label="Price" value={value.price} onValue={(text) => edit({ price: text })} placeholder={providers[value.provider].example} invalid={form.isWrong("price")} hint={providers[value.provider].price} />
        </>
      )}
      <div class="form-row">
        <div class="field">
          <span class="field-label" aria-hidden="true">
            Product
          </span>
          <Choice label="Product" value={product} options={(products.value?.items ?? []).map(({ id, name }): [string, string] => [id, name])} onValue={(next) => edit({ product: next, plan: "" })} />
        </div>
        <div class="field">
          <span class="field-label" aria-hidden="true">
            Plan
          </span>
          <Choice label="Plan" value={plan?.id ?? ""} options={[["", "Choose a plan"], ...(plans.value?.items ?? []).map(({ id, name }): [string, string] => [id, name])]} onValue={(next) => edit({ plan: next })} />
        </div>
      </div>
      {plans.value?.items.length === 0 && (
        <p class="soft">
          This product has no plan yet: <a href={to(["products", product, "new"])}>make one</a> first.
        </p>
      )}
      {products.value?.items.length === 0 && (
        <p class="soft">
          There is no product yet: <a href={to(["products", "new"])}>make one</a> first.
        </p>
      )}
      {plan && (
        <ul class="consequences">
          <li>Who buys at this price gets a license for {terms(plan)}.</li>
          <li>What was bought at it and waits takes effect at once.</li>
          {wanted.plan && <li>Licenses that were sold at it before keep their terms.</li>}
        </ul>
      )}
      <NotDone failure={form.failure} />
    </DialogForm>
  );
}
