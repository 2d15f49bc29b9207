// Why something is done, for the history.

import { Field } from "../../parts/field.tsx";

export function Reason({ why, onWhy }: { why: string; onWhy: (why: string) => void }) {
  return (
    <Field
      id="reason"
      label="Why (may stay empty)"
      value={why}
      onValue={onWhy}
      placeholder="Asked for by phone"
      hint="Kept in the license’s history for you. The customer does not see it."
    />
  );
}
