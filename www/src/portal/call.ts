// The portal's methods, called on the server that the page came from.

import { ask, type Reply } from "../parts/rpc.ts";

export type { Failure } from "../parts/rpc.ts";

export interface Named {
  id: string;
  slug: string;
  name: string;
}

export interface Place {
  id: string;
  license: string;
  identifier: string;
  name: string | null;
  activatedAt: string;
  lastSeenAt: string;
  expiresAt: string | null;
}

export interface License {
  id: string;
  key: string;
  alias: string;
  mode: "live" | "test";
  product: Named;
  plan: Named | null;
  status: "active" | "expired" | "suspended" | "disabled" | "revoked" | "cancelled";
  holds: ("payment" | "dispute")[];
  subscription: string | null;
  renews: boolean;
  expiresAt: string | null;
  graceUntil: string | null;
  activationType: "domain" | "device" | "seat" | "instance";
  activationLimit: number;
  activationsUsed: number;
  activations: Place[];
  entitlements: string[];
}

/** What each method takes and answers. */
interface Methods {
  "portal.signIn": [{ email: string; mode?: "test" }, { sent: true }];
  "portal.session": [{ code: string }, { token: string; expiresAt: string }];
  "portal.licenses": [{ limit?: number; cursor?: string }, { items: License[]; nextCursor: string | null }];
  "portal.deactivate": [{ activation: string }, { activationsUsed: number }];
  "portal.rename": [{ activation: string; name: string }, Place];
  "portal.rotate": [{ license: string }, License];
  "portal.lease": [{ license: string; identifier?: string }, { lease: string; expiresAt: string }];
  "portal.signOut": [Record<string, never>, unknown];
}

export function call<M extends keyof Methods>(
  method: M,
  params: Methods[M][0],
  token?: string,
): Promise<Reply<Methods[M][1]>> {
  return ask(method, params, token ? { token } : "none");
}
