// How each foreign dialect is asked what a client wants to know: its calls and their parameters.
// What its replies say is the module's business.

import type { ForeignAnswered } from "../types.js";

/** Who asks. */
export interface Asker {
  key: string;
  product: string;
  identifier: string;
  /** A label for the place. */
  name: string | undefined;
  credentials: Readonly<Record<string, unknown>>;
}

/** A call and its parameters. */
export type Step = readonly [call: string, params: Record<string, unknown>];

export interface Manners {
  /** Asks whether the copy may run. Asking consumes nothing. */
  ask(asker: Asker): Step;
  /** Asks whether the identifier holds a place, where a "yes" to the first says nothing of it. */
  askForPlace?(asker: Asker): Step | undefined;
  /** Takes a place, or what comes closest. */
  activate(asker: Asker): Step;
  /**
   * Gives a place back: the asker's, or that of another activation, by its id or identifier. Where
   * there is no such thing: the sentence that says so.
   */
  deactivate(asker: Asker, other?: string): Step | string;
  /** Whether `ask` also tells who holds the places. */
  listsPlaces?: true;
  /** Whether an answer is about what was asked. */
  isAbout?(asker: Asker, answered: ForeignAnswered): boolean;
}

const licensedock: Manners = {
  ask: ({ key, product, identifier, credentials }) => [
    "validate",
    { ...credentials, key, product, identifier },
  ],
  activate: ({ key, product, identifier, name, credentials }) => [
    "activate",
    { ...credentials, key, product, identifier, name },
  ],
  deactivate: ({ key, product, identifier, credentials }, other = identifier) => [
    "deactivate",
    { ...credentials, key, product, identifier: other },
  ],
};

const codeheaven: Manners = {
  ask: ({ key, product, identifier, credentials }) => [
    "validate",
    { ...credentials, key, product, identifier },
  ],
  activate: ({ key, identifier, credentials }) => ["activate", { ...credentials, key, identifier }],
  deactivate: ({ key, identifier, credentials }, other = identifier) => [
    "deactivate",
    { ...credentials, key, identifier: other },
  ],
  listsPlaces: true,
};

/** An activation's id, which no site is called. */
const PACKEDGE_ACTIVATION = /^act_\w+$/;

const packedge: Manners = {
  ask: ({ key, product, identifier, credentials }) => [
    "validate",
    { ...credentials, key, product, identifier },
  ],
  // The open edge has no such call: there a place is taken or given back, never asked about.
  askForPlace: ({ key, identifier, credentials }) =>
    credentials["public_key"] ? ["check", { ...credentials, key, identifier }] : undefined,
  activate: ({ key, identifier, credentials }) => ["activate", { ...credentials, key, identifier }],
  deactivate: ({ key, identifier, credentials }, other = identifier) => [
    "deactivate",
    PACKEDGE_ACTIVATION.test(other)
      ? { ...credentials, key, activation: other }
      : { ...credentials, key, identifier: other },
  ],
};

/** A product's id: 16 bytes in base64. Anything else is a permalink. */
const GUMROAD_PRODUCT_ID = /^[\w-]{22}==$/;

function gumroadLicense({ key, product }: Asker): Record<string, unknown> {
  return GUMROAD_PRODUCT_ID.test(product)
    ? { key, product_id: product }
    : { key, product_permalink: product };
}

/** What `verify` takes: whoever has the seller's token shows it to no call that does not need it. */
function gumroadVerify(asker: Asker, counts: boolean): Step {
  const { access_token: _, ...others } = asker.credentials;
  return ["verify", { ...others, ...gumroadLicense(asker), increment_uses_count: counts }];
}

const gumroad: Manners = {
  ask: (asker) => gumroadVerify(asker, false),
  // Gumroad has no places. Its own plugins count a use where a key is entered.
  activate: (asker) => gumroadVerify(asker, true),
  deactivate: (asker) =>
    asker.credentials["access_token"]
      ? ["decrement_uses_count", { ...asker.credentials, ...gumroadLicense(asker) }]
      : "The key is forgotten here. Gumroad has no places to give back, and only the seller can " +
        "take back a use.",
  isAbout: ({ product }, { purchase }) =>
    !GUMROAD_PRODUCT_ID.test(product) || purchase?.["product_id"] === product,
};

const serialsense: Manners = {
  ask: ({ key, identifier, credentials }) => ["auth", { ...credentials, key, identifier }],
  activate: ({ key, identifier, credentials }) => ["activate", { ...credentials, key, identifier }],
  deactivate: ({ key, identifier, credentials }, other = identifier) => [
    "deactivate",
    { ...credentials, key, identifier: other },
  ],
};

export const MANNERS = { codeheaven, gumroad, licensedock, packedge, serialsense };

/** The dialects that a client can speak. */
export type ForeignDialect = keyof typeof MANNERS;
