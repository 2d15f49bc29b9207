// What was sent, to be looked at when somebody wants to: it says who bought.

import type { ComponentChildren } from "preact";
import { Copy } from "../../parts/copy.tsx";

interface SentProps {
  isShown: boolean;
  onShown: (isShown: boolean) => void;
  /** Once it is answered. */
  body: string | undefined;
}

export function Sent({ isShown, onShown, body }: SentProps): ComponentChildren {
  return (
    <div class="sent">
      <button class="link-button" type="button" aria-expanded={isShown} onClick={() => onShown(!isShown)}>
        {isShown ? "Hide what was sent" : "Show what was sent"}
      </button>
      {isShown && body !== undefined && (
        <div class="sent-body">
          <Copy text={body} what="what was sent" />
          <pre class="code" tabIndex={0} aria-label="What was sent">
            {indented(body)}
          </pre>
        </div>
      )}
    </div>
  );
}

/** JSON on lines of its own; anything else as it came. */
function indented(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
