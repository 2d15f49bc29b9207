// Facts in rows: what they are called, and what they are.

import type { ComponentChildren } from "preact";
import { instant, span } from "./span.ts";

export function Fact({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <div class="fact">
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** `now` is the server's time: the visitor's clock may be wrong, and is not what decided. */
export function Instant({ at, now }: { at: string; now: string }) {
  return (
    <time dateTime={at}>
      {instant(at)} <span class="soft">· {span(at, now)}</span>
    </time>
  );
}

export function Chips({ words }: { words: string[] }) {
  return (
    <ul class="chips">
      {words.map((word) => (
        <li class="chip" key={word}>
          {word}
        </li>
      ))}
    </ul>
  );
}
