// What each dialect's calls take and answer. What the calls do is in the dialects' own words; the
// shapes of the answers come from the Rust types.

import type { Answered, ForeignAnswered, Mode } from "./types.js";

/** As good as left out. */
export type Absent = null | undefined;

/** A parameter that has to be there, under exactly one of these names. */
type Needs<Names extends string, Value = string> = {
  [Name in Names]: { [It in Name]: Value } & { [Other in Exclude<Names, Name>]?: Absent };
}[Names];

/** A parameter that may be left out, under one of these names. */
type Takes<Names extends string, Value = string> = { [Name in Names]?: Value | Absent };

/** What every call of our own takes: the customer's key, and which product and which world asks. */
export interface KeyParams {
  key: string;
  /** Id, slug or permalink. */
  product?: string | Absent;
  /** `live` where nothing is said. */
  mode?: Mode | Absent;
}

/** The calls of the `counterfoil` dialect, each with its parameters. */
export interface Calls {
  /** May this copy run here, now? Without an identifier only the license is judged. */
  validate: KeyParams & {
    identifier?: string | Absent;
    nonce?: string | Absent;
    lease?: boolean | Absent;
  };
  /** Takes a place, or finds the one that the identifier has. */
  activate: KeyParams & {
    identifier: string;
    name?: string | Absent;
    /** The id of the activation whose place is handed over. */
    replace?: string | Absent;
    nonce?: string | Absent;
    lease?: boolean | Absent;
  };
  /** Gives a place back. */
  deactivate: KeyParams & ({ identifier: string } | { activation: string });
  /** Counts uses: all of them or none. */
  use: KeyParams & { amount?: number | Absent; idempotencyKey?: string | Absent };
  /** The signed form of a verdict, to be trusted offline until it runs out. */
  lease: KeyParams & {
    identifier?: string | Absent;
    /** Seconds, 60 at least; the plan's `leaseDays` where nothing is said. */
    ttl?: number | Absent;
    nonce?: string | Absent;
  };
  /** Keeps a floating place for another term. */
  heartbeat: KeyParams & { activation: string };
}

/** Code Heaven: every call takes the vendor's key, which is a secret of the vendor's. */
type CodeHeavenParams = Needs<"vendorKey"> &
  Needs<"licenseKey" | "key"> &
  Needs<"domain" | "identifier">;

export interface CodeHeavenCalls {
  validate: CodeHeavenParams & Takes<"product">;
  activate: CodeHeavenParams;
  deactivate: CodeHeavenParams;
  updates: CodeHeavenParams & Takes<"product"> & Needs<"installedVersion">;
  download: CodeHeavenParams & Takes<"product"> & Needs<"version">;
}

/** Gumroad: a product is told by its id, or by its permalink. */
type GumroadParams = Needs<"license_key" | "key"> &
  Takes<"product_id" | "product"> &
  Takes<"product_permalink">;

/** What changes a license takes the seller's token, which is a secret of the seller's. */
type GumroadChange = GumroadParams & Needs<"access_token">;

export interface GumroadCalls {
  /** Counts a use unless `increment_uses_count` is false. */
  verify: GumroadParams & Takes<"increment_uses_count", boolean>;
  enable: GumroadChange;
  disable: GumroadChange;
  decrement_uses_count: GumroadChange;
  rotate: GumroadChange;
}

/** LicenseDock: a product is told by its number, also where that is a text. */
type LicenseDockParams = Needs<"license_key" | "key"> &
  Takes<"product_id" | "product", number | string>;

type LicenseDockProduct = Needs<"product_id" | "product", number | string>;

export interface LicenseDockCalls {
  activate: LicenseDockParams & Needs<"identifier"> & Takes<"name">;
  validate: LicenseDockParams & Takes<"identifier">;
  deactivate: LicenseDockParams & Needs<"identifier">;
  updates: LicenseDockProduct;
  downloads: Needs<"license_key" | "key"> & LicenseDockProduct & Takes<"identifier">;
}

/** What PackEdge calls a site. */
type Site = "domain" | "url" | "site" | "identifier";

/** PackEdge: with a product's public key its public API is asked, without one its open edge. */
type PackEdgeParams = Needs<"license_key" | "key"> &
  Takes<"public_key"> &
  Takes<"product_slug" | "product">;

export interface PackEdgeCalls {
  /** How the license stands, whatever the site. */
  validate: PackEdgeParams & Takes<Site>;
  activate: PackEdgeParams & Needs<Site> & Takes<"name">;
  /** By the site, or with a public key by the activation's id. */
  deactivate: PackEdgeParams &
    (Needs<Site> | (Needs<"activation_id" | "site_id" | "activation"> & Takes<Site>));
  /** Whether the site is activated, whatever the license. */
  check: PackEdgeParams & Needs<"public_key"> & Needs<Site>;
}

/** Serial Sense: what shipped programs call takes the `apikey`, which may be known. */
type SerialSenseProgram = Needs<"apikey">;

/** What the vendor calls takes the signature, which is a secret of the vendor's. */
type SerialSenseVendor = Needs<"sig">;

/** What an alias may be told by. A key is none. */
type SerialSenseAlias = Needs<"code" | "alias" | "key">;

export interface SerialSenseCalls {
  /** Answers the license's alias: it identifies, it cannot activate. */
  activate: SerialSenseProgram & Needs<"code" | "key"> & Needs<"mach" | "identifier">;
  auth: SerialSenseProgram & SerialSenseAlias & Needs<"mach" | "identifier">;
  /** The same as `auth`. */
  validate: SerialSenseCalls["auth"];
  deactivate: SerialSenseProgram & SerialSenseAlias & Needs<"mach" | "identifier">;
  get_data: SerialSenseProgram & SerialSenseAlias;
  inactivate: SerialSenseVendor & Needs<"code" | "key"> & Takes<"send", boolean>;
  create: SerialSenseVendor &
    Needs<"email"> &
    Takes<"max" | "activationLimit", number> &
    Takes<"data"> &
    Takes<"send", boolean>;
  get_license: SerialSenseVendor & Needs<"email">;
  email_exists: SerialSenseVendor & Needs<"email">;
  force_email_change: SerialSenseVendor & Needs<"code" | "key"> & Needs<"email">;
  set_data: SerialSenseVendor & Needs<"code" | "key"> & Needs<"data">;
}

/**
 * The calls of every dialect, each with its parameters: by the dialect's own names, or by ours
 * where both have the same (`key`, `identifier`, `product`, `name`, `activation`).
 */
export interface DialectCalls {
  counterfoil: Calls;
  codeheaven: CodeHeavenCalls;
  gumroad: GumroadCalls;
  licensedock: LicenseDockCalls;
  packedge: PackEdgeCalls;
  serialsense: SerialSenseCalls;
}

/** The members that each of our own calls' answers has. */
interface Answers {
  validate: "verdict";
  activate: "activation" | "created" | "activationLimit" | "activationsUsed" | "verdict";
  deactivate: "activation" | "deactivated" | "activationLimit" | "activationsUsed";
  use: "uses" | "usesLimit";
  lease: "lease" | "expiresAt";
  heartbeat: "activation" | "expiresAt";
}

/** What a call of our own answers. */
export type Answer<Call extends keyof Calls> = Required<Pick<Answered, "ok" | Answers[Call]>>;

/** What a call of a dialect answers. */
export type AnswerIn<Dialect, Call> = Dialect extends "counterfoil"
  ? Call extends keyof Calls
    ? Answer<Call>
    : never
  : ForeignAnswered;
