// What is done to the licenses that are selected. Each says first what comes of it.

import { useState } from "preact/hooks";
import { Cross } from "../../parts/icons.tsx";
import { useDesk } from "../desk.ts";
import { DialogForm } from "../kit/dialog.tsx";
import { Menu } from "../kit/menu.tsx";
import { count, listed } from "../kit/parts.tsx";
import type { License } from "../things.ts";
import { type Action, actions, callOf } from "./actions.ts";
import { doAll, saying, type Step } from "./doing.ts";
import { exportLicenses } from "./export.ts";
import { ExtendDialog } from "./extend.tsx";
import { Reason } from "./reason.tsx";

interface BulkProps {
  licenses: License[];
  now: string;
  onChanged: (licenses: License[]) => void;
  onClear: () => void;
}

const shown: Action["id"][] = ["suspend", "reinstate", "disable", "enable"];

export function Bulk({ licenses, now, onChanged, onClear }: BulkProps) {
  const [doing, setDoing] = useState<Action | "extend" | null>(null);
  const quiet = actions.filter(({ id }) => shown.includes(id));
  const grave = actions.filter(({ isGrave }) => isGrave);
  return (
    <div class="bulk" role="region" aria-label="Selected licenses">
      <p class="bulk-count" role="status">
        {licenses.length} selected
      </p>
      <div class="bulk-doing">
        <button class="button button-small" type="button" onClick={() => setDoing("extend")}>
          Extend…
        </button>
        {quiet.slice(0, 2).map((action) => (
          <button key={action.id} class="button button-quiet button-small bulk-wide" type="button" onClick={() => setDoing(action)}>
            {action.label}…
          </button>
        ))}
        <Menu
          label="More"
          items={[
            ...quiet.map((action) => ({ label: `${action.label}…`, onPick: () => setDoing(action) })),
            { label: "Save as CSV", onPick: () => exportLicenses(licenses) },
            "line",
            ...grave.map((action) => ({ label: `${action.label}…`, isGrave: true, onPick: () => setDoing(action) })),
          ]}
        />
      </div>
      <button class="icon-button" type="button" aria-label="Select none" onClick={onClear}>
        <Cross />
      </button>
      {doing === "extend" && <ExtendDialog licenses={licenses} now={now} onChanged={onChanged} onClose={() => setDoing(null)} />}
      {doing !== null && doing !== "extend" && (
        <ActionDialog action={doing} licenses={licenses} onChanged={onChanged} onClose={() => setDoing(null)} />
      )}
    </div>
  );
}

interface ActionDialogProps {
  action: Action;
  licenses: License[];
  onChanged: (licenses: License[]) => void;
  onClose: () => void;
}

/** One license or many: what comes of it, why it is done, and then it is done. */
export function ActionDialog({ action, licenses, onChanged, onClose }: ActionDialogProps) {
  const { say } = useDesk();
  const [why, setWhy] = useState("");
  const [progress, setProgress] = useState<number | null>(null);
  const touched = licenses.filter(action.changes);
  const left = licenses.length - touched.length;
  const only = licenses.length === 1 ? licenses[0] : undefined;

  async function agree() {
    setProgress(0);
    const steps = touched.map((license): Step => {
      const back = action.undoneBy(license);
      return { license, call: callOf(action, license, why), undo: back && callOf(back, license) };
    });
    const outcome = await doAll(steps, setProgress);
    onChanged(outcome.done.map(({ after }) => after));
    onClose();
    say(saying(outcome, action.done, onChanged));
  }

  return (
    <DialogForm
      title={only ? `${action.label} ${only.alias}?` : `${action.label} ${count(touched.length, "license")}?`}
      yes={progress === null ? action.label : `${progress} of ${touched.length}`}
      asking={progress !== null}
      isGrave={action.isGrave}
      isIdle={touched.length === 0}
      onYes={() => void agree()}
      onClose={onClose}
    >
      <ul class="consequences">
        {(only ? action.consequences(only) : together(action, touched)).map((sentence) => (
          <li key={sentence}>{sentence}</li>
        ))}
        {left > 0 && !only && <li>{leftOut(licenses, action, left)}</li>}
      </ul>
      {touched.length > 0 && <Reason why={why} onWhy={setWhy} />}
    </DialogForm>
  );
}

/** What comes of it for many: what is the same for all, and the places of all. */
function together(action: Action, licenses: License[]): string[] {
  const used = licenses.reduce((sum, { activationsUsed }) => sum + activationsUsed, 0);
  const [first] = licenses;
  if (!first) return [];
  const of = action.consequences({ ...first, activationsUsed: used, customer: null });
  const customers = new Set(licenses.map(({ customer }) => customer?.email).filter(Boolean)).size;
  const mailed = action.id === "suspend" || action.id === "revoke";
  const canUndo = licenses.every((license) => action.undoneBy(license));
  return [
    ...of,
    ...(mailed && customers > 0 ? [`${count(customers, "customer")} ${customers === 1 ? "is" : "are"} told by mail, if such mail is switched on.`] : []),
    ...(canUndo ? ["For a moment afterwards it can be undone from here."] : []),
  ];
}

function leftOut(licenses: License[], action: Action, left: number): string {
  const aliases = licenses.filter((license) => !action.changes(license)).map(({ alias }) => alias);
  const named = aliases.length > 3 ? [...aliases.slice(0, 2), `${aliases.length - 2} others`] : aliases;
  return `${listed(named)} ${left === 1 ? "stays as it is" : "stay as they are"}: it would change nothing there.`;
}
