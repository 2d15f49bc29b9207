// Connecting a provider: the address to paste there, and the secret to paste here.

import { Copy } from "../../parts/copy.tsx";
import { Field } from "../../parts/field.tsx";
import { once } from "../call.ts";
import { useDesk } from "../desk.ts";
import { DialogForm } from "../kit/dialog.tsx";
import { useForm } from "../form.ts";
import { Choice } from "../licenses/filters.tsx";
import { NotDone } from "../kit/parts.tsx";
import type { Provider } from "../things.ts";
import { addressOf, providerNames, providers } from "./providers.ts";

const secretMin = 6;

interface ConnectProps {
  onConnected: () => void;
  onClose: () => void;
}

export function ConnectDialog({ onConnected, onClose }: ConnectProps) {
  const { session, say } = useDesk();
  const form = useForm({ provider: "stripe" as Provider, secret: "", apiKey: "", name: "" });
  const { provider, secret, apiKey, name } = form.value;
  const words = providers[provider];
  const address = addressOf(provider, session);
  // Nothing else proves who sent it.
  const isPartOfAddress = provider === "gumroad";
  const shown = isPartOfAddress ? `${address}?secret=${encodeURIComponent(secret.trim())}` : address;

  async function connect() {
    const called = name.trim();
    const key = provider === "stripe" ? apiKey.trim() : "";
    const made = await form.send("admin.payment.connect", {
      provider,
      secret: secret.trim(),
      ...(key && { apiKey: key }),
      ...(called && { name: called }),
    });
    if (!made) return;
    onClose();
    say({ text: `${words.name} is connected. What it sends is shown under Deliveries.` });
    onConnected();
  }

  return (
    <DialogForm title="Connect a provider" yes="Connect" asking={form.asking} isIdle={secret.trim().length < secretMin} isWide onYes={() => void connect()} onClose={onClose}>
      <div class="field">
        <span class="field-label" aria-hidden="true">
          Provider
        </span>
        <Choice
          label="Provider"
          value={provider}
          options={providerNames}
          onValue={(next) => form.edit({ provider: next as Provider, secret: next === "gumroad" ? once() : "" })}
        />
      </div>
      <div class="field">
        <span class="field-label">1. Give it this address</span>
        <p class="secret">
          <code>{shown}</code>
          <Copy text={shown} what="the address" />
        </p>
        <p class="field-hint">{words.where}</p>
      </div>
      <Field
        id="payment-secret"
        label="2. Paste its secret"
        {...(!isPartOfAddress && { kind: "secret" as const })}
        value={secret}
        onValue={(text) => form.edit({ secret: text })}
        invalid={form.isWrong("secret")}
        hint={`${words.secret} It is kept sealed and shown to nobody again.`}
      />
      {provider === "stripe" && (
        <Field
          id="payment-api-key"
          label="3. For the checkout, a key of its API"
          kind="secret"
          value={apiKey}
          onValue={(text) => form.edit({ apiKey: text })}
          invalid={form.isWrong("apiKey")}
          hint="A restricted key (rk_…) that may write checkout sessions is enough. Kept sealed, too. Without it buyers cannot pay from the checkout here; everything else works."
        />
      )}
      <Field id="payment-name" label="Name" value={name} onValue={(text) => form.edit({ name: text })} invalid={form.isWrong("name")} hint="To tell several apart. It may stay empty." />
      {session.mode === "test" && <p class="soft">You are in test mode: what comes under this secret makes test licenses.</p>}
      <NotDone failure={form.failure} />
    </DialogForm>
  );
}
