// The client of our own dialect: what unlocks is signed, and holds for a while when nobody can be
// asked.

import type { Verdict } from "../types.js";
import type { Answer, Inquiry } from "./inquiry.js";
import { type CheckedLease, type Owner, readEnded } from "./leases.js";
import { Listeners } from "./listeners.js";
import { NO_KEY, type State, judged, unlicensed } from "./state.js";
import { type Good, type Standing, type StoredLicense, freshStateOf, stateOf } from "./stored_license.js";
import { trimmed } from "./typed_key.js";
import { Unlocked } from "./unlocked.js";

/** What a client works with. */
export interface Equipment {
  inquiry: Inquiry;
  license: StoredLicense;
  owner: Owner;
  /** A label for the place. */
  name: string | undefined;
  /** Milliseconds since 1970. */
  now: () => number;
}

/** What to say where nobody can be asked and no lease holds. */
const WITHOUT_ANSWER = {
  lease_expired:
    "The license could not be confirmed for too long: connect to the internet and try again.",
  clock_rolled_back:
    "The clock is earlier than at the last check: set the date and time right and try again.",
};

export class SignedClient {
  readonly alias = null;
  readonly #equipment: Equipment;
  readonly #listeners = new Listeners<Verdict>();
  readonly #unlocked: Unlocked;
  /** Calls go one after the other, so that an old answer never comes after a newer one. */
  #turn: Promise<unknown> = Promise.resolve();
  /** The check that stands last in line, for those who check meanwhile. */
  #checking: Promise<State> | null = null;
  /** What a renewal that nobody waits for asks. */
  #renewing: Promise<Answer> | null = null;

  constructor(equipment: Equipment) {
    this.#equipment = equipment;
    this.#unlocked = new Unlocked(equipment.now);
  }

  async activate(key: string, { replace }: { replace?: string } = {}): Promise<State> {
    const text = trimmed(key);
    return text === null ? NO_KEY : this.#next(() => this.#activate(text, replace));
  }

  check(): Promise<State> {
    if (this.#checking) return this.#checking;
    const checking = this.#next(() => this.#check());
    this.#checking = checking;
    const done = () => {
      if (this.#checking === checking) this.#checking = null;
    };
    checking.then(done, done);
    return checking;
  }

  async validate(key?: string): Promise<State> {
    const text = key === undefined ? undefined : trimmed(key);
    return text === null ? NO_KEY : this.#next(() => this.#validate(text));
  }

  deactivate(): Promise<State> {
    return this.#next(() => this.#deactivate());
  }

  has(entitlement: string): boolean {
    return this.#unlocked.has(entitlement);
  }

  subscribe(listener: (state: State) => void): () => void {
    return this.#listeners.add(listener);
  }

  #next<T>(job: () => Promise<T>): Promise<T> {
    // Whoever checks after this job wants to hear what came of it.
    this.#checking = null;
    const turn = this.#turn.then(job);
    this.#turn = turn.catch(() => {});
    return turn;
  }

  async #activate(key: string, replace: string | undefined): Promise<State> {
    const { inquiry, license, name } = this.#equipment;
    const answer = await inquiry.ask({ call: "activate", key, name, replace });
    const standing = await license.stand();
    if (answer.is === "yes") return this.#take(key, answer.lease);
    // Another key's "no", and one that nobody signed, leave a good license as it is.
    const isAside = standing.stored && standing.stored.key !== key;
    if (isAside || (answer.is === "refusal" && standing.is === "good")) return aside(answer);
    return this.#hear(key, standing, answer);
  }

  /** Offline first. That a renewal is due does not hold up the answer. */
  async #check(): Promise<State> {
    const { license } = this.#equipment;
    const standing = await license.stand();
    if (standing.is !== "good") return this.#renew(standing);
    if (license.isDue(standing)) this.#renewUnawaited(standing);
    return this.#settle(stateOf(standing), standing.lease);
  }

  async #validate(key: string | undefined): Promise<State> {
    const { inquiry, license } = this.#equipment;
    const standing = await license.stand();
    const asked = key ?? standing.stored?.key;
    if (asked === undefined || asked === standing.stored?.key) return this.#renew(standing);
    const answer = await inquiry.ask({ call: "validate", key: asked });
    const after = await license.stand();
    // What another key is worth makes no difference to the one that is kept.
    if (after.stored && after.stored.key !== asked) return aside(answer);
    return this.#hear(asked, after, answer);
  }

  async #deactivate(): Promise<State> {
    const { inquiry, license } = this.#equipment;
    const { stored } = await license.stand();
    if (!stored) return NO_KEY;
    // A floating place that is being renewed would be taken again.
    await this.#renewing;
    const unreachable = await inquiry.giveBack(stored.key);
    if (unreachable) return unreachable;
    await license.forget();
    return this.#settle({ ...NO_KEY, message: "This license is no longer activated here." });
  }

  /** Asks about the key that is kept. */
  async #renew(before: Standing): Promise<State> {
    if (!before.stored) return this.#settle(NO_KEY);
    const answer = await this.#askAgain(before);
    return this.#renewed(before, answer);
  }

  #renewUnawaited(before: Good): void {
    if (this.#renewing) return;
    const done = () => {
      this.#renewing = null;
    };
    // The question stands in no line, so that nobody has to wait until it is answered.
    this.#renewing = this.#askAgain(before);
    this.#renewing
      .then((answer) => this.#next(() => this.#renewed(before, answer)))
      .then(done, done);
  }

  /** Takes in what came of asking about a key that was kept, unless it is known better since. */
  async #renewed(before: Exclude<Standing, { is: "no_key" }>, answer: Answer): Promise<State> {
    const { key, lease } = before.stored;
    const standing = await this.#equipment.license.stand();
    if (!standing.stored) return this.#settle(NO_KEY);
    const isKept = standing.stored.key === key;
    if (standing.is !== "good") return isKept ? this.#hear(key, standing, answer) : aside(answer);
    const isNews = standing.stored.lease === lease || signedAt(answer) > standing.lease.issuedAt;
    if (isKept && isNews) return this.#hear(key, standing, answer);
    return this.#settle(stateOf(standing), standing.lease);
  }

  /** A floating place is kept by taking it again; whether a license is good is a question. */
  async #askAgain({ stored }: Exclude<Standing, { is: "no_key" }>): Promise<Answer> {
    const { inquiry, owner } = this.#equipment;
    const { key } = stored;
    const lease = stored.lease === null ? null : readEnded(stored.lease, owner, key);
    if (lease?.verdict?.activation?.expiresAt) {
      const answer = await inquiry.ask({ call: "activate", key });
      if (answer.is !== "refusal") return answer;
      // A refusal is not signed. The answer to a question is.
    }
    return inquiry.ask({ call: "validate", key });
  }

  /** Takes in an answer about the key that is kept, or about one where none is. */
  async #hear(key: string, standing: Standing, answer: Answer): Promise<State> {
    const { license } = this.#equipment;
    if (answer.is === "yes") return this.#take(key, answer.lease);
    if (answer.is === "no") {
      if (standing.stored) await license.drop(standing.stored, answer.at);
      return this.#settle(judged(answer.verdict));
    }
    if (standing.is === "good") {
      const { state } = answer;
      const wait = state.status === "unreachable" ? state.retryAfterMs : undefined;
      return this.#settle(stateOf(await license.fail(standing, wait)), standing.lease);
    }
    const { is } = standing;
    const isSilent = answer.is === "silence" && (is === "lease_expired" || is === "clock_rolled_back");
    return this.#settle(isSilent ? unlicensed(is, WITHOUT_ANSWER[is]) : answer.state);
  }

  async #take(key: string, lease: CheckedLease): Promise<State> {
    await this.#equipment.license.take(key, lease);
    return this.#settle(freshStateOf(lease), lease);
  }

  /** Takes a state in, and tells it. */
  #settle(state: State, lease?: CheckedLease): State {
    this.#unlocked.set(lease);
    this.#listeners.tell(state);
    return state;
  }
}

/** When an answer was signed; before all time where nobody signed it. */
function signedAt(answer: Answer): number {
  if (answer.is === "yes") return answer.lease.issuedAt;
  return answer.is === "no" ? answer.at : -Infinity;
}

/** The state of a license that is not the one that is kept. */
function aside(answer: Answer): State {
  switch (answer.is) {
    case "yes":
      return freshStateOf(answer.lease);
    case "no":
      return judged(answer.verdict);
    case "refusal":
    case "silence":
      return answer.state;
  }
}
