// Small parts that every screen has: its heading, what it shows while there is nothing, and what
// went wrong.

import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { Notice } from "../../parts/notice.tsx";
import { instant, span } from "../../parts/span.ts";
import type { Failure } from "../call.ts";

interface HeadingProps {
  children: ComponentChildren;
  /** Where one comes from: a way back. */
  above?: ComponentChildren;
  /** What can be done on this screen. */
  doing?: ComponentChildren;
}

/** The heading of a screen. It takes the focus, so that whoever does not see the page hears of it. */
export function Heading({ children, above, doing }: HeadingProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (!document.querySelector("dialog[open]")) heading.current?.focus({ preventScroll: true });
  }, []);
  useEffect(() => {
    const text = heading.current?.textContent;
    if (text) document.title = `${text} · Counterfoil`;
  });
  return (
    <header class="heading">
      <div class="heading-words">
        {above && <p class="heading-above">{above}</p>}
        <h1 tabIndex={-1} ref={heading}>
          {children}
        </h1>
      </div>
      {doing && <div class="heading-doing">{doing}</div>}
    </header>
  );
}

/** What stands where nothing is yet: what comes here, and how. */
export function Empty({ title, children }: { title: string; children: ComponentChildren }) {
  return (
    <div class="empty">
      <p class="empty-title">{title}</p>
      <p>{children}</p>
    </div>
  );
}

/** Why something is not shown, with a way to try again. */
export function NotShown({ failure, onAgain }: { failure: Failure; onAgain: () => void }) {
  // Whoever is signed out stands elsewhere the next moment.
  if (failure.code === "unauthorized") return null;
  const isUnasked = failure.kind === "unasked";
  return (
    <div class="not-shown" role="status">
      <Notice kind={failure.kind} title={isUnasked ? "Could not ask the server" : "This is not shown"}>
        <p>{failure.message}</p>
        {isUnasked && (
          <button class="button button-quiet button-small not-shown-again" type="button" onClick={onAgain}>
            Try again
          </button>
        )}
      </Notice>
    </div>
  );
}

/** Why something was not done, under what was to be done. */
export function NotDone({ failure }: { failure: Failure | null }) {
  return (
    <div class="notices" role="alert">
      {failure && (
        <Notice kind={failure.kind} title={failure.kind === "unasked" ? "Could not ask the server" : "Not done"}>
          <p>{failure.kind === "unasked" ? `${failure.message} It may have been done all the same.` : failure.message}</p>
        </Notice>
      )}
    </div>
  );
}

/** A moment, told from now in few letters; the exact one under the pointer. */
export function Ago({ at, now }: { at: string; now: string }) {
  return (
    <time class="ago" dateTime={at} title={`${instant(at)} (${span(at, now)})`}>
      {brief(at, now)}
    </time>
  );
}

const units: [number, string][] = [
  [31_536_000, "y"],
  [2_592_000, "mo"],
  [86_400, "d"],
  [3_600, "h"],
  [60, "min"],
];

/** "5 min ago", "in 3 d"; rounded down. */
function brief(at: string, now: string): string {
  const seconds = (Date.parse(at) - Date.parse(now)) / 1_000;
  const [size, unit] = units.find(([long]) => Math.abs(seconds) >= long) ?? [];
  if (size === undefined) return seconds > 0 ? "in a moment" : "just now";
  const amount = `${Math.floor(Math.abs(seconds) / size)} ${unit}`;
  return seconds > 0 ? `in ${amount}` : `${amount} ago`;
}

/** "4 Jun 2027". */
export function day(at: string): string {
  return new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeZone: "UTC" }).format(new Date(at));
}

export function count(amount: number, noun: string, nouns = `${noun}s`): string {
  return `${amount.toLocaleString("en")} ${amount === 1 ? noun : nouns}`;
}

/** "a, b and c". */
export function listed(words: string[]): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1) ?? ""}`;
}
