// One example of a method: the request, the same as a line for a shell, the answer. It can be
// changed and run.

import { useId, useRef, useState } from "preact/hooks";
import { Chevron } from "../parts/icons.tsx";
import { call, curl, parse, requestText, type Reply } from "./call.ts";
import { Copy } from "../parts/copy.tsx";
import { Json } from "./json.tsx";
import type { Method } from "./openrpc.ts";

export interface Credential {
  // INVARIANT: the token lives in memory only, never in the address or any storage.
  token: string;
  setToken: (token: string) => void;
}

interface ExampleProps {
  method: Method;
  url: string;
  /** Whether the method needs a web socket, which this page does not open. */
  onSocket: boolean;
  credential: Credential;
}

export function ExampleOf({ method, url, onSocket, credential }: ExampleProps) {
  const examples = method.examples ?? [];
  const [chosen, setChosen] = useState(0);
  const example = examples[chosen];
  const [request, setRequest] = useState(() => requestText(method, example));
  const [reply, setReply] = useState<Reply>();
  const id = useId();
  const scope = method["x-scope"];
  const [pushed] = method["x-subscription"]?.examples ?? [];

  function choose(place: number) {
    setChosen(place);
    setRequest(requestText(method, examples[place]));
    setReply(undefined);
  }

  return (
    <div class="example">
      {examples.length > 1 ? (
        <select
          class="example-choice"
          aria-label={`Example of ${method.name}`}
          value={chosen}
          onChange={(event) => choose(Number(event.currentTarget.value))}
        >
          {examples.map(({ name }, place) => (
            <option key={name} value={place}>
              {name}
            </option>
          ))}
        </select>
      ) : (
        example && <p class="example-name">{example.name}</p>
      )}
      <div class="sheet">
        <div class="sheet-head">
          <label for={`${id}-request`}>
            Request<span class="unseen"> of {method.name}</span>
          </label>
          <Copy text={request} what={`the request of ${method.name}`} />
        </div>
        <textarea
          class="sheet-text"
          id={`${id}-request`}
          rows={request.split("\n").length}
          value={request}
          aria-invalid={parse(request) === undefined}
          autocomplete="off"
          autocapitalize="off"
          spellcheck={false}
          onInput={(event) => setRequest(event.currentTarget.value)}
        />
        {!onSocket && <Curl text={curl(url, request, scope)} name={method.name} />}
      </div>
      {!onSocket && (
        <Run name={method.name} request={request} needsToken={scope !== null} credential={credential} onReply={setReply} />
      )}
      <AnswerSheet name={method.name} recorded={example?.result.value} reply={reply} onForget={() => setReply(undefined)} />
      {pushed !== undefined && <PushedSheet name={method.name} value={pushed} />}
    </div>
  );
}

function PushedSheet({ name, value }: { name: string; value: unknown }) {
  return (
    <div class="sheet">
      <div class="sheet-head">
        <span>A notification carries</span>
        <Copy text={JSON.stringify(value, null, 2)} what={`what ${name} pushes`} />
      </div>
      <pre class="sheet-text sheet-answer" tabindex={0} role="group" aria-label={`What ${name} pushes`}>
        <Json value={value} />
      </pre>
    </div>
  );
}

function Curl({ text, name }: { text: string; name: string }) {
  return (
    <details class="sheet-more">
      <summary class="sheet-summary">
        <Chevron />
        curl<span class="unseen"> for {name}</span>
      </summary>
      <div class="sheet-curl">
        <pre class="sheet-text" tabindex={0} role="group" aria-label={`curl for ${name}`}>
          {text}
        </pre>
        <Copy text={text} what={`the curl line of ${name}`} />
      </div>
    </details>
  );
}

interface RunProps {
  name: string;
  request: string;
  needsToken: boolean;
  credential: Credential;
  onReply: (reply: Reply) => void;
}

function Run({ name, request, needsToken, credential, onReply }: RunProps) {
  const [asked, setAsked] = useState(false);
  const [running, setRunning] = useState(false);
  const tokenInput = useRef<HTMLInputElement>(null);
  const id = useId();
  const isJson = parse(request) !== undefined;

  async function submit(event: Event) {
    event.preventDefault();
    if (!isJson || running) return;
    if (needsToken && !credential.token) {
      setAsked(true);
      // Once it is there; asked again, at once.
      setTimeout(() => tokenInput.current?.focus());
      return;
    }
    setRunning(true);
    onReply(await call(request, needsToken ? credential.token : ""));
    setRunning(false);
  }

  return (
    <form class="run" onSubmit={(event) => void submit(event)}>
      {needsToken && (asked || credential.token) && (
        <div class="run-token">
          <label class="field-label" for={`${id}-token`}>
            Token<span class="unseen"> for {name}</span>
          </label>
          <input
            class="field-input"
            id={`${id}-token`}
            ref={tokenInput}
            type="password"
            autocomplete="off"
            aria-describedby={`${id}-hint`}
            value={credential.token}
            onInput={(event) => credential.setToken(event.currentTarget.value.trim())}
          />
          <p class="field-hint" id={`${id}-hint`}>
            Kept in this page's memory only, and gone with it.
          </p>
        </div>
      )}
      <button class="button button-quiet run-button" type="submit" aria-disabled={running || !isJson}>
        {running ? "Running…" : "Run"}
        <span class="unseen"> {name}</span>
      </button>
      <p class="run-note">{isJson ? "On this server, for real." : "The request is no JSON yet."}</p>
    </form>
  );
}

interface AnswerProps {
  name: string;
  recorded: unknown;
  reply: Reply | undefined;
  onForget: () => void;
}

function AnswerSheet({ name, recorded, reply, onForget }: AnswerProps) {
  const shown = reply?.kind === "answer" ? reply.value : recorded;
  if (shown === undefined && !reply) return null;
  return (
    <div class="sheet" data-live={reply !== undefined}>
      <div class="sheet-head">
        <span role="status">
          {reply?.kind === "answer" ? `Answered in ${reply.ms} ms` : reply ? reply.why : "Answer"}
        </span>
        {reply && recorded !== undefined && (
          <button class="copy" type="button" onClick={onForget}>
            Show the recorded one<span class="unseen"> of {name}</span>
          </button>
        )}
        {shown !== undefined && <Copy text={JSON.stringify(shown, null, 2)} what={`the answer of ${name}`} />}
      </div>
      {shown !== undefined && (
        <pre class="sheet-text sheet-answer" tabindex={0} role="group" aria-label={`Answer of ${name}`}>
          <Json value={shown} />
        </pre>
      )}
    </div>
  );
}
