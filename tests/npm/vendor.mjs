// A vendor with a license server that lives in this process: it answers, signs and lies as it is
// told. Its leases are made by Node's own Ed25519, so that nothing of ours vouches for itself.

import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import { claimsOf, keyHash, makeSigner } from "./signer.mjs";

export const PRODUCT = "acme-forms-pro";
const DAY = 86_400;
const REFUSALS = { suspended: 403, revoked: 403, cancelled: 403, disabled: 403, expired: 403 };
const REMEDIES = { invalid: "enter_key", expired: "renew", not_activated: "activate" };

const rfc3339 = (seconds) => new Date(seconds * 1000).toISOString().replace(".000Z", "Z");
const reply = (value) => ({ status: 200, body: JSON.stringify({ jsonrpc: "2.0", id: 1, ...value }) });

export class Vendor {
  /** The public keys that a program pins. */
  jwks;
  /** Every question, as it came. */
  asked = [];
  /** Instead of the answer: `(answer, question) => {status, headers?, body} | Promise`. */
  lie = null;
  #signer = makeSigner();
  #licenses = new Map();
  #now;
  #product;

  /** `now` gives milliseconds since 1970. */
  constructor(now = Date.now, product = PRODUCT) {
    this.#now = now;
    this.#product = product;
    this.jwks = { keys: [this.#signer.jwk, makeSigner().jwk] };
  }

  get signer() {
    return this.#signer;
  }

  /** Makes a license, and gives its key. */
  sell(terms = {}) {
    const key = `AFP-${randomUUID().toUpperCase()}`;
    const made = { id: `lic_${id()}`, status: "valid", limit: 1, leaseDays: 7 };
    const usual = { activationType: "domain", entitlements: ["pro"], places: new Map() };
    this.#licenses.set(key, { ...made, ...usual, ...terms });
    return key;
  }

  /** Changes what is known of a license: its `status`, `graceUntil` (seconds), … */
  change(key, facts) {
    Object.assign(this.#licenses.get(key), facts);
  }

  /** Frees every place of a license. */
  free(key) {
    this.#licenses.get(key).places.clear();
  }

  /** The identifiers that hold a place. */
  places(key) {
    return [...this.#licenses.get(key).places.keys()];
  }

  /** A `fetch` that comes out here, whatever the address. */
  fetch = async (_url, { body }) => {
    const { status, headers = {}, body: text } = await this.answer(body);
    return new Response(text, { status, headers });
  };

  /** The answer to a request's body. */
  async answer(text) {
    const question = JSON.parse(text);
    this.asked.push(question);
    const { method, params } = question;
    const answer = reply(this[method.replace("license.", "")](params));
    return this.lie ? this.lie(answer, question) : answer;
  }

  validate(params) {
    return { result: this.#verdict(params) };
  }

  activate(params) {
    const license = this.#license(params);
    if (!license) return refusal(404, "license_not_found", "There is no such license.");
    if (license.status !== "valid") {
      const code = `license_${license.status}`;
      return refusal(REFUSALS[license.status], code, `This license is ${license.status}.`);
    }
    const { identifier, name = null, replace } = params;
    const { places, limit, ttl } = license;
    const created = !places.has(identifier);
    if (replace) for (const [who, { id }] of places) if (id === replace) places.delete(who);
    if (created && limit > 0 && places.size >= limit) {
      const activations = [...places.values()];
      const message = "Activation limit reached: free a place, then activate here.";
      return refusal(409, "seat_limit_exceeded", message, { limit, used: limit, activations });
    }
    const now = this.#seconds();
    const expiresAt = ttl ? rfc3339(now + ttl) : null;
    const old = places.get(identifier) ?? { id: `act_${id()}`, activatedAt: rfc3339(now) };
    const activation = { ...old, identifier, name: name ?? old.name ?? null, status: "active", expiresAt };
    places.set(identifier, activation);
    const counts = { activationLimit: limit, activationsUsed: places.size };
    return { result: { activation, created, ...counts, verdict: this.#verdict(params) } };
  }

  deactivate(params) {
    const license = this.#license(params);
    if (!license) return refusal(404, "license_not_found", "There is no such license.");
    const activation = license.places.get(params.identifier);
    if (!activation) return refusal(404, "activation_not_found", "There is no such activation.");
    license.places.delete(params.identifier);
    const counts = { activationLimit: license.limit, activationsUsed: license.places.size };
    const gone = { ...activation, status: "deactivated" };
    return { result: { deactivated: true, activation: gone, ...counts } };
  }

  #seconds() {
    return Math.floor(this.#now() / 1000);
  }

  #license({ key, product, mode = "live" }) {
    const isOurs = (product ?? this.#product) === this.#product && mode === "live";
    return isOurs ? this.#licenses.get(key) : undefined;
  }

  /** The verdict, with its lease where one is wanted. */
  #verdict(params) {
    const verdict = this.#judged(this.#license(params), params);
    if (!params.lease) return verdict;
    return { ...verdict, lease: this.#signer.lease(this.#claims(verdict, params)) };
  }

  #judged(license, { identifier, nonce = null }) {
    const now = this.#seconds();
    const places = [...(license?.places.values() ?? [])];
    const mine = places.find((place) => place.identifier === identifier) ?? null;
    const status = !license ? "invalid" : license.status === "valid" && identifier && !mine
      ? "not_activated" : license.status;
    const code = REMEDIES[status] ?? "contact_vendor";
    const common = {
      valid: status === "valid",
      status,
      message: `This license is ${status}.`,
      remedy: status === "valid" ? null : { code, text: "Do something about it." },
      checkedAt: rfc3339(now),
      nonce,
      lease: null,
    };
    const absent = { mode: null, product: null, plan: null, expiresAt: null, graceUntil: null };
    const terms = { activationType: null, activationLimit: null, activationsUsed: null };
    const nothing = { ...absent, ...terms, activation: null, activations: [], entitlements: [] };
    if (!license) return { ...common, ...nothing };
    return {
      ...common,
      ...nothing,
      mode: "live",
      product: this.#product,
      plan: "developer",
      graceUntil: license.graceUntil ? rfc3339(license.graceUntil) : null,
      activationType: license.activationType,
      activationLimit: license.limit,
      activationsUsed: places.length,
      activation: mine,
      activations: places,
      entitlements: license.entitlements,
    };
  }

  #claims(verdict, params) {
    const license = this.#license(params);
    const { activations: _, lease: __, ...said } = verdict;
    const now = this.#seconds();
    const ends = [license?.graceUntil, license?.ttl && now + license.ttl, now + (license?.leaseDays ?? 0) * DAY];
    return {
      iss: "https://licenses.example.com",
      aud: license ? this.#product : (params.product ?? null),
      sub: license?.id ?? null,
      iat: now,
      nbf: now,
      exp: verdict.valid ? Math.min(...ends.filter(Boolean)) : now + 300,
      jti: id(),
      key_hash: keyHash(params.key),
      verdict: { ...said, activations: [] },
      ...(params.nonce && { nonce: params.nonce }),
    };
  }

  /** The answer to a question with other claims, or signed in another way. */
  resigned(answer, alter, sign = (claims) => this.#signer.lease(claims)) {
    const body = JSON.parse(answer.body);
    const verdict = body.result.verdict ?? body.result;
    verdict.lease = sign(alter(claimsOf(verdict.lease)));
    return { ...answer, body: JSON.stringify(body) };
  }
}

/** What lets a page of another origin read the answers. */
const ANYBODY = { "access-control-allow-origin": "*", "access-control-allow-headers": "content-type" };

/** The same behind a port. `fault`, when set, answers in its place: one of `faulty.mjs`. */
export async function startVendor(now, product) {
  const vendor = new Vendor(now, product);
  const server = createServer(async (request, response) => {
    const parts = [];
    for await (const part of request) parts.push(part);
    if (request.method === "OPTIONS") return response.writeHead(204, ANYBODY).end();
    if (vendor.fault) return vendor.fault(response, request);
    const { status, headers, body } = await vendor.answer(Buffer.concat(parts).toString());
    const told = { "content-type": "application/json", ...ANYBODY, ...headers };
    return response.writeHead(status, told).end(body);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  vendor.fault = null;
  vendor.url = `http://127.0.0.1:${server.address().port}`;
  vendor.stop = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return vendor;
}

function refusal(code, word, message, data = {}) {
  return { error: { code, message, data: { code: word, ...data } } };
}

/** 26 characters of Crockford base 32, as ids end. */
function id() {
  const digits = BigInt(`0x${randomUUID().replaceAll("-", "")}`).toString(32).padStart(26, "0");
  return Array.from(digits, (digit) => "0123456789ABCDEFGHJKMNPQRSTVWXYZ"[Number.parseInt(digit, 32)]).join("");
}
