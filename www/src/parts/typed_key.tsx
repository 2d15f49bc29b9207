// The key field: what is typed is judged as it is typed, in this page, without a call.

import type { Inspection } from "counterfoil";
import type { Ref } from "preact";
import { Alert, Check } from "./icons.tsx";

interface TypedKeyProps {
  value: string;
  inspection: Inspection;
  inputRef: Ref<HTMLInputElement>;
  onValue: (value: string) => void;
  /** Where typing a key is what the page is for. */
  autofocus?: boolean;
}

export function TypedKey({ value, inspection, inputRef, onValue, autofocus = false }: TypedKeyProps) {
  const seen = looks(inspection);
  return (
    <div class="field">
      <label class="field-label" for="key">
        License key
      </label>
      {/* No name and no autocomplete: a key has no place in a form's history or a restored tab. */}
      <input
        class="field-input key-input"
        id="key"
        ref={inputRef}
        value={value}
        placeholder="Type or paste it"
        aria-invalid={seen === "wrong"}
        aria-describedby="key-hint"
        autocomplete="off"
        autocapitalize="off"
        spellcheck={false}
        enterkeyhint="go"
        autofocus={autofocus}
        onInput={(event) => onValue(event.currentTarget.value)}
      />
      <Groups inspection={inspection} />
      <p class="key-hint" id="key-hint" data-looks={seen}>
        {seen === "wrong" && <Alert />}
        {seen === "right" && <Check />}
        <span>{sentence(inspection)}</span>
      </p>
      {/* Read out only what is settled: a count of missing characters would be read at each one. */}
      <p class="unseen" role="status">
        {seen === "open" ? "" : sentence(inspection)}
      </p>
    </div>
  );
}

/** A problem that more typing does not mend. */
export function isMistyped({ problem }: Inspection): boolean {
  return problem !== null && problem.code !== "empty" && problem.code !== "incomplete";
}

function looks(inspection: Inspection): "right" | "wrong" | "open" {
  if (isMistyped(inspection)) return "wrong";
  return inspection.ok && inspection.format === "counterfoil" ? "right" : "open";
}

function sentence({ problem, format }: Inspection): string {
  if (problem?.code === "empty") return "Checked here as you type. Nothing leaves this page until you ask.";
  if (problem) return problem.message;
  if (format === "counterfoil") return "Typed right: every check symbol fits.";
  return "This form carries no check symbols. Only the server can tell whether the key is right.";
}

/**
 * The key in its groups, numbered as the sentence counts them, so that "group 3" is found at a
 * glance. For the eye only: the sentence says the same.
 */
function Groups({ inspection }: { inspection: Inspection }) {
  // Without a known format nobody can say what a group is.
  if (!inspection.format) return null;
  const checked = inspection.format === "counterfoil";
  const groups = split(inspection.normalized, checked);
  if (groups.length < 2) return null;
  const first = checked ? 0 : 1;
  const wrong = isMistyped(inspection) ? inspection.problem?.group : null;
  return (
    <ol class="groups" data-looks={looks(inspection)} aria-hidden="true">
      {groups.map((group, place) => (
        <li class="group" key={place}>
          {place + first === wrong ? <mark class="group-wrong">{group}</mark> : group}
          <span class="group-number">{place + first || "prefix"}</span>
        </li>
      ))}
    </ol>
  );
}

// A mistyped key comes back as it was typed: with whatever people and word processors put between
// groups, or with nothing. Then the five groups of six are counted from the end.
const separator = /[\s\-_.\u2010-\u2015\u2212]+/u;

function split(key: string, checked: boolean): string[] {
  const groups = key.split(separator).filter((group) => group !== "");
  if (groups.length > 1 || !checked) return groups;
  const prefix = Math.max(0, key.length - 30);
  return [key.slice(0, prefix), ...(key.slice(prefix).match(/.{1,6}/gu) ?? [])];
}
