// What can be done to the license. What cannot be taken back stands apart, and each says first what
// comes of it.

import { useState } from "preact/hooks";
import { Dots } from "../../parts/icons.tsx";
import { type Action, actions, isOver } from "../licenses/actions.ts";
import { ActionDialog } from "../licenses/bulk.tsx";
import { ExtendDialog } from "../licenses/extend.tsx";
import { Menu, type MenuItem } from "../kit/menu.tsx";
import type { License } from "../things.ts";
import { EditDialog } from "./edit.tsx";
import { InactivateDialog, RotateDialog } from "./reissue.tsx";
import { LeaseDialog } from "./lease.tsx";
import { UsesDialog } from "./uses.tsx";

type Asked = Action | "extend" | "edit" | "rotate" | "inactivate" | "lease" | "uses" | null;

interface DoingProps {
  license: License;
  now: string;
  onChanged: (after: License) => void;
}

export function Doing({ license, now, onChanged }: DoingProps) {
  const [asked, setAsked] = useState<Asked>(null);
  const close = () => setAsked(null);
  const takes = (changed: License[]) => changed.forEach(onChanged);
  if (isOver(license)) return <p class="soft">Over for good: it can only be read.</p>;
  const possible = actions.filter((action) => action.changes(license));
  // What brings a stopped one back stands in front; a grace that runs is nobody's business yet.
  const back = possible.find(({ id }) => id === "enable") ?? possible.find(({ id }) => id === "reinstate");
  const first = license.status === "active" ? undefined : back;
  const item = (label: string, pick: Asked, isGrave = false): MenuItem => ({ label, isGrave, onPick: () => setAsked(pick) });
  return (
    <>
      {first && (
        <button class="button button-small" type="button" onClick={() => setAsked(first)}>
          {first.label}…
        </button>
      )}
      <button class={`button button-small ${first ? "button-quiet" : ""}`} type="button" onClick={() => setAsked("extend")}>
        Extend…
      </button>
      <Menu
        label={<Dots />}
        name="More to do"
        items={[
          item("Edit terms…", "edit"),
          item("New key…", "rotate"),
          item("Offline file…", "lease"),
          item("Count uses…", "uses"),
          "line",
          ...possible.filter(({ isGrave }) => !isGrave).map((action) => item(`${action.label}…`, action)),
          "line",
          item("Empty it for somebody else…", "inactivate", true),
          ...possible.filter(({ isGrave }) => isGrave).map((action) => item(`${action.label}…`, action, true)),
        ]}
      />
      {asked === "extend" && <ExtendDialog licenses={[license]} now={now} onChanged={takes} onClose={close} />}
      {asked === "edit" && <EditDialog license={license} onChanged={onChanged} onClose={close} />}
      {asked === "rotate" && <RotateDialog license={license} onChanged={onChanged} onClose={close} />}
      {asked === "inactivate" && <InactivateDialog license={license} onChanged={onChanged} onClose={close} />}
      {asked === "lease" && <LeaseDialog license={license} onClose={close} />}
      {asked === "uses" && <UsesDialog license={license} onChanged={onChanged} onClose={close} />}
      {asked !== null && typeof asked === "object" && (
        <ActionDialog action={asked} licenses={[license]} onChanged={takes} onClose={close} />
      )}
    </>
  );
}
