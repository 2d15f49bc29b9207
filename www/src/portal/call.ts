// The portal's methods, called on the server that the page came from.

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
  "portal.signIn": [{ email: string }, { sent: true }];
  "portal.session": [{ code: string }, { token: string; expiresAt: string }];
  "portal.licenses": [{ limit?: number; cursor?: string }, { items: License[]; nextCursor: string | null }];
  "portal.deactivate": [{ activation: string }, { activationsUsed: number }];
  "portal.rename": [{ activation: string; name: string }, Place];
  "portal.rotate": [{ license: string }, License];
  "portal.lease": [{ license: string; identifier?: string }, { lease: string; expiresAt: string }];
  "portal.signOut": [Record<string, never>, unknown];
}

/** Why something was not done. "No" and "could not ask" are never the same. */
export interface Failure {
  kind: "no" | "unasked";
  /** The refusal's word; `unreachable` where there was no reply. */
  code: string;
  /** What is missing, of a `not_found`. */
  missing?: string;
  message: string;
}

/** What was answered; `now` is the server's time, for the visitor's clock may be wrong. */
export type Reply<T> = { ok: true; value: T; now: string } | { ok: false; failure: Failure };

// A person waits about this long before trying again anyway.
const patienceMs = 15_000;

export async function call<M extends keyof Methods>(
  method: M,
  params: Methods[M][0],
  token?: string,
): Promise<Reply<Methods[M][1]>> {
  const headers: Record<string, string> = { "content-type": "application/json" };
  if (token) headers.authorization = `Bearer ${token}`;
  const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method, params });
  const patience = AbortSignal.timeout(patienceMs);
  try {
    const response = await fetch("/rpc", {
      method: "POST",
      headers,
      body,
      signal: patience,
      credentials: "omit",
      cache: "no-store",
    });
    const reply = (await response.json()) as { result?: Methods[M][1]; error?: RpcError };
    const now = new Date(response.headers.get("date") ?? Date.now()).toISOString();
    if (reply.result !== undefined) return { ok: true, value: reply.result, now };
    if (reply.error?.data?.code) return { ok: false, failure: refusal(reply.error, reply.error.data.code) };
    return unasked("The server's answer could not be understood.");
  } catch {
    return unasked(silence(patience));
  }
}

interface RpcError {
  message: string;
  data?: { code: string; kind?: string };
}

function refusal({ message, data }: RpcError, code: string): Failure {
  const kind = code === "rate_limited" || code === "unavailable" ? "unasked" : "no";
  return { kind, code, message, ...(data?.kind && { missing: data.kind }) };
}

function unasked(message: string): { ok: false; failure: Failure } {
  return { ok: false, failure: { kind: "unasked", code: "unreachable", message } };
}

function silence(patience: AbortSignal): string {
  if (patience.aborted) return `The server did not answer within ${patienceMs / 1000} seconds.`;
  if (!navigator.onLine) return "This device is offline, so the server could not be reached.";
  return "The server could not be reached. It may be down, or the connection may be broken.";
}
