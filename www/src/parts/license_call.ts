// A call of software that has a key, to the server this page came from. What to send and what the
// reply means is the package's business; only the sending is done here.

import { type Answer, buildRequest, type Calls, type Failed, parseResponse, type Reply, type Request } from "counterfoil";
import { patienceMs, silence } from "./rpc.ts";

export async function callLicense<Call extends keyof Calls>(
  call: Call,
  params: Calls[Call],
  given: AbortSignal,
): Promise<Answer<Call> | Failed> {
  const request = buildRequest("counterfoil", call, params);
  const patience = AbortSignal.timeout(patienceMs);
  let reply: Reply;
  try {
    reply = await send(request, AbortSignal.any([given, patience]));
  } catch {
    return { ok: false, code: "unreachable", message: silence(patience), retryable: true };
  }
  return parseResponse("counterfoil", call, reply) as Answer<Call> | Failed;
}

async function send({ path, ...request }: Request, signal: AbortSignal): Promise<Reply> {
  // The key is the credential: whoever is signed in here does not matter.
  const response = await fetch(path, { ...request, signal, credentials: "omit", cache: "no-store" });
  return { status: response.status, headers: response.headers, body: await response.text() };
}
