// The payment providers: what they are called, where their webhooks are set up, and what they call
// a price.

import type { Session } from "../session.ts";
import type { Provider } from "../things.ts";

interface ProviderWords {
  name: string;
  /** Where the address is to be pasted. */
  where: string;
  /** Where the secret comes from. */
  secret: string;
  /** What its prices look like. */
  price: string;
  example: string;
}

export const providers: Record<Provider, ProviderWords> = {
  stripe: {
    name: "Stripe",
    where: "In Stripe’s dashboard, add a webhook endpoint under Developers. It may send every event: what concerns no license is ignored.",
    secret: "The endpoint’s signing secret.",
    price: "A price, a product, or the payment link by which it is sold.",
    example: "price_…, prod_… or plink_…",
  },
  paddle: {
    name: "Paddle",
    where: "In Paddle, add a notification destination of the kind URL under Developer tools.",
    secret: "The destination’s secret key.",
    price: "A price, or a product for all of its prices.",
    example: "pri_… or pro_…",
  },
  lemonsqueezy: {
    name: "Lemon Squeezy",
    where: "In Lemon Squeezy, add a webhook under Settings.",
    secret: "You choose it, there and here alike.",
    price: "The number of a variant.",
    example: "123456",
  },
  woocommerce: {
    name: "WooCommerce",
    where: "In the shop, add webhooks under Settings, Advanced: for orders, and for subscriptions if it sells them.",
    secret: "You choose it, there and here alike.",
    price: "The number of a variation or a product.",
    example: "4711",
  },
  gumroad: {
    name: "Gumroad",
    where: "In Gumroad, set it as the Ping endpoint under Settings, Advanced. That tells of sales; resource subscriptions tell of refunds, disputes and memberships too.",
    secret: "Gumroad signs nothing: the secret is a part of the address. This one was made up for you.",
    price: "A product’s id or permalink, or the id and a version.",
    example: "QMGY== (Pro)",
  },
};

export const providerNames = Object.entries(providers).map(([provider, { name }]): [string, string] => [provider, name]);

/** Where a provider has to send its webhooks. */
export function addressOf(provider: Provider, { vendor }: Session): string {
  // The first vendor needs no saying.
  const whose = vendor.name === "default" ? "" : `/${vendor.id}`;
  return `${location.origin}/webhooks/${provider}${whose}`;
}
