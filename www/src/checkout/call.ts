// The methods of the checkout, called on the server that the page came from.

import { ask, type Reply } from "../parts/rpc.ts";
import type { Term } from "../parts/terms.ts";

export type { Failure, Reply } from "../parts/rpc.ts";

export interface Named {
  id: string;
  slug: string;
  name: string;
}

export interface Plan extends Named {
  /** Of one license, in the currency's minor units. */
  price: { amount: number; currency: string };
  /** What that pays for; null: for ever, paid once. */
  term: Term | null;
  activationType: "domain" | "device" | "seat" | "instance";
  /** 0 is unlimited. */
  activationLimit: number;
  entitlements: string[];
}

export interface Offer {
  product: Named;
  plans: Plan[];
  /** Whether no money moves. */
  test: boolean;
  /** Whether keys are mailed; without mail nobody gets into the portal. */
  mails: boolean;
}

export interface Bought extends Pick<Plan, "activationType" | "activationLimit"> {
  id: string;
  key: string;
  alias: string;
  status: "active" | "expired" | "suspended" | "disabled" | "revoked" | "cancelled";
  expiresAt: string | null;
}

export interface Checkout {
  id: string;
  state: "open" | "paid" | "closed";
  /** Where to pay, while it is open. */
  payUrl: string | null;
  product: Named;
  plan: Plan;
  quantity: number;
  email: string;
  test: boolean;
  mails: boolean;
  createdAt: string;
  licenses: Bought[];
}

/** What the buyer chose. */
export interface Content {
  product: string;
  plan: string;
  quantity: number;
  email: string;
  name?: string;
}

/** What each method takes and answers. */
interface Methods {
  "checkout.offer": [{ product: string; plan?: string }, Offer];
  "checkout.open": [Content & { reference: string }, Checkout];
  "checkout.get": [{ reference: string }, Checkout];
}

export function call<M extends keyof Methods>(method: M, params: Methods[M][0]): Promise<Reply<Methods[M][1]>> {
  return ask(method, params, "none");
}

/** Everybody who can buy has one that looks like this; whether it is one only its mail server knows. */
export function isEmail(text: string): boolean {
  return /^[^\s@]+@[^\s@.]+(\.[^\s@.]+)*$/.test(text);
}
