// What stands below the tear line. Three things that must never be taken for each other: a
// verdict, a question that got no verdict, and a key that was not sent.

import type { Verdict } from "counterfoil";
import type { ComponentChildren, Ref } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { Alert, Check, Clock, Cross, Pause, Pin, Unheard } from "../parts/icons.tsx";
import type { Failure, Question } from "./ask.ts";
import { Facts } from "./facts.tsx";
import { instant } from "../parts/span.ts";
import { title, tone } from "../parts/verdict.ts";

export type Shown =
  | { kind: "nothing" }
  | { kind: "held"; mistyped: boolean }
  | { kind: "unanswered"; failure: Failure; question: Question }
  | { kind: "verdict"; verdict: Verdict; question: Question };

interface AnswerProps {
  shown: Shown;
  /** Counts what was shown, so that the same answer twice is also read out twice. */
  turn: number;
  asking: boolean;
  /** The form says something else by now. */
  outdated: boolean;
  sectionRef: Ref<HTMLElement>;
  onAsk: () => void;
}

export function Answer({ shown, turn, asking, outdated, sectionRef, onAsk }: AnswerProps) {
  const said = useRef<HTMLDivElement>(null);
  // On a phone the answer comes below the fold. Its words are what must be seen, not all its facts.
  useEffect(() => {
    if (shown.kind !== "nothing") said.current?.scrollIntoView({ block: "nearest" });
  }, [turn]);
  return (
    <section
      class={shown.kind === "nothing" ? "answer" : "answer torn"}
      aria-label="Answer"
      aria-busy={asking}
      data-tone={shown.kind === "verdict" ? tone(shown.verdict.status) : shown.kind}
      tabIndex={-1}
      ref={sectionRef}
    >
      {/* Always here, even when empty: a live region that appears with its text is not read out. */}
      <div class="answer-said" role="status" ref={said}>
        {outdated && shown.kind === "verdict" && (
          <p class="answer-outdated">This answers the question as it was before. Ask again.</p>
        )}
        <Said key={turn} shown={shown} />
      </div>
      <Rest shown={shown} onAsk={onAsk} />
    </section>
  );
}

function Said({ shown }: { shown: Shown }) {
  switch (shown.kind) {
    case "nothing":
      return null;
    case "held":
      return (
        <Head sign={<Alert />} title="Not sent yet">
          {shown.mistyped
            ? "The key looks mistyped, so the server will hardly know it. Compare it with the one you were given."
            : "The key is not complete, so the server will hardly know it. Type or paste the rest."}
        </Head>
      );
    case "unanswered":
      return <Unanswered failure={shown.failure} />;
    case "verdict":
      return (
        <>
          <Head sign={sign(shown.verdict.status)} title={title(shown.verdict, shown.question)}>
            {shown.verdict.message}
          </Head>
          {shown.verdict.remedy && (
            <p class="answer-note">
              <strong>What to do:</strong> {shown.verdict.remedy.text}
            </p>
          )}
        </>
      );
  }
}

/** Nothing here may look or read like a "no". */
function Unanswered({ failure }: { failure: Failure }) {
  return (
    <>
      <Head
        sign={failure.retryable ? <Unheard /> : <Alert />}
        title={failure.retryable ? "Could not ask" : "Could not ask that"}
      >
        {failure.message}
      </Head>
      <p class="answer-note">
        {failure.retryable
          ? "This is not a “no”. Nobody looked at the license, and it may well be fine."
          : "This says nothing about the license. Change the question and ask again."}
      </p>
    </>
  );
}

interface HeadProps {
  sign: ComponentChildren;
  title: string;
  children: ComponentChildren;
}

function Head({ sign, title, children }: HeadProps) {
  return (
    <div class="answer-head">
      <span class="answer-sign">{sign}</span>
      <div>
        <h2 class="answer-title">{title}</h2>
        <p class="answer-message">{children}</p>
      </div>
    </div>
  );
}

function sign(status: Verdict["status"]) {
  switch (status) {
    case "valid":
      return <Check />;
    case "not_activated":
      return <Pin />;
    case "expired":
      return <Clock />;
    case "suspended":
    case "disabled":
      return <Pause />;
    case "invalid":
    case "cancelled":
    case "revoked":
      return <Cross />;
  }
}

function Rest({ shown, onAsk }: { shown: Shown; onAsk: () => void }) {
  if (shown.kind === "verdict") {
    const { checkedAt } = shown.verdict;
    return (
      <>
        <Facts verdict={shown.verdict} question={shown.question} onFreed={onAsk} />
        <p class="answer-foot">
          Answered by this server, <time dateTime={checkedAt}>{instant(checkedAt)}</time>
        </p>
      </>
    );
  }
  if (shown.kind === "held") return <Second onAsk={onAsk}>Ask anyway</Second>;
  if (shown.kind === "unanswered" && shown.failure.retryable) return <Second onAsk={onAsk}>Try again</Second>;
  return null;
}

function Second({ onAsk, children }: { onAsk: () => void; children: ComponentChildren }) {
  return (
    <button class="button button-quiet answer-second" type="button" onClick={onAsk}>
      {children}
    </button>
  );
}
