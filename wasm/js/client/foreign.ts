// The client of a foreign dialect: no leases, nothing stored. An answer counts because it came over
// TLS, and for as long as the program runs.

import type { Failed, ForeignAnswered, ForeignVerdict, Request } from "../types.js";
import { type Reply, buildRequest, parseResponse } from "../wire.js";
import { Listeners } from "./listeners.js";
import type { Asker, ForeignDialect, Manners, Step } from "./manners.js";
import { isFault, stateOf } from "./refusals.js";
import {
  type ForeignState,
  type Judged,
  NO_KEY,
  type Unlicensed,
  type Unreachable,
  judged,
  overruled,
  unlicensed,
  unreachable,
} from "./state.js";
import type { Transport } from "./transport.js";
import { trimmed } from "./typed_key.js";

/** Which dialect is spoken, and with what. */
export interface Speech {
  dialect: ForeignDialect;
  manners: Manners;
  transport: Transport;
  /** All but the key. */
  asker: Omit<Asker, "key">;
}

export class ForeignClient {
  readonly #speech: Speech;
  readonly #listeners = new Listeners<ForeignVerdict>();
  /** What is shown at the next question: the key, or what the system gave for it. */
  #key: string | null = null;
  #alias: string | null = null;
  /** The last "yes" or "no". A question that reached nobody leaves it as it is. */
  #known: Exclude<ForeignState, Unreachable> = NO_KEY;
  /** Calls go one after the other, so that an old answer never comes after a newer one. */
  #turn: Promise<unknown> = Promise.resolve();
  /** The question that waits last in line, for those who ask the same. */
  #waiting: { key: string | undefined; state: Promise<ForeignState> } | null = null;

  constructor(speech: Speech) {
    this.#speech = speech;
    // What the options get wrong is wrong in every call, so it shows here and not later.
    const { ask, askForPlace, activate, deactivate } = speech.manners;
    const asker = { ...speech.asker, key: "key" };
    for (const step of [ask(asker), askForPlace?.(asker), activate(asker), deactivate(asker)]) {
      if (typeof step === "object") this.#build(step);
    }
  }

  get alias(): string | null {
    return this.#alias;
  }

  activate(key: string, { replace }: { replace?: string } = {}): Promise<ForeignState> {
    const text = trimmed(key);
    if (text === null) return Promise.resolve(NO_KEY);
    return this.#next(() => this.#activate(text, replace));
  }

  check(): Promise<ForeignState> {
    return this.validate();
  }

  validate(key?: string): Promise<ForeignState> {
    const text = key === undefined ? undefined : trimmed(key);
    if (text === null) return Promise.resolve(NO_KEY);
    if (this.#waiting?.key === text && this.#waiting) return this.#waiting.state;
    const state = this.#next(async () => {
      this.#waiting = null;
      const asked = text ?? this.#key;
      return asked === null ? NO_KEY : this.#settle(asked, await this.#ask(asked));
    });
    this.#waiting = { key: text, state };
    return state;
  }

  deactivate(): Promise<ForeignState> {
    return this.#next(() => this.#deactivate());
  }

  has(entitlement: string): boolean {
    return this.#known.ok && this.#known.verdict.plan === entitlement;
  }

  subscribe(listener: (state: ForeignState) => void): () => void {
    return this.#listeners.add(listener);
  }

  #next(job: () => Promise<ForeignState>): Promise<ForeignState> {
    // Whoever asks after this job wants an answer that is newer than it.
    this.#waiting = null;
    const turn = this.#turn.then(job);
    this.#turn = turn.catch(() => {});
    return turn;
  }

  async #activate(key: string, replace: string | undefined): Promise<ForeignState> {
    const { manners } = this.#speech;
    const asker = this.#asker(key);
    if (replace !== undefined) {
      const step = manners.deactivate(asker, replace);
      const freed = typeof step === "string" ? null : await this.#call(step);
      if (freed && !freed.ok && freed.status !== "not_activated") return this.#settle(key, freed);
    }
    const taken = await this.#call(manners.activate(asker));
    if (!taken.ok) return this.#settle(key, await this.#withPlaces(key, taken));
    const shown = taken.alias ?? key;
    // The place is taken, so this is the key from now on, whatever the next question comes to.
    if (this.#key !== shown) this.#known = NO_KEY;
    this.#key = shown;
    this.#alias = taken.alias ?? null;
    const state = taken.verdict ? this.#judged(asker, taken) : await this.#ask(shown);
    return this.#settle(shown, state);
  }

  async #deactivate(): Promise<ForeignState> {
    if (this.#key === null) return NO_KEY;
    const step = this.#speech.manners.deactivate(this.#asker(this.#key));
    const message = typeof step === "string" ? step : "This license is no longer activated here.";
    if (typeof step !== "string") {
      const freed = await this.#call(step);
      if (!freed.ok && freed.status !== "not_activated") return this.#settle(this.#key, freed);
    }
    const state = unlicensed("not_activated", message);
    this.#settle(this.#key, state);
    this.#key = null;
    this.#alias = null;
    return state;
  }

  /** Asks how a license stands here. */
  async #ask(key: string): Promise<ForeignState> {
    const { manners } = this.#speech;
    const asker = this.#asker(key);
    const answered = await this.#call(manners.ask(asker));
    if (!answered.ok) return answered;
    const state = this.#judged(asker, answered);
    const step = state.ok && manners.askForPlace?.(asker);
    if (!step) return state;
    const place = await this.#call(step);
    if (!place.ok) return place;
    const { activation } = place;
    const verdict = activation
      ? { ...state.verdict, activation }
      : overruled(state.verdict, "not_activated", "This license is not activated here yet.");
    return judged(verdict);
  }

  #judged(asker: Asker, answered: ForeignAnswered): Judged<ForeignVerdict> | Unreachable {
    const { manners } = this.#speech;
    if (!answered.verdict) return unreachable("The license server did not say how it stands.");
    const state = judged(answered.verdict);
    if (!state.ok || !manners.isAbout || manners.isAbout(asker, answered)) return state;
    return unlicensed("untrusted_response", "The answer is about another product.");
  }

  /** A full license with who takes its places, where the system tells. */
  async #withPlaces(key: string, state: Unlicensed<ForeignVerdict> | Unreachable): Promise<ForeignState> {
    if (state.status !== "seat_limit_exceeded" || !this.#speech.manners.listsPlaces) return state;
    const answered = await this.#call(this.#speech.manners.ask(this.#asker(key)));
    if (!("verdict" in answered) || !answered.verdict) return state;
    return { ...state, activations: answered.verdict.activations };
  }

  /** Makes a call and reads what came back. */
  async #call(step: Step): Promise<ForeignAnswered | Unlicensed<ForeignVerdict> | Unreachable> {
    let request: Request;
    try {
      request = this.#build(step);
    } catch {
      // The options were good for such a call, so it is the key: half a character, for example.
      return unlicensed("invalid", "This license key is not valid.");
    }
    const carried = await this.#speech.transport.carry(request);
    if ("ok" in carried) return carried;
    const { reply, retryAfterMs } = carried;
    const outcome = this.#parse(step, reply);
    if (!outcome.ok) return stateOf(outcome, carried);
    if (!isFault(reply.status)) return outcome;
    return unreachable("The license server is out of order.", retryAfterMs);
  }

  // The table of manners holds calls of this dialect, which the types cannot follow through it.
  #build([call, params]: Step): Request {
    return buildRequest(this.#speech.dialect as never, call as never, params as never);
  }

  #parse([call]: Step, reply: Reply): ForeignAnswered | Failed {
    return parseResponse(this.#speech.dialect as never, call as never, reply);
  }

  #asker(key: string): Asker {
    return { ...this.#speech.asker, key };
  }

  /** Takes a state in, and tells it. A "no" for another key leaves a good license alone. */
  #settle(key: string, state: ForeignState): ForeignState {
    if (this.#key !== key && this.#known.ok && !state.ok) return state;
    if (this.#key !== key) this.#alias = null;
    this.#key = key;
    if (state.status !== "unreachable") this.#known = state;
    this.#listeners.tell(state);
    return state;
  }
}
