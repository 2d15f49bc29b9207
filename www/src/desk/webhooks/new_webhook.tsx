// A new webhook: where to, what it is told, and in which form.

import { useState } from "preact/hooks";
import { Field } from "../../parts/field.tsx";
import { useAsked } from "../asked.ts";
import { useDesk } from "../desk.ts";
import { DialogForm } from "../kit/dialog.tsx";
import { useForm } from "../form.ts";
import { Choice } from "../licenses/filters.tsx";
import { NotDone } from "../kit/parts.tsx";
import type { WebhookFormat, WithSecret } from "../things.ts";
import { EventChoice } from "./events.tsx";
import { everything, formatNames } from "./words.ts";

interface NewWebhookProps {
  onMade: (made: WithSecret) => void;
  onClose: () => void;
}

export function NewWebhook({ onMade, onClose }: NewWebhookProps) {
  const { session } = useDesk();
  const products = useAsked("admin.product.list", { limit: 200 });
  const form = useForm({ url: "", description: "", events: [everything], format: "standard" as WebhookFormat, product: "", secret: "" });
  const [hasSecret, setHasSecret] = useState(false);
  const { value, edit } = form;

  async function create() {
    const { url, description, events, format, product, secret } = value;
    const made = await form.send("admin.webhook.create", {
      url: url.trim(),
      events,
      format,
      ...(description.trim() && { description: description.trim() }),
      ...(product && { product }),
      ...(hasSecret && secret.trim() && { secret: secret.trim() }),
    });
    if (made) onMade(made);
  }

  const isIdle = value.url.trim() === "" || value.events.length === 0;
  return (
    <DialogForm title="New webhook" yes="Make the webhook" asking={form.asking} isIdle={isIdle} isWide onYes={() => void create()} onClose={onClose}>
      <div class="form-row">
        <Field id="webhook-url" label="URL" value={value.url} onValue={(url) => edit({ url })} placeholder="https://crm.example.com/hooks/counterfoil" invalid={form.isWrong("url")} hint="Answer there with a 2xx within 20 seconds." />
        <Field id="webhook-description" label="Name" value={value.description} onValue={(description) => edit({ description })} placeholder="CRM" invalid={form.isWrong("description")} hint="To tell several apart. It may stay empty." />
      </div>
      <EventChoice events={value.events} onEvents={(events) => edit({ events })} />
      <div class="form-row">
        <div class="field">
          <span class="field-label" aria-hidden="true">
            Format
          </span>
          <Choice label="Format" value={value.format} options={Object.entries(formatNames)} onValue={(format) => edit({ format: format as WebhookFormat })} />
        </div>
        <div class="field">
          <span class="field-label" aria-hidden="true">
            Product
          </span>
          <Choice
            label="Product"
            value={value.product}
            options={[["", "Every product"], ...(products.value?.items ?? []).map(({ id, name }): [string, string] => [id, name])]}
            onValue={(product) => edit({ product })}
          />
        </div>
      </div>
      {value.format === "packedge" && <PackedgeRules />}
      {hasSecret ? (
        <Field id="webhook-secret" label="Secret" kind="secret" value={value.secret} onValue={(secret) => edit({ secret })} invalid={form.isWrong("secret")} hint="It begins with whsec_, and is taken over as it is." />
      ) : (
        <p class="soft">
          A secret is made for you.{" "}
          <button class="link-button" type="button" onClick={() => setHasSecret(true)}>
            Take over one that the receiver has already
          </button>
        </p>
      )}
      {session.mode === "test" && <p class="soft">You are in test mode: it is told of test licenses only.</p>}
      <NotDone failure={form.failure} />
    </DialogForm>
  );
}

/** What is other in PackEdge's form. */
function PackedgeRules() {
  return (
    <ul class="consequences">
      <li>Messages hold the whole license key. Choose this form only for a receiver that was written for PackEdge.</li>
      <li>It knows licenses made, expired, revoked and cancelled, and places taken and given back. Of everything else nothing is sent.</li>
      <li>Each message is sent once, over HTTPS only, and has to be answered within 10 seconds.</li>
    </ul>
  );
}
