// Whose the license is, and on which terms.

import { useState } from "preact/hooks";
import { Field } from "../../parts/field.tsx";
import { useAsked } from "../asked.ts";
import { call, type Failure, once } from "../call.ts";
import { useDesk } from "../desk.ts";
import { DialogForm } from "../kit/dialog.tsx";
import { Choice } from "../licenses/filters.tsx";
import { count, NotDone } from "../kit/parts.tsx";
import { terms } from "../products/words.ts";
import type { License, LicenseChange, Plan } from "../things.ts";

interface EditProps {
  license: License;
  onChanged: (after: License) => void;
  onClose: () => void;
}

interface Form {
  plan: string;
  email: string;
  name: string;
  limit: string;
  entitlements: string;
  metadata: string;
}

function formOf({ plan, customer, activationLimit, entitlements, metadata }: License): Form {
  return {
    plan: plan?.id ?? "",
    email: customer?.email ?? "",
    name: customer?.name ?? "",
    limit: String(activationLimit),
    entitlements: entitlements.join(", "),
    metadata: JSON.stringify(metadata, null, 2),
  };
}

export function EditDialog({ license, onChanged, onClose }: EditProps) {
  const { say } = useDesk();
  const [form, setForm] = useState(() => formOf(license));
  const [asking, setAsking] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [attempt, setAttempt] = useState(once);
  const plans = useAsked("admin.plan.list", { product: license.product.id, limit: 200 });
  const change = changeOf(license, form);

  function edit(part: Partial<Form>) {
    setForm((before) => ({ ...before, ...part }));
    setFailure(null);
    setAttempt(once());
  }

  /** A plan brings its own terms: what the form says of them follows it. */
  function choosePlan(id: string) {
    const plan = plans.value?.items.find((one) => one.id === id);
    edit({ plan: id, ...(plan && { limit: String(plan.activationLimit), entitlements: plan.entitlements.join(", ") }) });
  }

  async function save() {
    if (typeof change === "string") return;
    setAsking(true);
    const reply = await call("admin.license.update", { license: license.id, ...change, idempotencyKey: attempt });
    setAsking(false);
    if (!reply.ok) return setFailure(reply.failure);
    onChanged(reply.value);
    onClose();
    say({ text: `${license.alias} was changed.` });
  }

  const plan = plans.value?.items.find(({ id }) => id === form.plan);
  return (
    <DialogForm
      title={`Edit ${license.alias}`}
      yes="Save"
      asking={asking}
      isIdle={typeof change === "string" || Object.keys(change).length === 0}
      isWide
      onYes={() => void save()}
      onClose={onClose}
    >
      <div class="form-row">
        <Field id="edit-email" label="Customer’s address" inputMode="email" value={form.email} onValue={(email) => edit({ email })} invalid={failure?.field?.startsWith("customer") ?? false} hint="Empty: it is nobody’s." />
        <Field id="edit-name" label="Customer’s name" value={form.name} onValue={(name) => edit({ name })} hint="For a new customer; a known one keeps theirs." />
      </div>
      <div class="form-row">
        <div class="field">
          <span class="field-label" aria-hidden="true">
            Plan
          </span>
          <Choice
            label="Plan"
            value={form.plan}
            options={[["", "No plan"], ...(plans.value?.items ?? []).map(({ id, name }): [string, string] => [id, name])]}
            onValue={choosePlan}
          />
          <span class="field-hint">{plan ? terms(plan) : "The terms stay as they are."}</span>
        </div>
        <Field id="edit-limit" label="Places" kind="number" inputMode="numeric" min="0" value={form.limit} onValue={(limit) => edit({ limit })} invalid={failure?.field === "activationLimit"} hint="0 is unlimited." />
      </div>
      <Field id="edit-entitlements" label="What it unlocks" value={form.entitlements} onValue={(entitlements) => edit({ entitlements })} placeholder="pro, priority-support" hint="Words of your own, with commas between." />
      <div class="field">
        <label class="field-label" for="edit-metadata">
          Metadata
        </label>
        <textarea class="field-input code-input" id="edit-metadata" rows={5} spellcheck={false} value={form.metadata} onInput={(event) => edit({ metadata: event.currentTarget.value })} aria-invalid={typeof change === "string"} aria-describedby="edit-metadata-hint" />
        <p class="field-hint" id="edit-metadata-hint">
          {typeof change === "string" ? change : "A JSON object of yours, 4 KiB at most."}
        </p>
      </div>
      <ul class="consequences" aria-live="polite">
        {typeof change !== "string" && consequences(license, change, plan).map((sentence) => <li key={sentence}>{sentence}</li>)}
      </ul>
      <NotDone failure={failure} />
    </DialogForm>
  );
}

type Change = Omit<LicenseChange, "license" | "idempotencyKey">;

/** What the form changes; a sentence where it cannot be read. */
function changeOf(license: License, form: Form): Change | string {
  const before = formOf(license);
  const change: Change = {};
  if (form.plan !== before.plan) change.plan = form.plan || null;
  if (form.email.trim() !== before.email) {
    const email = form.email.trim();
    const name = form.name.trim();
    change.customer = email ? { email, ...(name && name !== before.name && { name }) } : null;
  }
  // A plan has brought its own before; what is said beside it holds.
  if (form.limit !== before.limit) change.activationLimit = Number(form.limit);
  if (form.entitlements !== before.entitlements) change.entitlements = wordsOf(form.entitlements);
  if (form.metadata !== before.metadata) {
    try {
      const metadata: unknown = JSON.parse(form.metadata || "{}");
      if (typeof metadata !== "object" || metadata === null || Array.isArray(metadata)) return "This is JSON, but no object.";
      change.metadata = metadata as Record<string, unknown>;
    } catch {
      return "This is no JSON yet.";
    }
  }
  return change;
}

function wordsOf(text: string): string[] {
  return text.split(",").map((word) => word.trim()).filter((word) => word !== "");
}

function consequences(license: License, change: Change, plan: Plan | undefined): string[] {
  const words: string[] = [];
  if (change.plan !== undefined) {
    words.push(change.plan === null ? "It has no plan from then on; its terms stay." : `It takes on the terms of ${plan?.name ?? "the plan"}; its end stays.`);
  }
  const limit = change.activationLimit;
  if (limit !== undefined && limit > 0 && limit < license.activationsUsed) {
    words.push(`${count(license.activationsUsed, "place")} are in use: those stay taken, and none can be taken until fewer than ${limit} are.`);
  }
  if (change.customer === null) words.push("Nobody sees it in the portal any more.");
  if (change.customer) words.push(`${change.customer.email} sees it in the portal from then on${license.customer ? `, ${license.customer.email} no longer` : ""}.`);
  if (change.entitlements) words.push("Programs learn what it unlocks at their next check.");
  return words;
}
