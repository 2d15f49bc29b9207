// One plan, or a new one.

import { useEffect } from "preact/hooks";
import { Field } from "../../parts/field.tsx";
import { useAsked } from "../asked.ts";
import { useDesk, useMay } from "../desk.ts";
import { useForm, wordsOf } from "../form.ts";
import { Choice } from "../licenses/filters.tsx";
import { Heading, NotDone, NotShown } from "../kit/parts.tsx";
import { go, to } from "../route.ts";
import type { ActivationType, Plan, PlanTerms } from "../things.ts";
import { slugOf } from "./product.tsx";

interface Form {
  name: string;
  slug: string;
  type: ActivationType;
  limit: string;
  term: "ever" | "months" | "days";
  length: string;
  grace: string;
  lease: string;
  floating: string;
  uses: string;
  entitlements: string;
  price: string;
  currency: string;
}

const nothing: Form = {
  name: "",
  slug: "",
  type: "domain",
  limit: "1",
  term: "months",
  length: "12",
  grace: "14",
  lease: "7",
  floating: "",
  uses: "",
  entitlements: "",
  price: "",
  currency: "EUR",
};

const types: [ActivationType, string][] = [
  ["domain", "Domain: a web site"],
  ["device", "Device: a computer"],
  ["seat", "Seat: a person"],
  ["instance", "Instance: an installation"],
];

function formOf(plan: Plan): Form {
  const { term } = plan;
  return {
    name: plan.name,
    slug: plan.slug,
    type: plan.activationType,
    limit: String(plan.activationLimit),
    term: term === null ? "ever" : "months" in term ? "months" : "days",
    length: term === null ? "12" : String("months" in term ? term.months : term.days),
    grace: String(plan.graceDays),
    lease: String(plan.leaseDays),
    floating: plan.floating ? String(plan.floating.ttl) : "",
    uses: plan.usesLimit === null ? "" : String(plan.usesLimit),
    entitlements: plan.entitlements.join(", "),
    price: plan.price === null ? "" : String(plan.price),
    currency: plan.currency ?? "EUR",
  };
}

/** What a call says; what is left empty is null, which a new plan takes for "not said". */
function termsOf(form: Form): PlanTerms {
  const length = Number(form.length);
  return {
    name: form.name.trim(),
    slug: form.slug.trim(),
    activationType: form.type,
    activationLimit: Number(form.limit),
    term: form.term === "ever" ? null : form.term === "months" ? { months: length } : { days: length },
    graceDays: form.grace === "" ? null : Number(form.grace),
    leaseDays: form.lease === "" ? null : Number(form.lease),
    floating: form.floating === "" ? null : { ttl: Number(form.floating) },
    usesLimit: form.uses === "" ? null : Number(form.uses),
    entitlements: wordsOf(form.entitlements),
    price: form.price === "" ? null : Number(form.price),
    currency: form.price === "" ? null : form.currency.trim().toUpperCase(),
  };
}

export function PlanScreen({ product, plan: id }: { product: string; plan: string }) {
  const { say } = useDesk();
  const isNew = id === "new";
  const of = useAsked("admin.product.get", { product });
  const plans = useAsked("admin.plan.list", isNew ? null : { product, limit: 200 });
  const plan = plans.value?.items.find((one) => one.id === id);
  const mayWrite = useMay("products:write");
  const form = useForm(nothing);
  useEffect(() => {
    if (plan) form.edit(formOf(plan));
  }, [plan]);

  async function save() {
    const terms = termsOf(form.value);
    const saved = isNew
      ? await form.send("admin.plan.create", { product, ...terms })
      : await form.send("admin.plan.update", { plan: id, ...terms });
    if (!saved) return;
    say({ text: isNew ? `${saved.name} was made.` : `${saved.name} was changed. Licenses keep the terms they were sold with.` });
    go(to(["products", product]));
  }

  const above = (
    <>
      <a href={to(["products"])}>Products</a> / <a href={to(["products", product])}>{of.value?.name ?? "Product"}</a>
    </>
  );
  const failure = of.failure ?? plans.failure;
  if (failure) return <NotShown failure={failure} onAgain={() => (of.failure ? of : plans).reload()} />;
  return (
    <>
      <Heading above={above}>{isNew ? "New plan" : (plan?.name ?? "Plan")}</Heading>
      <form
        class="card form"
        aria-label="Plan"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <PlanFields form={form} isNew={isNew} />
        <NotDone failure={form.failure} />
        {mayWrite && (
          <footer class="form-foot">
            <button class="button button-small" type="submit" aria-disabled={form.asking}>
              {form.asking ? "One moment…" : isNew ? "Make the plan" : "Save"}
            </button>
            <a class="button button-quiet button-small" href={to(["products", product])}>
              Cancel
            </a>
          </footer>
        )}
      </form>
    </>
  );
}

function PlanFields({ form: { value, edit, isWrong }, isNew }: { form: ReturnType<typeof useForm<Form>>; isNew: boolean }) {
  return (
    <>
      <div class="form-row">
        <Field id="plan-name" label="Name" value={value.name} onValue={(name) => edit({ name, ...(isNew && value.slug === slugOf(value.name) && { slug: slugOf(name) }) })} placeholder="Developer" invalid={isWrong("name")} />
        <Field id="plan-slug" label="Slug" value={value.slug} onValue={(slug) => edit({ slug })} placeholder="developer" invalid={isWrong("slug")} />
      </div>
      <div class="form-row">
        <div class="field">
          <span class="field-label" aria-hidden="true">
            What takes a place
          </span>
          <Choice label="What takes a place" value={value.type} options={types} onValue={(type) => edit({ type: type as ActivationType })} />
        </div>
        <Field id="plan-limit" label="Places" kind="number" inputMode="numeric" min="0" value={value.limit} onValue={(limit) => edit({ limit })} invalid={isWrong("activationLimit")} hint="0 is unlimited." />
        <Field id="plan-floating" label="Free themselves after (seconds)" kind="number" inputMode="numeric" min="1" value={value.floating} onValue={(floating) => edit({ floating })} invalid={isWrong("floating")} hint="Without a heartbeat for so long. Empty: places are held until given back." />
      </div>
      <div class="form-row">
        <div class="field">
          <span class="field-label" aria-hidden="true">
            Holds
          </span>
          <Choice
            label="Holds"
            value={value.term}
            options={[
              ["months", "For months"],
              ["days", "For days"],
              ["ever", "For ever"],
            ]}
            onValue={(term) => edit({ term: term as Form["term"] })}
          />
        </div>
        {value.term !== "ever" && <Field id="plan-length" label={value.term === "months" ? "Months" : "Days"} kind="number" inputMode="numeric" min="1" value={value.length} onValue={(length) => edit({ length })} invalid={isWrong("term")} />}
        <Field id="plan-grace" label="Grace after a failed payment (days)" kind="number" inputMode="numeric" min="0" value={value.grace} onValue={(grace) => edit({ grace })} invalid={isWrong("graceDays")} hint="Until then the license works on." />
      </div>
      <div class="form-row">
        <Field id="plan-lease" label="Works offline for (days)" kind="number" inputMode="numeric" min="1" max="90" value={value.lease} onValue={(lease) => edit({ lease })} invalid={isWrong("leaseDays")} hint="How long a signed lease holds: 1 to 90." />
        <Field id="plan-uses" label="Most uses" kind="number" inputMode="numeric" min="0" value={value.uses} onValue={(uses) => edit({ uses })} invalid={isWrong("usesLimit")} hint="Empty: without limit." />
      </div>
      <Field id="plan-entitlements" label="What it unlocks" value={value.entitlements} onValue={(entitlements) => edit({ entitlements })} placeholder="pro, priority-support" invalid={isWrong("entitlements")} hint="Words of your own, with commas between." />
      <div class="form-row">
        <Field id="plan-price" label="Price, in minor units" kind="number" inputMode="numeric" min="0" value={value.price} onValue={(price) => edit({ price })} invalid={isWrong("price")} hint="1999 is 19.99 in most currencies. Empty: it is not said." />
        <Field id="plan-currency" label="Currency" value={value.currency} onValue={(currency) => edit({ currency })} invalid={isWrong("currency")} hint="Its ISO 4217 code." />
      </div>
    </>
  );
}
