// Another end for one license or many.

import { useState } from "preact/hooks";
import { Field } from "../../parts/field.tsx";
import { useDesk } from "../desk.ts";
import { DialogForm } from "../kit/dialog.tsx";
import { count } from "../kit/parts.tsx";
import type { License } from "../things.ts";
import { extended, type Extension, extensionCall, until } from "./actions.ts";
import { doAll, saying, type Step } from "./doing.ts";

interface ExtendProps {
  licenses: License[];
  now: string;
  onChanged: (licenses: License[]) => void;
  onClose: () => void;
}

type How = "days" | "months" | "date" | "never";

const hows: [How, string][] = [
  ["months", "By months"],
  ["days", "By days"],
  ["date", "Until a day"],
  ["never", "For ever"],
];

export function ExtendDialog({ licenses, now, onChanged, onClose }: ExtendProps) {
  const { say } = useDesk();
  const [how, setHow] = useState<How>("months");
  const [amount, setAmount] = useState("12");
  const [date, setDate] = useState("");
  const [progress, setProgress] = useState<number | null>(null);
  const extension = read(how, amount, date);
  const moved = extension
    ? licenses.flatMap((license) => {
        const end = extended(license, extension, now);
        return end === undefined ? [] : [{ license, end }];
      })
    : [];
  const only = licenses.length === 1 ? licenses[0] : undefined;

  async function agree() {
    setProgress(0);
    const steps = moved.map(
      ({ license, end }): Step => ({
        license,
        call: extensionCall(license, end),
        undo: extensionCall(license, license.expiresAt),
      }),
    );
    const outcome = await doAll(steps, setProgress);
    onChanged(outcome.done.map(({ after }) => after));
    onClose();
    say(saying(outcome, "given another end", onChanged));
  }

  return (
    <DialogForm
      title={only ? `Extend ${only.alias}` : `Extend ${count(licenses.length, "license")}`}
      yes={progress === null ? "Extend" : `${progress} of ${moved.length}`}
      asking={progress !== null}
      isIdle={moved.length === 0}
      onYes={() => void agree()}
      onClose={onClose}
    >
      <div class="choices" role="radiogroup" aria-label="How">
        {hows.map(([choice, name]) => (
          <label key={choice} class="choice">
            <input type="radio" name="how" checked={how === choice} onChange={() => setHow(choice)} />
            {name}
          </label>
        ))}
      </div>
      {(how === "days" || how === "months") && (
        <Field id="amount" label={how === "days" ? "Days" : "Months"} kind="number" inputMode="numeric" min="1" value={amount} onValue={setAmount} invalid={extension === null} />
      )}
      {how === "date" && <Field id="date" label="Last day (UTC)" kind="date" value={date} onValue={setDate} />}
      <ul class="consequences" aria-live="polite">
        {consequences(licenses, moved, extension, now).map((sentence) => (
          <li key={sentence}>{sentence}</li>
        ))}
      </ul>
    </DialogForm>
  );
}

function read(how: How, amount: string, date: string): Extension | null {
  if (how === "never") return { until: null };
  if (how === "date") {
    if (!/^\d{4}-\d\d-\d\d$/u.test(date)) return null;
    // The day itself is still good: the license ends as the next one begins.
    const next = new Date(`${date}T00:00:00Z`);
    next.setUTCDate(next.getUTCDate() + 1);
    return { until: next.toISOString().replace(/\.\d+Z$/u, "Z") };
  }
  const by = Number(amount);
  return Number.isInteger(by) && by >= 1 && by <= 36_600 ? { by: how, amount: by } : null;
}

function consequences(licenses: License[], moved: { license: License; end: string | null }[], extension: Extension | null, now: string): string[] {
  if (!extension) return ["Say how far first."];
  const [first] = moved;
  const words: string[] = [];
  if (licenses.length === 1 && first) {
    words.push(`It holds ${until(first.end)} instead of ${until(first.license.expiresAt)}.`);
  } else if (moved.length > 0) {
    words.push(`${count(moved.length, "license")} ${moved.length === 1 ? "gets" : "get"} another end, each counted from its own; one past its date from now.`);
  }
  const revived = moved.filter(({ license, end }) => license.status === "expired" && (end === null || end > now)).length;
  if (revived > 0) words.push(revived === 1 && licenses.length === 1 ? "It works again from now on." : `${count(revived, "expired license")} work again from now on.`);
  const shortened = moved.filter(({ license, end }) => end !== null && (license.expiresAt === null || end < license.expiresAt)).length;
  if (shortened > 0) words.push(`${count(shortened, "license")} would end earlier than now.`);
  const ended = licenses.filter(({ end }) => end !== null).length;
  if (ended > 0) words.push(`${count(ended, "license")} ended for good and cannot be extended.`);
  const lasting = licenses.filter(({ end, expiresAt }) => end === null && expiresAt === null).length;
  if (lasting > 0 && !("until" in extension)) words.push(`${count(lasting, "license")} never ${lasting === 1 ? "expires" : "expire"} and ${lasting === 1 ? "stays" : "stay"} so.`);
  if (moved.some(({ license }) => license.subscription)) words.push("Later renewals count from the new end.");
  return words;
}
