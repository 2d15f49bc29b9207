// The key: the customer's secret, so it is shown only when somebody asks for it.

import { useState } from "preact/hooks";
import { Copy } from "../../parts/copy.tsx";
import type { License } from "../things.ts";

/** The beginning, as logs have it; the rest as dots of its length. */
function masked(key: string): string {
  return key.slice(0, 4) + key.slice(4).replace(/[^\s\-_.]/gu, "•");
}

export function KeyBox({ license: { key } }: { license: License }) {
  const [isShown, setShown] = useState(false);
  return (
    <section class="card key-box" aria-label="Key">
      <code class="key-box-key" data-shown={isShown}>
        {isShown ? key : <span aria-label={`It begins with ${key.slice(0, 4)}`}>{masked(key)}</span>}
      </code>
      <div class="key-box-doing">
        <button class="copy" type="button" aria-pressed={isShown} onClick={() => setShown(!isShown)}>
          {isShown ? "Hide" : "Show"}
          <span class="unseen"> the key</span>
        </button>
        <Copy text={key} what="the key" />
      </div>
    </section>
  );
}
