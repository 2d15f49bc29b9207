// A token for a program, with no more than it needs.

import { Field } from "../../parts/field.tsx";
import { useAsked } from "../asked.ts";
import { useDesk } from "../desk.ts";
import { DialogForm } from "../kit/dialog.tsx";
import { useForm } from "../form.ts";
import { Choice } from "../licenses/filters.tsx";
import { NotDone } from "../kit/parts.tsx";
import { may } from "../session.ts";
import type { Mode, Token } from "../things.ts";

const scopes: [string, string][] = [
  ["licenses:read", "Every get and list"],
  ["licenses:write", "Licenses, activations, customers"],
  ["products:write", "Products and plans"],
  ["billing:write", "What the payment side reports"],
  ["tokens:write", "Tokens and webhooks"],
  ["events:read", "What happens, as it happens"],
  ["metrics:read", "The server’s own figures"],
];

interface NewTokenProps {
  onMade: (made: Token & { token: string }) => void;
  onClose: () => void;
}

export function NewToken({ onMade, onClose }: NewTokenProps) {
  const { session } = useDesk();
  const products = useAsked("admin.product.list", { limit: 200 });
  const form = useForm({ name: "", everything: false, scopes: ["licenses:read"], mode: session.mode as Mode, product: "", date: "" });
  const { value, edit } = form;

  async function create() {
    const { name, everything, scopes: held, mode, product, date } = value;
    const made = await form.send("admin.token.create", {
      name: name.trim(),
      scopes: everything ? ["*"] : held,
      mode,
      ...(product && { product }),
      ...(date && { expiresAt: `${date}T00:00:00Z` }),
    });
    if (made) onMade(made);
  }

  const grantable = scopes.filter(([scope]) => may(session, scope));
  return (
    <DialogForm title="New token" yes="Make the token" asking={form.asking} isIdle={value.name.trim() === ""} isWide onYes={() => void create()} onClose={onClose}>
      <Field id="token-name" label="Name" value={value.name} onValue={(name) => edit({ name })} placeholder="CI" invalid={form.isWrong("name")} hint="The history names it." />
      <fieldset class="fieldset">
        <legend class="field-label">What it may do</legend>
        {may(session, "*") && (
          <label class="choice">
            <input type="checkbox" checked={value.everything} onChange={() => edit({ everything: !value.everything })} />
            Everything
          </label>
        )}
        {!value.everything &&
          grantable.map(([scope, what]) => (
            <label class="choice" key={scope}>
              <input
                type="checkbox"
                checked={value.scopes.includes(scope)}
                onChange={() =>
                  edit({ scopes: value.scopes.includes(scope) ? value.scopes.filter((held) => held !== scope) : [...value.scopes, scope] })
                }
              />
              <code>{scope}</code> <span class="soft">{what}</span>
            </label>
          ))}
      </fieldset>
      <div class="form-row">
        {session.mode === "live" && (
          <div class="field">
            <span class="field-label" aria-hidden="true">
              Mode
            </span>
            <Choice
              label="Mode"
              value={value.mode}
              options={[
                ["live", "Live"],
                ["test", "Test: for trying things out"],
              ]}
              onValue={(mode) => edit({ mode: mode as Mode })}
            />
          </div>
        )}
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
        <Field id="token-date" label="Good until (UTC)" kind="date" value={value.date} onValue={(date) => edit({ date })} invalid={form.isWrong("expiresAt")} hint="Empty: for ever." />
      </div>
      <NotDone failure={form.failure} />
    </DialogForm>
  );
}
