// Every error there is, and what it means.

import type { OpenRpc } from "./openrpc.ts";
import { Inline } from "./prose.tsx";

export function ErrorTable({ document, shared }: { document: OpenRpc; shared: Set<string> }) {
  const errors = Object.entries(document.components.errors);
  errors.sort(([, left], [, right]) => left.code - right.code);
  return (
    <section class="group-section" aria-labelledby="errors">
      <h2 class="group-title" id="errors">
        Errors
      </h2>
      <p class="group-lead">
        Branch on <code>data.code</code>: it never changes. The number follows HTTP where it is above zero, and the
        message is a sentence for a person.
      </p>
      <ul class="all-errors">
        {errors.map(([word, { code, message, data }]) => {
          const { meaning = "", retryable = false } = document["x-errors"][word] ?? {};
          const members = Object.keys(data).filter((name) => name !== "code" && !meaning.includes(`data.${name}`));
          return (
            <li key={word} class="one-error" id={`error.${word}`}>
              <h3 class="one-error-title">
                <a href={`#error.${word}`}>
                  <span class="error-code">{code}</span> <code>{word}</code>
                </a>
              </h3>
              <div>
                <p>
                  <Inline text={meaning} />
                </p>
                {message !== meaning && (
                  <p class="soft one-error-message">
                    “<Inline text={message} />”
                  </p>
                )}
                <p class="one-error-facts">
                  {shared.has(word) && <span class="chip">any call</span>}
                  {retryable && <span class="chip">worth asking again</span>}
                  {members.map((name) => (
                    <code key={name}>data.{name}</code>
                  ))}
                </p>
              </div>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
