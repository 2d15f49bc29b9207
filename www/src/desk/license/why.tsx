// "Why?": what `license.validate` says now, and on any day one picks. The server's own rules run
// here, in a module that is loaded when somebody asks.

import { useEffect, useId, useState } from "preact/hooks";
import type { Verdict } from "counterfoil";
import { Check, Cross, Question } from "../../parts/icons.tsx";
import { instant, span } from "../../parts/span.ts";
import { call, type Failure } from "../call.ts";
import { NotShown } from "../kit/parts.tsx";
import { currentRoute, settle, to } from "../route.ts";
import { Badge, capital, type Tone } from "../kit/status.tsx";
import type { Activation, License } from "../things.ts";
import { type Judge, type Look, looks, moment, type Snapshot, turns } from "./judging.ts";

interface WhyProps {
  license: License;
  activations: Activation[];
  /** The server's time. */
  now: string;
  /** Counts what happened to the license. */
  turn: number;
}

export function Why(props: WhyProps) {
  const asked = currentRoute().query;
  const [isOpen, setOpen] = useState(asked.has("why"));
  return (
    <section class="card why" aria-labelledby="why-title">
      <header class="card-head">
        <h2 id="why-title">Why?</h2>
        <span class="soft">What a check says, now and on any day</span>
        <button
          class="button button-quiet button-small card-do"
          type="button"
          aria-expanded={isOpen}
          onClick={() => {
            if (isOpen) settle(to(["licenses", props.license.id]));
            setOpen(!isOpen);
          }}
        >
          <Question />
          {isOpen ? "Close" : "Explain"}
        </button>
      </header>
      {isOpen && <Explained {...props} />}
    </section>
  );
}

interface Means {
  judge: Judge;
  snapshot: Snapshot;
}

function Explained({ license, activations, now, turn }: WhyProps) {
  const asked = currentRoute().query;
  const active = activations.filter(({ status }) => status === "active");
  // Until somebody says who asks, it is the place that was taken last.
  const [named, setNamed] = useState(asked.get("for"));
  const identifier = named ?? active[0]?.identifier ?? "";
  // Empty: now, which goes on.
  const [at, setAt] = useState(asked.get("at") ?? "");
  const [means, setMeans] = useState<Means | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [again, setAgain] = useState(0);
  const id = useId();
  // The facts name the first hundred places. One beyond those has to be asked for by name.
  const isBeyond = license.activationsUsed > 100;
  const beyond = isBeyond ? identifier.trim() : "";

  useEffect(() => {
    let isOver = false;
    void load(license.id, beyond).then((found) => {
      if (isOver) return;
      setFailure("judge" in found ? null : found);
      setMeans("judge" in found ? found : null);
    });
    return () => {
      isOver = true;
    };
  }, [license.id, beyond, turn, again]);

  function ask(change: { identifier?: string; at?: string }) {
    const next = { identifier, at, ...change };
    setNamed(next.identifier);
    setAt(next.at);
    settle(to(["licenses", license.id], { why: "1", for: next.identifier, at: next.at }));
  }

  if (failure) return <NotShown failure={failure} onAgain={() => setAgain(again + 1)} />;
  const when = at || moment(new Date(now));
  const found = means && judged(means, identifier.trim(), when);
  return (
    <div class="why-body">
      <div class="form-row">
        <div class="field">
          <label class="field-label" for={`${id}-for`}>
            Who asks
          </label>
          <input class="field-input" id={`${id}-for`} list={`${id}-places`} value={identifier} placeholder={`A ${license.activationType}; empty: nobody in particular`} autocomplete="off" autocapitalize="off" spellcheck={false} onInput={(event) => ask({ identifier: event.currentTarget.value })} />
          <datalist id={`${id}-places`}>
            {active.map((place) => (
              <option key={place.id} value={place.identifier} />
            ))}
          </datalist>
        </div>
        <div class="field">
          <label class="field-label" for={`${id}-at`}>
            When (UTC)
          </label>
          <input
            class="field-input"
            id={`${id}-at`}
            type="datetime-local"
            step="1"
            value={when.slice(0, 19)}
            onInput={(event) => {
              const { value } = event.currentTarget;
              if (value) ask({ at: `${value.length === 16 ? `${value}:00` : value}Z` });
            }}
          />
        </div>
      </div>
      <div class="why-moments" role="group" aria-label="Moments">
        {moments(license, now).map(([name, pick]) => (
          <button key={name} class="chip-button" type="button" aria-pressed={at === pick} onClick={() => ask({ at: pick })}>
            {name}
          </button>
        ))}
      </div>
      {!means && (
        <p class="soft" role="status">
          Loading the rules and the facts…
        </p>
      )}
      {found && ("problem" in found ? <p class="why-problem">{found.problem}</p> : <Answer {...found} at={when} now={now} isNow={at === ""} />)}
    </div>
  );
}

async function load(license: string, identifier: string): Promise<Means | Failure> {
  const [snapshot, module] = await Promise.all([
    call("admin.license.snapshot", { license, ...(identifier && { identifier }) }),
    import("counterfoil").catch(() => null),
  ]);
  if (!module) return { kind: "unasked", code: "unreachable", message: "The rules could not be loaded. The connection may be broken." };
  if (!snapshot.ok) return snapshot.failure;
  return { judge: module.judge, snapshot: snapshot.value as Snapshot };
}

interface Found {
  verdict: Verdict;
  looks: Look[];
  turns: ReturnType<typeof turns>;
}

function judged({ judge, snapshot }: Means, identifier: string, at: string): Found | { problem: string } {
  try {
    const verdict = judge(snapshot, identifier ? { identifier } : {}, at);
    return { verdict, looks: looks(snapshot, verdict, at, identifier), turns: turns(judge, snapshot, identifier, at) };
  } catch (error) {
    // WebAssembly may be switched off, and what is typed may be no identifier of the license's kind.
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}

function moments({ expiresAt, graceUntil }: License, now: string): [string, string][] {
  const inDays = (days: number) => moment(new Date(Date.parse(now) + days * 86_400_000));
  const known: [string, string][] = [["Now", ""]];
  if (graceUntil) known.push(["End of the grace", graceUntil]);
  if (expiresAt) known.push(["Its end", expiresAt]);
  return [...known, ["In 30 days", inDays(30)], ["In a year", inDays(365)]];
}

const tones: Record<Verdict["status"], Tone> = {
  valid: "yes",
  not_activated: "care",
  expired: "care",
  suspended: "care",
  disabled: "care",
  invalid: "no",
  cancelled: "no",
  revoked: "no",
};

const words = (status: Verdict["status"]) => capital(status.replaceAll("_", " "));

interface AnswerProps extends Found {
  at: string;
  now: string;
  isNow: boolean;
}

function Answer({ verdict, looks: looked, turns: turned, at, now, isNow }: AnswerProps) {
  return (
    <>
      <div class="why-said" role="status" data-status={verdict.status}>
        <Badge tone={tones[verdict.status]}>{words(verdict.status)}</Badge>
        <p>
          {verdict.message} {verdict.remedy?.text}
        </p>
        <p class="soft why-when">{isNow ? "Now" : `${instant(at)} · ${span(at, now)}`}</p>
      </div>
      <ol class="looks">
        {looked.map(({ question, result, fact }) => (
          <li class="look" key={question} data-result={result}>
            <i class="look-mark" aria-hidden="true">
              {result === "passed" && <Check />}
              {result === "decided" && <Cross />}
            </i>
            <p>
              <strong>{question}</strong> <span class="soft">{fact}</span>
              {result === "decided" && <span class="unseen"> This decides.</span>}
            </p>
          </li>
        ))}
      </ol>
      <p class="why-next">{nextWords(turned)}</p>
      <details class="why-whole">
        <summary>The whole answer</summary>
        <pre class="why-json">{JSON.stringify(verdict, null, 2)}</pre>
      </details>
    </>
  );
}

function nextWords(turned: Found["turns"]): string {
  const [, ...later] = turned;
  if (later.length === 0) return "Time alone changes nothing about this.";
  const said = later.map(({ at, verdict }) => `“${words(verdict.status).toLowerCase()}” from ${instant(at)} on`);
  return `If nothing else happens: ${said.join(", then ")}.`;
}
