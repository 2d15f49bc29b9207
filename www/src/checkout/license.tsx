// A license that was bought: its key, what it is good for, and a place for it right away.

import { Copy } from "../parts/copy.tsx";
import { Chips, Fact, Instant } from "../parts/facts.tsx";
import { Chevron } from "../parts/icons.tsx";
import { canInspect } from "../parts/inspecting.ts";
import { placesWords } from "../parts/terms.ts";
import { Activation } from "./activation.tsx";
import type { Bought, Checkout } from "./call.ts";

interface StubProps {
  license: Bought;
  checkout: Checkout;
  now: string;
}

export function LicenseStub({ license, checkout, now }: StubProps) {
  const { product, plan, email, test } = checkout;
  const { key, alias, status, expiresAt } = license;
  return (
    <article class="ticket" aria-labelledby={`${license.id}-name`}>
      <header class="stub-head">
        <h2 class="stub-name" id={`${license.id}-name`}>
          {product.name}
        </h2>
        <p class="soft">
          {plan.name} · {alias}
        </p>
      </header>
      <div class="stub-key">
        <code class="stub-key-text">{key}</code>
        <Copy text={key} what={`the key of ${product.name}`} />
      </div>
      {status !== "active" && <p class="stub-standing">{standing(status)}</p>}
      <dl class="facts stub-facts">
        <Fact name="Places">For {placesWords(license)}</Fact>
        <Fact name={expiresAt && expiresAt <= now ? "Ended" : plan.term ? "Paid until" : "Ends"}>
          {expiresAt ? <Instant at={expiresAt} now={now} /> : "Never"}
        </Fact>
        {plan.entitlements.length > 0 && (
          <Fact name="Includes">
            <Chips words={plan.entitlements} />
          </Fact>
        )}
      </dl>
      {status === "active" && (
        <details class="more torn stub-activate" open={checkout.licenses.length === 1}>
          <summary class="more-summary stub-activate-title">
            <Chevron />
            Activate it here
          </summary>
          {canInspect() ? (
            <Activation
              id={license.id}
              what={alias}
              licenseKey={key}
              product={product.slug}
              activationType={license.activationType}
              mode={test ? "test" : "live"}
              suggestion={license.activationType === "seat" ? email : ""}
            />
          ) : (
            <p class="stub-foot">
              That needs WebAssembly, which this browser has switched off. Enter the key in the software instead.
            </p>
          )}
        </details>
      )}
    </article>
  );
}

function standing(status: Exclude<Bought["status"], "active">): string {
  switch (status) {
    case "expired":
      return "This license is past its date. It works again once it is renewed.";
    case "suspended":
    case "disabled":
      return "This license is stopped. Ask whoever sold it to you.";
    case "revoked":
      return "This license was taken back. The money went back, or whoever sold it decided so.";
    case "cancelled":
      return "This license was called off for good.";
  }
}
