// The public part of what signs leases: what programs are built with.

import { useEffect, useState } from "preact/hooks";
import { Copy } from "../../parts/copy.tsx";
import { save } from "../../parts/save.ts";
import type { Failure } from "../call.ts";
import { useDesk } from "../desk.ts";
import { Heading, NotShown } from "../kit/parts.tsx";
import { Badge } from "../kit/status.tsx";

interface Jwk {
  kid: string;
  x: string;
  alg: string;
}

type KeySet = { keys: Jwk[] };

/** The server lists the key that signs first, then the next, then those whose leases still hold. */
function standing(place: number): ["yes" | "calm", string, string] {
  if (place === 0) return ["yes", "Signs now", "Every lease is signed by it."];
  if (place === 1) return ["calm", "Next", "Published before it signs, so that programs built now know it already."];
  return ["calm", "Retired", "It signs no more. Leases that it signed hold until they end."];
}

export function Keys() {
  const { session } = useDesk();
  const path = session.vendor.name === "default" ? "/.well-known/jwks.json" : `/vendors/${session.vendor.id}/jwks.json`;
  const [set, setSet] = useState<KeySet | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [turn, setTurn] = useState(0);

  useEffect(() => {
    setFailure(null);
    fetch(path, { cache: "no-store" })
      .then((response) => response.json() as Promise<KeySet>)
      .then(setSet)
      .catch(() => setFailure({ kind: "unasked", code: "unreachable", message: "The server could not be reached." }));
  }, [path, turn]);

  const text = set && JSON.stringify(set, null, 2);
  return (
    <>
      <Heading
        doing={
          text && (
            <button class="button button-quiet button-small" type="button" onClick={() => save("jwks.json", `${text}\n`, "application/json")}>
              Save as jwks.json
            </button>
          )
        }
      >
        Signing keys
      </Heading>
      <p class="lead">Programs are built with all of these, and believe no lease that another key signed. They never fetch them.</p>
      {failure && <NotShown failure={failure} onAgain={() => setTurn(turn + 1)} />}
      <ol class="key-list">
        {set?.keys.map(({ kid, x }, place) => {
          const [tone, name, what] = standing(place);
          return (
            <li class="card signing-key" key={kid}>
              <header class="card-head">
                <Badge tone={tone}>{name}</Badge>
                <p class="soft">{what}</p>
              </header>
              <dl class="details">
                <div class="fact">
                  <dt>Key id</dt>
                  <dd class="copied">
                    <code>{kid}</code>
                    <Copy text={kid} what="the key id" />
                  </dd>
                </div>
                <div class="fact">
                  <dt>Public key</dt>
                  <dd class="copied">
                    <code>{x}</code>
                    <Copy text={x} what="the public key" />
                  </dd>
                </div>
              </dl>
            </li>
          );
        })}
      </ol>
      {text && (
        <section class="card" aria-labelledby="key-code">
          <header class="card-head">
            <h2 id="key-code">In a program</h2>
            <span class="card-do">
              <Copy text={text} what="the key set" />
            </span>
          </header>
          <pre class="code">{`import { createClient } from "counterfoil";
import jwks from "./jwks.json" with { type: "json" };

const license = createClient({ server: "${location.origin}", product: "…", identifier: "…", jwks });`}</pre>
        </section>
      )}
      <section class="card" aria-labelledby="key-rotate">
        <header class="card-head">
          <h2 id="key-rotate">Changing them</h2>
        </header>
        <p class="card-text">
          Whoever runs the server promotes the next key with <code>counterfoil keys rotate</code>. It warns when a program built in the last 90 days
          cannot know it yet. With <code>--leaked</code> the current one is published no more.
        </p>
      </section>
    </>
  );
}
