// What a verdict is called on the page, and how it looks.

import type { Verdict } from "counterfoil";

/** `yes` is valid, `care` can be put right by the customer, `no` cannot. */
export type Tone = "yes" | "care" | "no";

export function tone(status: Verdict["status"]): Tone {
  switch (status) {
    case "valid":
      return "yes";
    case "not_activated":
    case "expired":
    case "suspended":
      return "care";
    case "invalid":
    case "disabled":
    case "cancelled":
    case "revoked":
      return "no";
  }
}

/** What was asked; empty where it was left out. */
interface Asked {
  identifier: string;
  product: string;
}

export function title({ status, activation }: Verdict, asked: Asked): string {
  switch (status) {
    case "valid":
      return activation ? `Valid for ${activation.identifier}` : "Valid";
    case "not_activated":
      return `Not activated for ${asked.identifier}`;
    case "expired":
      return "Expired";
    case "suspended":
      return "Suspended";
    case "disabled":
      return "Disabled";
    case "cancelled":
      return "Cancelled";
    case "revoked":
      return "Revoked";
    case "invalid":
      // For the server both are one; what was asked tells which one a person has in mind.
      return asked.product ? `Not valid for ${asked.product}` : "Unknown key";
  }
}
