// One product with its plans, or a new one.

import { useEffect } from "preact/hooks";
import { Field } from "../../parts/field.tsx";
import { Plus } from "../../parts/icons.tsx";
import { useAsked, useListed } from "../asked.ts";
import { useDesk, useMay } from "../desk.ts";
import { useForm } from "../form.ts";
import { Choice } from "../licenses/filters.tsx";
import { Empty, Heading, NotDone, NotShown } from "../kit/parts.tsx";
import { go, to } from "../route.ts";
import { type Column, Table } from "../kit/table.tsx";
import type { Plan, Product, ProductTerms } from "../things.ts";
import { money, placesWords, termWords } from "./words.ts";

export function ProductScreen({ id }: { id: string }) {
  return id === "new" ? <NewProduct /> : <OneProduct id={id} />;
}

const above = <a href={to(["products"])}>Products</a>;

interface Form {
  name: string;
  slug: string;
  format: string;
  pattern: string;
  permalink: string;
  externalId: string;
}

const nothing: Form = { name: "", slug: "", format: "counterfoil", pattern: "", permalink: "", externalId: "" };
const knownFormats = ["counterfoil", "hex-4x8"];

function formOf(product: Product): Form {
  const isKnown = knownFormats.includes(product.keyFormat);
  return {
    name: product.name,
    slug: product.slug,
    format: isKnown ? product.keyFormat : "pattern",
    pattern: isKnown ? "" : product.keyFormat,
    permalink: product.permalink ?? "",
    externalId: product.externalId ?? "",
  };
}

function termsOf({ name, slug, format, pattern, permalink, externalId }: Form): ProductTerms {
  return {
    name: name.trim(),
    slug: slug.trim(),
    keyFormat: format === "pattern" ? pattern.trim() : format,
    permalink: permalink.trim() || null,
    externalId: externalId.trim() || null,
  };
}

/** "Acme Forms Pro" is `acme-forms-pro` until somebody says otherwise. */
export function slugOf(name: string): string {
  return name
    .normalize("NFKD")
    .toLowerCase()
    .replace(/[^a-z0-9]+/gu, "-")
    .replace(/^-+|-+$/gu, "");
}

function NewProduct() {
  const { say } = useDesk();
  const form = useForm(nothing);

  async function create() {
    const made = await form.send("admin.product.create", termsOf(form.value));
    if (!made) return;
    say({ text: `${made.name} was made. Give it a plan next.` });
    go(to(["products", made.id]));
  }

  return (
    <>
      <Heading above={above}>New product</Heading>
      <ProductForm form={form} isNew yes="Make the product" onYes={() => void create()} />
    </>
  );
}

const planColumns: Column<Plan>[] = [
  {
    name: "Plan",
    isHead: true,
    cell: ({ name, slug }) => (
      <>
        <span class="cell-text">{name}</span>
        <span class="cell-more">{slug}</span>
      </>
    ),
  },
  { name: "Places", cell: (plan) => `${placesWords(plan)}${plan.floating ? ", floating" : ""}` },
  { name: "Term", cell: ({ term }) => termWords(term) },
  { name: "Grace", isExtra: true, cell: ({ graceDays }) => `${graceDays} days` },
  { name: "Price", isNumber: true, cell: ({ price, currency }) => (price !== null && currency ? money(price, currency) : <span class="soft">–</span>) },
];

function OneProduct({ id }: { id: string }) {
  const { say } = useDesk();
  const asked = useAsked("admin.product.get", { product: id });
  const plans = useListed("admin.plan.list", { product: id });
  const mayWrite = useMay("products:write");
  const product = asked.value;
  const form = useForm(nothing);
  useEffect(() => {
    if (product) form.edit(formOf(product));
  }, [product]);

  async function save() {
    const saved = await form.send("admin.product.update", { product: id, ...termsOf(form.value) });
    if (!saved) return;
    asked.put(saved);
    say({ text: `${saved.name} was changed. Keys that exist stay as they are.` });
  }

  if (!product) {
    return (
      <>
        <Heading above={above}>Product</Heading>
        {asked.failure && <NotShown failure={asked.failure} onAgain={asked.reload} />}
      </>
    );
  }
  return (
    <>
      <Heading
        above={above}
        doing={
          <>
            <a class="button button-quiet button-small" href={to(["licenses"], { product: id })}>
              Its licenses
            </a>
            {mayWrite && (
              <a class="button button-small" href={to(["products", id, "new"])}>
                <Plus />
                New plan
              </a>
            )}
          </>
        }
      >
        {product.name}
      </Heading>
      <Table
        label={`Plans of ${product.name}`}
        columns={planColumns}
        list={plans}
        href={(plan) => to(["products", id, plan.id])}
        nameOf={({ name }) => name}
        empty={
          <Empty title="No plan yet">
            A plan says what takes a place, how many there are, for how long and for how much.{" "}
            {mayWrite && <a href={to(["products", id, "new"])}>Make the first one.</a>}
          </Empty>
        }
      />
      {mayWrite && (
        <section aria-labelledby="product-terms">
          <h2 class="section-title" id="product-terms">
            What it is called
          </h2>
          <ProductForm form={form} isNew={false} yes="Save" onYes={() => void save()} />
        </section>
      )}
    </>
  );
}

interface ProductFormProps {
  form: ReturnType<typeof useForm<Form>>;
  isNew: boolean;
  yes: string;
  onYes: () => void;
}

function ProductForm({ form, isNew, yes, onYes }: ProductFormProps) {
  const { value, edit, isWrong } = form;
  return (
    <form
      class="card form"
      aria-label={isNew ? "New product" : "Product"}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        onYes();
      }}
    >
      <div class="form-row">
        <Field
          id="product-name"
          label="Name"
          value={value.name}
          // The slug follows the name until somebody says otherwise.
          onValue={(name) => edit({ name, ...(isNew && value.slug === slugOf(value.name) && { slug: slugOf(name) }) })}
          placeholder="Acme Forms Pro"
          invalid={isWrong("name")}
          hint="What people call it."
        />
        <Field id="product-slug" label="Slug" value={value.slug} onValue={(slug) => edit({ slug })} placeholder="acme-forms-pro" invalid={isWrong("slug")} hint={isNew ? "What your software calls it." : "Software that is out asks by this: change it with care."} />
      </div>
      <div class="form-row">
        <div class="field">
          <span class="field-label" aria-hidden="true">
            New keys look like
          </span>
          <Choice
            label="New keys look like"
            value={value.format}
            options={[
              ["counterfoil", "Counterfoil, with check symbols"],
              ["hex-4x8", "Hex, four groups of eight"],
              ["pattern", "A pattern of your own"],
            ]}
            onValue={(format) => edit({ format })}
          />
          <span class="field-hint">With check symbols a typing error is found without a call.</span>
        </div>
        {value.format === "pattern" && (
          <Field id="product-pattern" label="Pattern" value={value.pattern} onValue={(pattern) => edit({ pattern })} placeholder="AS-XXXX-XXXX-XXXX" invalid={isWrong("keyFormat")} hint="X is a random character, H a hex digit, \ quotes." />
        )}
      </div>
      <div class="form-row">
        <Field id="product-permalink" label="Permalink" value={value.permalink} onValue={(permalink) => edit({ permalink })} invalid={isWrong("permalink")} hint="A second slug, as Gumroad has them." />
        <Field id="product-external" label="Known elsewhere as" value={value.externalId} onValue={(externalId) => edit({ externalId })} invalid={isWrong("externalId")} hint="What another system calls it." />
      </div>
      <NotDone failure={form.failure} />
      <footer class="form-foot">
        <button class="button button-small" type="submit" aria-disabled={form.asking}>
          {form.asking ? "One moment…" : yes}
        </button>
      </footer>
    </form>
  );
}
