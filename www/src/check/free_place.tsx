// Giving a place back by the key alone: for whoever has the key, and not the machine any more.

import { useState } from "preact/hooks";
import { Confirm } from "../parts/confirm.tsx";
import { Notices, Undone } from "../parts/notice.tsx";
import { callLicense } from "../parts/license_call.ts";
import type { Failure } from "../parts/rpc.ts";
import type { Question } from "./ask.ts";

interface FreePlaceProps {
  place: { id: string; identifier: string };
  question: Question;
  onFreed: () => void;
}

export function FreePlace({ place: { id, identifier }, question: { key, isTest }, onFreed }: FreePlaceProps) {
  const [isAsked, setAsked] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);

  async function free() {
    const mode = isTest ? ("test" as const) : null;
    const outcome = await callLicense("deactivate", { key, activation: id, mode }, new AbortController().signal);
    // Somebody else freed it meanwhile: what is wanted is so.
    if (outcome.ok || outcome.code === "activation_not_found") return onFreed();
    const { code, message, retryable } = outcome;
    setFailure({ kind: retryable ? "unasked" : "no", code, message });
  }

  function close() {
    setAsked(false);
    setFailure(null);
  }

  return (
    <>
      {!isAsked && (
        <button class="copy" type="button" onClick={() => setAsked(true)}>
          Free<span class="unseen"> {identifier}</span>
        </button>
      )}
      {isAsked && (
        <div class="place-question">
          <Confirm question={`Free the place of ${identifier}?`} yes="Free it" no="Keep it" onYes={free} onNo={close}>
            It can be taken elsewhere at once. What runs there stops being licensed until it is activated again with the key.
          </Confirm>
          <Notices>{failure && <Undone failure={failure} title="Nothing was changed" />}</Notices>
        </div>
      )}
    </>
  );
}
