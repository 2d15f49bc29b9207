// A place for a license, taken in this page: the key is looked at here first, then the server is asked.

import { type Failed, inspect } from "counterfoil";
import { useRef, useState } from "preact/hooks";
import { Field } from "../parts/field.tsx";
import { Check } from "../parts/icons.tsx";
import { callLicense } from "../parts/license_call.ts";
import { Notice, Notices } from "../parts/notice.tsx";
import { type Taken, PlacesTaken } from "../parts/places.tsx";
import type { Plan } from "./call.ts";
import { elsewhere } from "./embed.ts";
import { portal } from "./visit.ts";

interface ActivationProps {
  /** Tells its fields from those of another license on the page. */
  id: string;
  /** What is activated, for who does not see where it stands. */
  what: string;
  licenseKey: string;
  product: string;
  activationType: Plan["activationType"];
  mode: "live" | "test";
  /** What stands in the field at first. */
  suggestion: string;
}

type Said = { kind: "nothing" } | { kind: "empty" } | { kind: "taken"; identifier: string; isNew: boolean; taken: Taken } | Failed;

const asked: Record<Plan["activationType"], { label: string; placeholder: string; hint: string }> = {
  domain: { label: "Domain of your site", placeholder: "example.com", hint: "Where the software will run." },
  device: { label: "Name or id of the device", placeholder: "ann-laptop", hint: "As the software calls it, if it shows one." },
  seat: { label: "Who will use it", placeholder: "ann@example.com", hint: "Their e-mail address." },
  instance: { label: "Name of the instance", placeholder: "production", hint: "As the software calls it." },
};

export function Activation({ id, what, licenseKey, product, activationType, mode, suggestion }: ActivationProps) {
  const [identifier, setIdentifier] = useState(suggestion);
  const [said, setSaid] = useState<Said>({ kind: "nothing" });
  const [isAsking, setAsking] = useState(false);
  const isRunning = useRef(false);
  const field = useRef<HTMLInputElement>(null);
  const { label, placeholder, hint } = asked[activationType];
  const isWrong = isUnfit(said);

  async function take(): Promise<Said> {
    if (identifier.trim() === "") return { kind: "empty" };
    const { ok, normalized, problem } = inspect(licenseKey);
    if (!ok) return { ok, code: "mistyped", message: problem?.message ?? "", retryable: false };
    const params = { key: normalized, product, mode, identifier: identifier.trim() };
    const outcome = await callLicense("activate", params, new AbortController().signal);
    if (!outcome.ok) return outcome;
    const { activation, created, activationLimit, activationsUsed } = outcome;
    const taken = { activationType, activationLimit, activationsUsed };
    return { kind: "taken", identifier: activation.identifier, isNew: created, taken };
  }

  async function submit(event: Event) {
    event.preventDefault();
    if (isRunning.current) return;
    isRunning.current = true;
    setAsking(true);
    const answer = await take();
    isRunning.current = false;
    setAsking(false);
    setSaid(answer);
    if (isUnfit(answer)) field.current?.focus();
  }

  return (
    <form class="activation" aria-label={`Activate ${what}`} noValidate onSubmit={(event) => void submit(event)}>
      <p class="soft activation-lead">
        Most software takes its place itself, once you enter the key in it. You can also take it now.
      </p>
      <Field
        id={`place-${id}`}
        label={label}
        placeholder={placeholder}
        hint={"kind" in said && said.kind === "empty" ? "Say first where it will run." : hint}
        value={identifier}
        inputRef={field}
        invalid={isWrong}
        onValue={(value) => {
          setIdentifier(value);
          setSaid({ kind: "nothing" });
        }}
      />
      <button class="button button-quiet" type="submit" aria-disabled={isAsking}>
        {isAsking ? "Asking…" : "Activate here"}
      </button>
      <Notices>
        <Answer said={said} mode={mode} />
      </Notices>
    </form>
  );
}

function isUnfit(said: Said): boolean {
  return "kind" in said ? said.kind === "empty" : said.code === "invalid_identifier" || said.code === "invalid_params";
}

interface AnswerProps {
  said: Said;
  mode: ActivationProps["mode"];
}

function Answer({ said, mode }: AnswerProps) {
  if (!("kind" in said)) return <Refused failed={said} mode={mode} />;
  if (said.kind !== "taken") return null;
  return (
    <div class="note" data-kind="yes">
      <Check />
      <div>
        <p class="note-title">
          {said.isNew ? `Activated for ${said.identifier}` : `${said.identifier} has its place already`}
        </p>
        <PlacesTaken {...said.taken} />
      </div>
    </div>
  );
}

/** A "no", or nobody who could be asked. These are never the same. */
function Refused({ failed, mode }: { failed: Failed; mode: ActivationProps["mode"] }) {
  const { code, message, retryable, activations = [] } = failed;
  if (code === "seat_limit_exceeded") {
    return (
      <Notice kind="no" title="All places are taken">
        <ul class="places">
          {activations.map((place) => (
            <li class="place" key={place.id}>
              {place.identifier}
            </li>
          ))}
        </ul>
        <p>
          Free one at{" "}
          <a href={portal(mode)} {...elsewhere}>
            your licenses
          </a>
          , then activate here again.
        </p>
      </Notice>
    );
  }
  return retryable ? (
    <Notice kind="unasked" title="Could not ask the server">
      <p>{message} This is not a “no”: try again.</p>
    </Notice>
  ) : (
    <Notice kind="no" title="Not activated">
      <p>{message}</p>
    </Notice>
  );
}
