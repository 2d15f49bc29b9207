// One license by hand, or many at once.

import { useState } from "preact/hooks";
import { Copy } from "../../parts/copy.tsx";
import { Field } from "../../parts/field.tsx";
import { save } from "../../parts/save.ts";
import { useAsked } from "../asked.ts";
import { call, type Failure, once } from "../call.ts";
import { useDesk } from "../desk.ts";
import { count, Empty, Heading, NotDone, NotShown } from "../kit/parts.tsx";
import { go, to } from "../route.ts";
import type { License, NewLicense as Params, Plan } from "../things.ts";
import { terms } from "../products/words.ts";
import { Choice } from "./filters.tsx";
import { TypedKey } from "./typed_key.tsx";

interface Form {
  product: string;
  plan: string;
  email: string;
  name: string;
  quantity: string;
  date: string;
  limit: string;
  key: string;
}

const nothing: Form = { product: "", plan: "", email: "", name: "", quantity: "1", date: "", limit: "", key: "" };

export function NewLicense({ query }: { query: URLSearchParams }) {
  const { say } = useDesk();
  const [form, setForm] = useState<Form>({ ...nothing, product: query.get("product") ?? "", email: query.get("email") ?? "" });
  const [asking, setAsking] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [made, setMade] = useState<License[] | null>(null);
  // A call that may have been heard is repeated under the same name until the form is another one.
  const [attempt, setAttempt] = useState(once);
  const products = useAsked("admin.product.list", { limit: 200 });
  const product = form.product || products.value?.items[0]?.id || "";
  const plans = useAsked("admin.plan.list", product ? { product, limit: 200 } : null);
  const plan = plans.value?.items.find(({ id }) => id === form.plan);
  const quantity = Number(form.quantity);

  function edit(change: Partial<Form>) {
    setForm((before) => ({ ...before, ...change }));
    setFailure(null);
    setAttempt(once());
  }

  async function create() {
    if (asking) return;
    setAsking(true);
    const reply = await call("admin.license.create", paramsOf({ ...form, product }, attempt));
    setAsking(false);
    if (!reply.ok) return setFailure(reply.failure);
    const items = "items" in reply.value ? reply.value.items : [reply.value];
    const [only] = items;
    if (items.length === 1 && only) {
      say({ text: `${only.alias} was made.` });
      go(to(["licenses", only.id]));
    } else {
      setMade(items);
    }
  }

  const above = <a href={to(["licenses"])}>Licenses</a>;
  if (made) return <Made licenses={made} />;
  if (products.failure) return <NotShown failure={products.failure} onAgain={products.reload} />;
  if (products.value?.items.length === 0) {
    return (
      <>
        <Heading above={above}>New license</Heading>
        <Empty title="A license is for a product, and there is none yet">
          <a href={to(["products", "new"])}>Make a product</a> first.
        </Empty>
      </>
    );
  }
  return (
    <>
      <Heading above={above}>New license</Heading>
      <form
        class="card form"
        aria-label="New license"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void create();
        }}
      >
        <div class="form-row">
          <div class="field">
            <span class="field-label" aria-hidden="true">
              Product
            </span>
            <Choice label="Product" value={product} options={(products.value?.items ?? []).map(({ id, name }) => [id, name])} onValue={(value) => edit({ product: value, plan: "" })} />
          </div>
          <div class="field">
            <span class="field-label" aria-hidden="true">
              Plan
            </span>
            <Choice
              label="Plan"
              value={form.plan}
              options={[["", "No plan"], ...(plans.value?.items ?? []).map(({ id, name }): [string, string] => [id, name])]}
              onValue={(value) => edit({ plan: value })}
            />
            <span class="field-hint">{plan ? terms(plan) : "Without a plan: one domain, for ever."}</span>
          </div>
        </div>
        <div class="form-row">
          <Field id="email" label="Customer’s address" inputMode="email" value={form.email} onValue={(email) => edit({ email })} placeholder="ann@example.com" invalid={failure?.field?.startsWith("customer") ?? false} hint="May stay empty. One that is known names that customer." />
          <Field id="name" label="Customer’s name" value={form.name} onValue={(name) => edit({ name })} placeholder="Ann Example" hint="For a new customer." />
        </div>
        <div class="form-row">
          <Field id="quantity" label="How many" kind="number" inputMode="numeric" min="1" max="1000" value={form.quantity} onValue={(value) => edit({ quantity: value })} invalid={failure?.field === "quantity"} hint="Up to 1,000 at once." />
          <Field id="date" label="Last day (UTC)" kind="date" value={form.date} onValue={(date) => edit({ date })} hint={endHint(plan)} />
          <Field id="limit" label="Places" kind="number" inputMode="numeric" min="0" value={form.limit} onValue={(limit) => edit({ limit })} invalid={failure?.field === "activationLimit"} placeholder={plan ? String(plan.activationLimit) : "1"} hint="Instead of the plan’s; 0 is unlimited." />
        </div>
        {quantity === 1 && <TypedKey value={form.key} onValue={(key) => edit({ key })} />}
        <NotDone failure={failure} />
        <footer class="form-foot">
          <button class="button button-small" type="submit" aria-disabled={asking}>
            {asking ? "One moment…" : quantity > 1 ? `Make ${count(quantity, "license")}` : "Make the license"}
          </button>
          <a class="button button-quiet button-small" href={to(["licenses"])}>
            Cancel
          </a>
        </footer>
      </form>
    </>
  );
}

function endHint(plan: Plan | undefined): string {
  if (plan?.term) return "Instead of the end of the plan’s term.";
  return "Empty: it holds for ever.";
}

function paramsOf(form: Form, idempotencyKey: string): Params {
  const { product, plan, email, name, quantity, date, limit, key } = form;
  const end = date ? new Date(`${date}T00:00:00Z`) : null;
  // The day itself is still good: the license ends as the next one begins.
  end?.setUTCDate(end.getUTCDate() + 1);
  const params: Params = { product, quantity: Number(quantity), idempotencyKey };
  if (plan) params.plan = plan;
  if (email.trim()) params.customer = { email: email.trim(), ...(name.trim() && { name: name.trim() }) };
  if (end) params.expiresAt = end.toISOString().replace(/\.\d+Z$/u, "Z");
  if (limit !== "") params.activationLimit = Number(limit);
  if (key.trim() && quantity === "1") params.key = key.trim();
  return params;
}

/** Many at once: their keys are what one came for. */
function Made({ licenses }: { licenses: License[] }) {
  const keys = licenses.map(({ key }) => key).join("\n");
  return (
    <>
      <Heading above={<a href={to(["licenses"])}>Licenses</a>}>{`${count(licenses.length, "license")} made`}</Heading>
      <section class="card made" aria-label="Keys">
        <div class="made-doing">
          <Copy text={keys} what="all keys" />
          <button class="copy" type="button" onClick={() => save("keys.txt", `${keys}\n`)}>
            Save as a file
          </button>
        </div>
        <ol class="made-keys">
          {licenses.map(({ id, key, alias }) => (
            <li key={id}>
              <code>{key}</code>
              <a href={to(["licenses", id])}>{alias}</a>
            </li>
          ))}
        </ol>
      </section>
      <p class="below">
        <a href={to(["licenses"])}>All licenses</a>
      </p>
    </>
  );
}
