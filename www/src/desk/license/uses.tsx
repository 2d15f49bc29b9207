// Uses, counted by hand or given back.

import { useState } from "preact/hooks";
import { Field } from "../../parts/field.tsx";
import { call, type Failure, once } from "../call.ts";
import { useDesk } from "../desk.ts";
import { DialogForm } from "../kit/dialog.tsx";
import { NotDone } from "../kit/parts.tsx";
import type { License } from "../things.ts";

interface UsesProps {
  license: License;
  onChanged: (after: License) => void;
  onClose: () => void;
}

export function UsesDialog({ license, onChanged, onClose }: UsesProps) {
  const { say } = useDesk();
  const [amount, setAmount] = useState("-1");
  const [asking, setAsking] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [attempt, setAttempt] = useState(once);
  const by = Number(amount);
  const isUsable = Number.isInteger(by) && by !== 0;
  const after = Math.max(0, license.uses + by);

  async function use() {
    setAsking(true);
    const reply = await call("admin.license.use", { license: license.id, amount: by, idempotencyKey: attempt });
    setAsking(false);
    if (!reply.ok) return setFailure(reply.failure);
    const changed = reply.value.uses - license.uses;
    onChanged({ ...license, uses: reply.value.uses });
    onClose();
    say({
      text: `${reply.value.uses} uses are counted now.`,
      undo: async () => {
        const back = await call("admin.license.use", { license: license.id, amount: -changed, idempotencyKey: once() });
        if (!back.ok) return back.failure.message;
        onChanged({ ...license, uses: back.value.uses });
        return `${back.value.uses} uses are counted, as before.`;
      },
    });
  }

  return (
    <DialogForm title={`Uses of ${license.alias}`} yes={by < 0 ? "Give back" : "Count"} asking={asking} isIdle={!isUsable} onYes={() => void use()} onClose={onClose}>
      <Field
        id="uses"
        label="How many"
        kind="number"
        inputMode="numeric"
        value={amount}
        onValue={(value) => {
          setAmount(value);
          setAttempt(once());
          setFailure(null);
        }}
        invalid={!isUsable}
        hint="Below zero gives back."
      />
      <ul class="consequences" aria-live="polite">
        <li>
          {license.uses} {license.usesLimit === null ? "uses are counted now, without limit" : `of ${license.usesLimit} uses are counted now`}
          {isUsable && `; then ${after}`}.
        </li>
      </ul>
      <NotDone failure={failure} />
    </DialogForm>
  );
}
