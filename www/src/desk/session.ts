// Who is signed in. The cookie itself is out of every script's reach.

import type { Failure } from "./call.ts";
import type { Mode, Token } from "./things.ts";

export interface Session {
  vendor: { id: string; name: string };
  token: Token;
  /** The world that is looked at: a live token may look at the test one too. */
  mode: Mode;
  expiresAt: string;
  /** Whether the checkout sells without money. */
  testProvider: boolean;
}

export type Credential = { token: string } | { code: string };

const at = "/admin/session";

// The cookie is that of every tab: each is told when it stands for something else.
const tabs = new BroadcastChannel("counterfoil.desk");

/** Calls `changed` when another tab signed in or out, or looks at the other world. */
export function onSessionChanged(changed: () => void): () => void {
  tabs.addEventListener("message", changed);
  return () => tabs.removeEventListener("message", changed);
}

/** Who is signed in; null: nobody. */
export async function currentSession(): Promise<{ ok: true; session: Session | null } | { ok: false; failure: Failure }> {
  try {
    const response = await fetch(at, { cache: "no-store" });
    const { session } = (await response.json()) as { session: Session | null };
    return { ok: true, session };
  } catch {
    return { ok: false, failure: silence() };
  }
}

/** Why nobody is signed in; null: somebody is. */
export function signIn(credential: Credential): Promise<Failure | null> {
  return open(credential);
}

/** Looks at the other world in the same session; why it does not, or null. */
export function lookAt(mode: Mode): Promise<Failure | null> {
  return open({ mode });
}

async function open(wish: Credential | { mode: Mode }): Promise<Failure | null> {
  try {
    const response = await fetch(at, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(wish),
    });
    if (response.ok) {
      tabs.postMessage("opened");
      return null;
    }
    const wait = response.headers.get("retry-after");
    if (wait) return { kind: "unasked", code: "rate_limited", message: `Too many tries: wait ${wait} seconds.` };
    const code = response.status === 401 ? "unauthorized" : "refused";
    return { kind: "no", code, message: response.status === 401 ? "It is unknown, or good no more." : await response.text() };
  } catch {
    return silence();
  }
}

export async function signOut(): Promise<void> {
  try {
    await fetch(at, { method: "DELETE" });
    tabs.postMessage("closed");
  } catch {
    // The session ends by itself within hours; whoever leaves sees the way in all the same.
  }
}

function silence(): Failure {
  const message = navigator.onLine
    ? "The server could not be reached. It may be down, or the connection may be broken."
    : "This device is offline, so the server could not be reached.";
  return { kind: "unasked", code: "unreachable", message };
}

/** Whether the session's token may make calls of a scope. */
export function may({ token: { scopes } }: Session, scope: string): boolean {
  return scopes.includes("*") || scopes.includes(scope);
}

/** The code of the link that opened the page; the part after # is never sent to a server. */
export function linkedCode(): string | null {
  return location.hash.startsWith("#code=") ? location.hash.slice("#code=".length) : null;
}

/** Takes the code out of the address once it is good for nothing more. */
export function forgetCode() {
  history.replaceState(null, "", location.pathname);
}
