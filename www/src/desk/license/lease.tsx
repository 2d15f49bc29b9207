// A signed file for where no network is.

import { useState } from "preact/hooks";
import { Field } from "../../parts/field.tsx";
import { saveLease } from "../../parts/lease_file.ts";
import { instant } from "../../parts/span.ts";
import { call, type Failure } from "../call.ts";
import { useDesk } from "../desk.ts";
import { DialogForm } from "../kit/dialog.tsx";
import { NotDone } from "../kit/parts.tsx";
import type { License } from "../things.ts";

const daySeconds = 86_400;
const daysMax = 3_660;

export function LeaseDialog({ license, onClose }: { license: License; onClose: () => void }) {
  const { say } = useDesk();
  const [days, setDays] = useState("30");
  const [identifier, setIdentifier] = useState("");
  const [asking, setAsking] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const wanted = Number(days);
  const isUsable = Number.isInteger(wanted) && wanted >= 1 && wanted <= daysMax;

  async function sign() {
    setAsking(true);
    const place = identifier.trim();
    const params = { license: license.id, ttl: wanted * daySeconds, ...(place && { identifier: place }) };
    const reply = await call("admin.license.lease", params);
    setAsking(false);
    if (!reply.ok) return setFailure(reply.failure);
    saveLease(reply.value.lease, license.product.slug, place || license.alias);
    onClose();
    say({ text: `Saved. It holds until ${instant(reply.value.expiresAt)}.` });
  }

  return (
    <DialogForm title={`Offline file for ${license.alias}`} yes="Sign and save" asking={asking} isIdle={!isUsable} onYes={() => void sign()} onClose={onClose}>
      <ul class="consequences">
        <li>What is signed holds until it ends, whatever happens to the license meanwhile: it cannot be called back.</li>
        <li>It ends with the license’s own date at the latest.</li>
      </ul>
      <Field id="lease-days" label="Days" kind="number" inputMode="numeric" min="1" max={String(daysMax)} value={days} onValue={setDays} invalid={!isUsable} hint="Up to ten years." />
      <Field id="lease-place" label={`For which ${license.activationType}`} value={identifier} onValue={setIdentifier} hint="It has to hold a place. Empty: for no place in particular." invalid={failure?.code === "invalid_identifier" || failure?.code === "activation_not_found"} />
      <NotDone failure={failure} />
    </DialogForm>
  );
}
