// A method called from this page, on the server that the page came from.

import type { Example, Method } from "./openrpc.ts";

/** What came back, and how long it took. */
export type Reply = { kind: "answer"; value: unknown; ms: number } | { kind: "nothing"; why: string };

/** The request of an example; of a method without one, whatever it asks for, to be filled in. */
export function requestText(method: Method, example: Example | undefined): string {
  const given = example
    ? example.params.map(({ name, value }): [string, unknown] => [name, value])
    : method.params.filter(({ required }) => required).map(({ name }): [string, unknown] => [name, ""]);
  const request = { jsonrpc: "2.0", id: 1, method: method.name, params: Object.fromEntries(given) };
  return JSON.stringify(request, null, 2);
}

/** The request as a line for a shell. */
export function curl(url: string, request: string, scope: string | null): string {
  const compact = parse(request);
  const body = (compact === undefined ? request : JSON.stringify(compact)).replaceAll("'", "'\\''");
  const token = scope === null ? "" : ` \\\n  -H 'Authorization: Bearer YOUR-TOKEN'`;
  return `curl ${url} -H 'Content-Type: application/json'${token} \\\n  -d '${body}'`;
}

/** The text as JSON; undefined when it is none. */
export function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

export async function call(request: string, token: string): Promise<Reply> {
  const headers: Record<string, string> = { "content-type": "application/json" };
  if (token) headers.authorization = `Bearer ${token}`;
  const start = performance.now();
  try {
    const response = await fetch("/rpc", { method: "POST", headers, body: request });
    const text = await response.text();
    const ms = Math.round(performance.now() - start);
    const value = parse(text);
    return value === undefined
      ? { kind: "nothing", why: `The server answered with status ${response.status} and no JSON.` }
      : { kind: "answer", value, ms };
  } catch {
    return { kind: "nothing", why: "The server could not be reached." };
  }
}
