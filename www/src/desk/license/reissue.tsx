// A new key for the same holder, or an empty license for another.

import { useState } from "preact/hooks";
import { useAsked } from "../asked.ts";
import { call, type Failure, once } from "../call.ts";
import { useDesk } from "../desk.ts";
import { DialogForm } from "../kit/dialog.tsx";
import { count, NotDone } from "../kit/parts.tsx";
import type { License } from "../things.ts";

interface ReissueProps {
  license: License;
  onChanged: (after: License) => void;
  onClose: () => void;
}

export function RotateDialog({ license, onChanged, onClose }: ReissueProps) {
  const { say } = useDesk();
  const [asking, setAsking] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [attempt] = useState(once);

  async function rotate() {
    setAsking(true);
    const reply = await call("admin.license.rotate", { license: license.id, idempotencyKey: attempt });
    setAsking(false);
    if (!reply.ok) return setFailure(reply.failure);
    onChanged(reply.value);
    onClose();
    say({ text: `${license.alias} has a new key.` });
  }

  return (
    <DialogForm title={`New key for ${license.alias}?`} yes="Make a new key" no="Keep this one" asking={asking} isGrave onYes={() => void rotate()} onClose={onClose}>
      <ul class="consequences">
        <li>The old key is unknown from that moment on, for everybody who has it. It does not come back.</li>
        <li>
          {license.activationsUsed === 0
            ? "No place is in use."
            : `${count(license.activationsUsed, "place")} in use stay taken, but programs there must be given the new key.`}
        </li>
        <li>The alias stays. Nobody is told by mail: hand the new key on yourself.</li>
      </ul>
      <NotDone failure={failure} />
    </DialogForm>
  );
}

export function InactivateDialog({ license, onChanged, onClose }: ReissueProps) {
  const { say } = useDesk();
  const [send, setSend] = useState(false);
  const [asking, setAsking] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [attempt, setAttempt] = useState(once);
  const mail = useAsked("admin.mail.status", {});
  const canSend = license.customer !== null && mail.value?.configured === true;

  async function inactivate() {
    setAsking(true);
    const reply = await call("admin.license.inactivate", { license: license.id, send: send && canSend, idempotencyKey: attempt });
    setAsking(false);
    if (!reply.ok) return setFailure(reply.failure);
    onChanged(reply.value);
    onClose();
    say({ text: `${license.alias} was emptied: it is ${reply.value.alias} now.` });
  }

  return (
    <DialogForm title={`Empty ${license.alias} for somebody else?`} yes="Empty it" asking={asking} isGrave onYes={() => void inactivate()} onClose={onClose}>
      <ul class="consequences">
        <li>Key and alias become new ones; the old ones are unknown from then on.</li>
        <li>{license.activationsUsed === 0 ? "No place is in use." : `${count(license.activationsUsed, "place")} in use ${license.activationsUsed === 1 ? "is" : "are"} freed.`}</li>
        <li>It has one place, and belongs to nobody{license.customer ? `: ${license.customer.email} loses it` : ""}.</li>
        <li>Its sale lets go of it: no renewal, failed payment or refund reaches it any more.</li>
        <li>This cannot be undone.</li>
      </ul>
      {canSend && (
        <label class="choice">
          <input
            type="checkbox"
            checked={send}
            onChange={() => {
              setSend(!send);
              setAttempt(once());
            }}
          />
          Tell {license.customer?.email} by mail
        </label>
      )}
      <NotDone failure={failure} />
    </DialogForm>
  );
}
