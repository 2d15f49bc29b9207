// Asks a Counterfoil server, and believes what is signed for this very question.

import type { Request, Verdict } from "../types.js";
import { buildRequest, parseResponse } from "../wire.js";
import { type CheckedLease, type Owner, type RefusedLease, readAnswer } from "./leases.js";
import { randomNonce } from "./nonce.js";
import { stateOf } from "./refusals.js";
import { type Unlicensed, type Unreachable, unlicensed, unreachable } from "./state.js";
import type { Transport } from "./transport.js";

/** What a question came to. */
export type Answer =
  /** A signed "yes". */
  | { is: "yes"; lease: CheckedLease }
  /** A signed "no". `at`: milliseconds since 1970, when it was signed. */
  | { is: "no"; verdict: Verdict; at: number }
  /** A "no" that nobody signed: worth telling, and nothing else. */
  | { is: "refusal"; state: Unlicensed }
  /** Nobody could be asked, or nobody who is to be believed. */
  | { is: "silence"; state: Unreachable | Unlicensed };

/** What to ask with which key. */
export interface Question {
  call: "validate" | "activate";
  key: string;
  /** Of `activate`: a label for the place. */
  name?: string | undefined;
  /** Of `activate`: the id of the activation whose place is handed over. */
  replace?: string | undefined;
}

/** What to say of an answer that is not to be believed. */
const UNTRUSTED: Readonly<Partial<Record<RefusedLease["code"], string>>> = {
  malformed: "The server's answer was not signed, so it counts for nothing.",
  bad_signature: "The server's answer was not signed by the vendor, so it counts for nothing.",
  unknown_key_id:
    "The server's answer is signed with a key that this program does not know: update the program.",
  wrong_nonce: "The server's answer is an old one, so it counts for nothing.",
  wrong_product: "The server's answer is about another product.",
  wrong_identifier: "The server's answer is about another place.",
  wrong_key: "The server's answer is about another license key.",
  wrong_mode: "The server's answer is about a license of the other mode.",
};

export class Inquiry {
  readonly #transport: Transport;
  readonly #owner: Owner;

  constructor(transport: Transport, owner: Owner) {
    this.#transport = transport;
    this.#owner = owner;
  }

  /** The request that a question is. Throws a `Mistake` for one that cannot be asked. */
  request({ call, key, name, replace }: Question, nonce: string): Request {
    const asked = { ...this.#place(key), nonce, lease: true };
    return call === "activate"
      ? buildRequest("counterfoil", call, { ...asked, name, replace })
      : buildRequest("counterfoil", call, asked);
  }

  /** Asks once. */
  async ask(question: Question): Promise<Answer> {
    if (!isText(question.key)) {
      return { is: "refusal", state: unlicensed("invalid", "This license key is not valid.") };
    }
    const nonce = randomNonce();
    const carried = await this.#transport.carry(this.request(question, nonce));
    if ("ok" in carried) return { is: "silence", state: carried };
    const outcome = parseResponse("counterfoil", question.call, carried.reply);
    if (!outcome.ok) {
      const state = stateOf(outcome, carried);
      return state.status === "unreachable" ? { is: "silence", state } : { is: "refusal", state };
    }
    return this.#believe(outcome.verdict.lease ?? "", question.key, nonce);
  }

  /** Gives the place back. Null once there is none; nothing about that is signed, nor need it be. */
  async giveBack(key: string): Promise<Unreachable | null> {
    const request = buildRequest("counterfoil", "deactivate", this.#place(key));
    const carried = await this.#transport.carry(request);
    if ("ok" in carried) return carried;
    const outcome = parseResponse("counterfoil", "deactivate", carried.reply);
    if (outcome.ok) return null;
    const state = stateOf(outcome, carried);
    if (state.status === "unreachable") return state;
    const isGone = state.status === "invalid" || state.status === "not_activated";
    return isGone ? null : unreachable(state.message);
  }

  #place(key: string): { key: string; product: string; identifier: string; mode: Owner["mode"] } {
    const { product, identifier, mode } = this.#owner;
    return { key, product, identifier, mode };
  }

  #believe(lease: string, key: string, nonce: string): Answer {
    const read = readAnswer(lease, this.#owner, key, nonce);
    if ("text" in read) return { is: "yes", lease: read };
    const { code, verdict, issuedAt } = read;
    if (verdict && issuedAt !== undefined) return { is: "no", verdict, at: issuedAt };
    const sentence = UNTRUSTED[code] ?? "The server's answer holds at another time than its own.";
    return { is: "silence", state: unlicensed("untrusted_response", sentence) };
  }
}

/** Whether no character is cut in half, which no request can hold. */
function isText(key: string): boolean {
  return !/\p{Surrogate}/u.test(key);
}
