// What a license is called on the page, in words for the person who bought it.

import type { License } from "./call.ts";
import { instant } from "../parts/span.ts";

/** `yes` works, `care` can be put right, `no` is over. */
export type Tone = "yes" | "care" | "no";

export function tone({ status, graceUntil }: License): Tone {
  switch (status) {
    case "active":
      return graceUntil ? "care" : "yes";
    case "expired":
    case "suspended":
    case "disabled":
      return "care";
    case "revoked":
    case "cancelled":
      return "no";
  }
}

export function title({ status, graceUntil }: License): string {
  if (status === "active" && graceUntil) return "Payment failed";
  return status.charAt(0).toUpperCase() + status.slice(1);
}

export function sentence({ status, holds, graceUntil }: License): string {
  switch (status) {
    case "active":
      return graceUntil
        ? `A payment failed. The license works until ${instant(graceUntil)}, and goes on when the payment succeeds.`
        : "The license works.";
    case "expired":
      return "The license is past its date. It works again once it is renewed.";
    case "suspended":
      if (holds.includes("payment")) return "A payment failed. The license works again once it is paid.";
      if (holds.includes("dispute")) return "The payment is disputed with the bank. The license rests until that is settled.";
      return "The license is stopped for the time being. Ask whoever sold it to you.";
    case "disabled":
      return "The license is switched off. Ask whoever sold it to you.";
    case "revoked":
      return "The license was taken back for good.";
    case "cancelled":
      return "The license was called off for good.";
  }
}

/** Whether it renews by itself; null where there is nothing to say. */
export function renewal({ status, renews, expiresAt }: License): string | null {
  if (status === "revoked" || status === "cancelled") return null;
  if (renews) return "By itself, with the subscription";
  return expiresAt ? "Not by itself" : "Not needed";
}

export function isOver({ status }: License): boolean {
  return status === "revoked" || status === "cancelled";
}
