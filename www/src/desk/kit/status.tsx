// How a license stands, in one word and a colour that says the same.

import type { Hold, License, Status } from "../things.ts";

/** `yes` works, `care` can be put right, `no` is over. */
export type Tone = "yes" | "care" | "no" | "calm";

export const statuses: Status[] = ["active", "expired", "suspended", "disabled", "revoked", "cancelled"];

export function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

export function statusTone(status: Status): Tone {
  switch (status) {
    case "active":
      return "yes";
    case "expired":
      return "calm";
    case "suspended":
    case "disabled":
      return "care";
    case "revoked":
    case "cancelled":
      return "no";
  }
}

type Standing = Pick<License, "status" | "graceUntil">;

/** Works, and will not for long unless it is paid. */
export function isInGrace({ status, graceUntil }: Standing): boolean {
  return status === "active" && graceUntil !== null;
}

export function StatusBadge({ license }: { license: Standing }) {
  return isInGrace(license) ? (
    <Badge tone="care">Payment failed</Badge>
  ) : (
    <Badge tone={statusTone(license.status)}>{capital(license.status)}</Badge>
  );
}

export function Badge({ tone, children }: { tone: Tone; children: string }) {
  return (
    <span class="badge" data-tone={tone}>
      {children}
    </span>
  );
}

const holdWords: Record<Hold, string> = {
  payment: "a payment failed and its grace is over",
  dispute: "the buyer disputes the payment",
  manual: "it was suspended by hand",
  disabled: "it is switched off",
};

/** Why it stands as it does, as the end of a sentence; empty where there is nothing to add. */
export function reason({ status, holds, graceUntil }: License): string {
  if (isInGrace({ status, graceUntil })) return "a payment failed; the grace runs";
  return holds.map((hold) => holdWords[hold]).join("; ");
}
