// One method: what it does, what goes in, what comes out, what may go wrong.

import { ExampleOf, type Credential } from "./example.tsx";
import { Params, Result } from "./members.tsx";
import { named, type Method, type OpenRpc, type Schema } from "./openrpc.ts";
import { Inline, Prose } from "./prose.tsx";
import { shapeOf } from "./shape.ts";

interface MethodProps {
  method: Method;
  document: OpenRpc;
  shared: Set<string>;
  sockets: Set<string>;
  credential: Credential;
}

export function MethodArticle({ method, document, shared, sockets, credential }: MethodProps) {
  const { name, summary, description, params, result } = method;
  const scope = method["x-scope"];
  const pushed = method["x-subscription"];
  const answer = shapeOf(result.schema, document);
  const url = document.servers[0]?.url ?? "";
  return (
    <article class="method" id={name} data-method={name} aria-labelledby={`${name}-title`}>
      <div class="method-text">
        <h3 class="method-title" id={`${name}-title`}>
          <a class="method-anchor" href={`#${name}`}>
            <Name name={name} />
          </a>
        </h3>
        <p class="method-summary">
          <Inline text={summary} />
        </p>
        <p class="scope">
          <Needs name={name} scope={scope} />
        </p>
        {description && (
          <div class="method-description">
            <Prose text={description} />
          </div>
        )}
        {sockets.has(name) && (
          <p class="method-pushes">
            Over a WebSocket only.{" "}
            {pushed && (
              <>
                It pushes <code>{pushed.notification}</code> until <code>{pushed.unsubscribe}</code> is called.
              </>
            )}
          </p>
        )}
        <h4 class="part-title">Parameters</h4>
        <Params params={params} document={document} />
        <h4 class="part-title">Answer</h4>
        {answer.members.length > 0 ? (
          <Result members={answer.members} type={answer.type} document={document} />
        ) : (
          <p class="soft">{answer.type}</p>
        )}
        {pushed && <Pushed schema={pushed.schema} document={document} />}
        <Errors method={method} document={document} shared={shared} />
      </div>
      <ExampleOf method={method} url={url} onSocket={sockets.has(name)} credential={credential} />
    </article>
  );
}

function Pushed({ schema, document }: { schema: Schema; document: OpenRpc }) {
  const { members, type } = shapeOf(schema, document);
  return (
    <>
      <h4 class="part-title">Each notification</h4>
      <Result members={members} type={type} document={document} />
    </>
  );
}

function Needs({ name, scope }: { name: string; scope: string | null }) {
  if (scope === "portal") return <>needs the token of a customer's session</>;
  if (scope !== null) return <>needs a token with <code>{scope}</code></>;
  return <>{name.startsWith("license.") ? "needs no token: the license key is the credential" : "needs no token"}</>;
}

/** The name, its last word first to meet the eye; it may break after a dot. */
export function Name({ name }: { name: string }) {
  const words = name.split(".");
  return (
    <>
      {words.slice(0, -1).map((word, place) => (
        <span key={place} class="name-space">
          {word}.<wbr />
        </span>
      ))}
      {words.at(-1)}
    </>
  );
}

function Errors({ method, document, shared }: Pick<MethodProps, "method" | "document" | "shared">) {
  const words = method.errors.map(named);
  if (words.length === 0) return null;
  const own = words.filter((word) => !shared.has(word));
  return (
    <>
      <h4 class="part-title">Errors</h4>
      <ul class="errors">
        {own.map((word) => (
          <li key={word} class="error">
            <a class="error-word" href={`#error.${word}`}>
              <span class="error-code">{document.components.errors[word]?.code}</span> <code>{word}</code>
            </a>
            <span class="error-text">
              <Inline text={document.components.errors[word]?.message ?? ""} />
            </span>
          </li>
        ))}
      </ul>
      <p class="soft errors-shared">
        {own.length > 0 ? "And those" : "Those"} <a href="#errors">of every call</a>.
      </p>
    </>
  );
}
