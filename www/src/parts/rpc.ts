// One call of a JSON-RPC method on the server that the page came from.

/** Why something was not done. "No" and "could not ask" are never the same. */
export interface Failure {
  kind: "no" | "unasked";
  /** The refusal's word; `unreachable` where there was no reply. */
  code: string;
  /** What is missing, of a `not_found`. */
  missing?: string;
  /** The scope that is missing, of a `forbidden`. */
  scope?: string;
  /** The parameter that is wrong, of an `invalid_params`. */
  field?: string;
  message: string;
}

/** What was answered; `now` is the server's time, for the visitor's clock may be wrong. */
export type Reply<T> = { ok: true; value: T; now: string } | { ok: false; failure: Failure };

/** What JSON-RPC answers to one call. */
export interface Answer {
  id?: unknown;
  result?: unknown;
  error?: { message: string; data?: { code: string; kind?: string; scope?: string; field?: string } };
}

/** How the caller is known: by a bearer token, by the desk's cookie, or not at all. */
export type Credential = { token: string } | "cookie" | "none";

// A person waits about this long before trying again anyway.
export const patienceMs = 15_000;

/** Posts a call, or a batch of them, and gives what came back with the server's time. */
export async function post(body: unknown, credential: Credential): Promise<Reply<unknown>> {
  const headers: Record<string, string> = { "content-type": "application/json" };
  if (typeof credential === "object") headers.authorization = `Bearer ${credential.token}`;
  const patience = AbortSignal.timeout(patienceMs);
  try {
    const response = await fetch("/rpc", {
      method: "POST",
      headers,
      body: JSON.stringify(body),
      signal: patience,
      credentials: credential === "cookie" ? "same-origin" : "omit",
      cache: "no-store",
    });
    const value: unknown = await response.json();
    return { ok: true, value, now: serverTime(response) };
  } catch {
    return unasked(silence(patience));
  }
}

/** Calls a method. */
export async function ask<T>(method: string, params: object, credential: Credential): Promise<Reply<T>> {
  const reply = await post({ jsonrpc: "2.0", id: 1, method, params }, credential);
  return reply.ok ? read<T>(reply.value, reply.now) : reply;
}

/** One answer, read. */
export function read<T>(value: unknown, now: string): Reply<T> {
  const { result, error } = (value ?? {}) as Answer;
  if (result !== undefined) return { ok: true, value: result as T, now };
  if (error?.data?.code) return { ok: false, failure: refusal(error.message, error.data) };
  return unasked("The server's answer could not be understood.");
}

export function serverTime(response: Response): string {
  return new Date(response.headers.get("date") ?? Date.now()).toISOString();
}

type RefusalData = NonNullable<NonNullable<Answer["error"]>["data"]>;

function refusal(message: string, { code, kind: missing, scope, field }: RefusalData): Failure {
  const kind = code === "rate_limited" || code === "unavailable" ? "unasked" : "no";
  return { kind, code, message, ...(missing && { missing }), ...(scope && { scope }), ...(field && { field }) };
}

export function unasked(message: string): { ok: false; failure: Failure } {
  return { ok: false, failure: { kind: "unasked", code: "unreachable", message } };
}

/** Why there was no reply. */
export function silence(patience: AbortSignal): string {
  if (patience.aborted) return `The server did not answer within ${patienceMs / 1000} seconds.`;
  if (!navigator.onLine) return "This device is offline, so the server could not be reached.";
  return "The server could not be reached. It may be down, or the connection may be broken.";
}
