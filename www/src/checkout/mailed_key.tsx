// A key that came by mail, typed in by hand: looked at in the page, then asked about.

import { type Failed, inspect, type Verdict } from "counterfoil";
import { useMemo, useRef, useState } from "preact/hooks";
import { Check, Chevron } from "../parts/icons.tsx";
import { canInspect } from "../parts/inspecting.ts";
import { callLicense } from "../parts/license_call.ts";
import { Notice, Notices } from "../parts/notice.tsx";
import { PlacesTaken } from "../parts/places.tsx";
import { isMistyped, TypedKey } from "../parts/typed_key.tsx";
import { title } from "../parts/verdict.ts";
import { Activation } from "./activation.tsx";

type Said = { kind: "nothing" } | { kind: "held"; mistyped: boolean } | { kind: "verdict"; verdict: Verdict } | Failed;

interface MailedProps {
  mode: "live" | "test";
}

export function MailedKey(props: MailedProps) {
  const isPossible = useMemo(canInspect, []);
  return isPossible ? <KeyByHand {...props} /> : null;
}

function KeyByHand({ mode }: MailedProps) {
  // INVARIANT: the key lives in memory only, never in the address, the title or any storage.
  const [key, setKey] = useState("");
  const [said, setSaid] = useState<Said>({ kind: "nothing" });
  const [isAsking, setAsking] = useState(false);
  const latest = useRef(new AbortController());
  const input = useRef<HTMLInputElement>(null);
  const inspection = inspect(key);

  async function ask() {
    latest.current.abort();
    const mine = new AbortController();
    latest.current = mine;
    setAsking(true);
    const outcome = await callLicense("validate", { key: inspection.normalized, mode }, mine.signal);
    if (mine.signal.aborted) return;
    setAsking(false);
    setSaid(outcome.ok ? { kind: "verdict", verdict: outcome.verdict } : outcome);
  }

  function submit(event: Event) {
    event.preventDefault();
    if (inspection.problem?.code === "empty") input.current?.focus();
    else if (inspection.ok) void ask();
    else setSaid({ kind: "held", mistyped: isMistyped(inspection) });
  }

  function edit(value: string) {
    // An answer beside another key than its own would be taken for that one's.
    latest.current.abort();
    setAsking(false);
    setSaid({ kind: "nothing" });
    setKey(value);
  }

  return (
    <details class="more mailed">
      <summary class="more-summary">
        <Chevron />
        Check a key you have
      </summary>
      <div class="ticket mailed-ticket">
        <form class="activation" aria-label="Check a key" noValidate onSubmit={submit}>
          <TypedKey value={key} inspection={inspection} inputRef={input} onValue={edit} />
          <button class="button button-quiet" type="submit" aria-disabled={isAsking}>
            {isAsking ? "Asking…" : "Check the key"}
          </button>
          <Notices>
            <Answer said={said} />
          </Notices>
        </form>
        {"kind" in said && said.kind === "verdict" && isUsable(said.verdict) && (
          <div class="torn mailed-activate">
            <Activation
              id="mailed"
              what="the key that was typed"
              licenseKey={inspection.normalized}
              product={said.verdict.product ?? ""}
              activationType={said.verdict.activationType ?? "device"}
              mode={mode}
              suggestion=""
            />
          </div>
        )}
      </div>
    </details>
  );
}

function isUsable({ valid, product, activationType }: Verdict): boolean {
  return valid && product !== null && activationType !== null;
}

function Answer({ said }: { said: Said }) {
  if (!("kind" in said)) {
    return (
      <Notice kind={said.retryable ? "unasked" : "no"} title={said.retryable ? "Could not ask the server" : "Could not ask that"}>
        <p>
          {said.message} {said.retryable && "This is not a “no”."}
        </p>
      </Notice>
    );
  }
  switch (said.kind) {
    case "nothing":
      return null;
    case "held":
      return (
        <Notice kind="no" title="Not sent">
          <p>
            {said.mistyped
              ? "The key looks mistyped. Compare it with the one in the mail."
              : "The key is not complete. Type or paste the rest."}
          </p>
        </Notice>
      );
    case "verdict":
      return <Judged verdict={said.verdict} />;
  }
}

function Judged({ verdict }: { verdict: Verdict }) {
  const words = title(verdict, { identifier: "", product: "" });
  if (!verdict.valid) {
    return (
      <Notice kind="no" title={words}>
        <p>
          {verdict.message} {verdict.remedy?.text}
        </p>
      </Notice>
    );
  }
  return (
    <div class="note" data-kind="yes">
      <Check />
      <div>
        <p class="note-title">{words}</p>
        <PlacesTaken {...verdict} />
      </div>
    </div>
  );
}
