// What the desk's methods take and answer.

import type { Term } from "../parts/terms.ts";

export interface Named {
  id: string;
  slug: string;
  name: string;
}

export type Mode = "live" | "test";
export type Status = "active" | "expired" | "suspended" | "disabled" | "revoked" | "cancelled";
export type Hold = "payment" | "dispute" | "manual" | "disabled";
export type ActivationType = "domain" | "device" | "seat" | "instance";

export interface Holder {
  id: string;
  email: string;
  name: string | null;
}

export interface License {
  id: string;
  key: string;
  alias: string;
  mode: Mode;
  product: Named;
  plan: Named | null;
  customer: Holder | null;
  subscription: string | null;
  order: string | null;
  status: Status;
  holds: Hold[];
  end: "revoked" | "cancelled" | null;
  activationType: ActivationType;
  activationLimit: number;
  activationsUsed: number;
  uses: number;
  usesLimit: number | null;
  createdAt: string;
  expiresAt: string | null;
  graceUntil: string | null;
  lastCheckAt: string | null;
  lastCheckIp: string | null;
  checkCount: number;
  entitlements: string[];
  metadata: Record<string, unknown>;
}

export interface Activation {
  id: string;
  license: string;
  identifier: string;
  name: string | null;
  status: "active" | "deactivated";
  ip: string | null;
  activatedAt: string;
  deactivatedAt: string | null;
  lastSeenAt: string;
  expiresAt: string | null;
}

export interface Product extends Named {
  keyFormat: string;
  permalink: string | null;
  externalId: string | null;
  metadata: Record<string, unknown>;
  createdAt: string;
}

export type { Term };

export interface Plan extends Named {
  product: string;
  activationType: ActivationType;
  activationLimit: number;
  term: Term | null;
  graceDays: number;
  entitlements: string[];
  usesLimit: number | null;
  leaseDays: number;
  floating: { ttl: number } | null;
  price: number | null;
  currency: string | null;
  createdAt: string;
}

export interface Customer extends Holder {
  createdAt: string;
}

export interface Token {
  id: string;
  name: string;
  scopes: string[];
  mode: Mode;
  product: string | null;
  kind: string | null;
  createdAt: string;
  expiresAt: string | null;
}

export interface HistoryItem {
  id: string;
  at: string;
  actor: string;
  type: string;
  from: Status | null;
  to: Status;
  data: Record<string, unknown>;
}

export interface EventItem extends HistoryItem {
  license: string;
}

export interface Summary {
  asOf: string;
  licenses: Record<Status, number>;
  days: { date: string; activations: number; checks: number }[];
  expiring: { id: string; alias: string; product: string; expiresAt: string }[];
  nearlyFull: number;
  fullest: { id: string; alias: string; product: string; activationLimit: number; activationsUsed: number }[];
  deliveries: {
    webhooks: { webhook: string; failed: number }[];
    payments: { refused: number; parked: number } | null;
  };
}

export interface Order {
  order: string;
  customer: Holder | null;
  subscription: string | null;
  lines: { product: Named; plan: Named; quantity: number; price: number | null; currency: string | null }[];
  paidAt: string;
  licenses: Record<Status, number>;
}

export interface MailStatus {
  configured: boolean;
  from: string | null;
  replyTo: string | null;
  queued: number;
  dead: number;
  problem: string | null;
}

export interface Letter {
  id: string;
  template: string;
  to: string;
  state: "queued" | "sent" | "dead";
  attempts: number;
  createdAt: string;
  nextAttemptAt: string | null;
  sentAt: string | null;
  problem: string | null;
}

export interface Template {
  template: string;
  enabled: boolean;
  subject: string;
  text: string;
  html: string;
  customized: string[];
}

export type Provider = "stripe" | "paddle" | "lemonsqueezy" | "woocommerce" | "gumroad";

export interface PaymentConnection {
  id: string;
  provider: Provider;
  name: string | null;
  mode: Mode;
  url: string;
  opensCheckouts: boolean;
  createdAt: string;
}

export interface Price {
  provider: Provider;
  price: string;
  product: string;
  plan: string;
  createdAt: string;
}

export interface PaymentDelivery {
  id: string;
  provider: Provider;
  event: string;
  type: string;
  at: string;
  receivedAt: string;
  state: "applied" | "ignored" | "parked" | "refused";
  waitsFor: string | null;
  problem: string | null;
  licenses: string[];
}

export type WebhookFormat = "standard" | "packedge";

export interface Webhook {
  id: string;
  publicKey: string | null;
  url: string;
  events: string[];
  description: string | null;
  format: WebhookFormat;
  product: string | null;
  mode: Mode;
  enabled: boolean;
  disabledFor: "manual" | "gone" | "failing" | null;
  disabledAt: string | null;
  failingSince: string | null;
  previousSecretUntil: string | null;
  createdAt: string;
}

/** In the answers that make a secret, and in no other. */
export type WithSecret = Webhook & { secret: string };

export interface Attempt {
  at: string;
  /** Milliseconds. */
  duration: number;
  status: number | null;
  response: string | null;
  problem: string | null;
}

export interface WebhookDelivery {
  id: string;
  webhook: string;
  event: string;
  type: string;
  license: string | null;
  status: "pending" | "delivered" | "failed";
  attempts: Attempt[];
  createdAt: string;
  nextAttemptAt: string | null;
}

export interface Page<T> {
  items: T[];
  nextCursor: string | null;
}

interface Part {
  limit?: number;
  cursor?: string;
}

interface Repeatable {
  idempotencyKey?: string;
}

type ByLicense = { license: string };
type Stop = ByLicense & { reason?: string } & Repeatable;

export interface NewLicense extends Repeatable {
  product: string;
  plan?: string;
  customer?: { email: string; name?: string };
  key?: string;
  expiresAt?: string;
  activationType?: ActivationType;
  activationLimit?: number;
  entitlements?: string[];
  metadata?: Record<string, unknown>;
  quantity?: number;
}

export interface LicenseChange extends ByLicense, Repeatable {
  activationLimit?: number;
  expiresAt?: string | null;
  plan?: string | null;
  customer?: { email: string; name?: string } | null;
  entitlements?: string[] | null;
  metadata?: Record<string, unknown> | null;
}

export interface LicenseFilter {
  search?: string;
  status?: Status;
  product?: string;
  plan?: string;
  customer?: string;
  order?: string;
}

export interface NewWebhook extends Repeatable {
  url: string;
  events: string[];
  format: WebhookFormat;
  description?: string;
  product?: string;
  secret?: string;
}

export interface WebhookChange extends Repeatable {
  webhook: string;
  url?: string;
  events?: string[];
  description?: string | null;
  enabled?: boolean;
  rotateSecret?: true;
  overlapHours?: number;
}

export interface ProductTerms {
  slug?: string;
  name?: string;
  keyFormat?: string | null;
  permalink?: string | null;
  externalId?: string | null;
  metadata?: Record<string, unknown> | null;
}

export interface PlanTerms {
  slug?: string;
  name?: string;
  activationType?: ActivationType;
  activationLimit?: number;
  term?: Term | null;
  graceDays?: number | null;
  entitlements?: string[] | null;
  usesLimit?: number | null;
  leaseDays?: number | null;
  floating?: { ttl: number } | null;
  price?: number | null;
  currency?: string | null;
}

/** What each method takes and answers. */
export interface Methods {
  "admin.license.create": [NewLicense, License | { items: License[] }];
  "admin.license.get": [ByLicense, License];
  "admin.license.list": [LicenseFilter & Part, Page<License>];
  "admin.license.update": [LicenseChange, License];
  "admin.license.suspend": [Stop, License];
  "admin.license.reinstate": [Stop, License];
  "admin.license.disable": [Stop, License];
  "admin.license.enable": [Stop, License];
  "admin.license.revoke": [Stop, License];
  "admin.license.cancel": [Stop, License];
  "admin.license.rotate": [ByLicense & Repeatable, License];
  "admin.license.inactivate": [ByLicense & { send?: boolean } & Repeatable, License];
  "admin.license.lease": [ByLicense & { identifier?: string; ttl?: number } & Repeatable, { lease: string; expiresAt: string }];
  "admin.license.use": [ByLicense & { amount: number } & Repeatable, { uses: number; usesLimit: number | null }];
  "admin.license.history": [ByLicense & Part, Page<HistoryItem>];
  "admin.license.snapshot": [ByLicense & { identifier?: string }, object];
  "admin.activation.list": [ByLicense & { status?: Activation["status"] } & Part, Page<Activation>];
  "admin.activation.add": [ByLicense & { identifier: string; name?: string } & Repeatable, Activation];
  "admin.activation.remove": [{ activation: string } & Repeatable, Activation];
  "admin.product.list": [Part, Page<Product>];
  "admin.product.get": [{ product: string }, Product];
  "admin.product.create": [ProductTerms & Repeatable, Product];
  "admin.product.update": [{ product: string } & ProductTerms & Repeatable, Product];
  "admin.plan.list": [{ product?: string } & Part, Page<Plan>];
  "admin.plan.create": [{ product: string } & PlanTerms & Repeatable, Plan];
  "admin.plan.update": [{ plan: string } & PlanTerms & Repeatable, Plan];
  "admin.customer.list": [{ search?: string } & Part, Page<Customer>];
  "admin.customer.get": [{ customer: string }, Customer];
  "admin.customer.update": [{ customer: string; email?: string; name?: string | null } & Repeatable, Customer];
  "admin.token.list": [Part, Page<Token>];
  "admin.token.create": [
    { name: string; scopes: string[]; mode?: Mode; product?: string; expiresAt?: string } & Repeatable,
    Token & { token: string },
  ];
  "admin.token.revoke": [{ token: string } & Repeatable, Token];
  "admin.stats.summary": [{ days?: number }, Summary];
  "admin.history.list": [{ actor?: string; type?: string; since?: string; until?: string } & Part, Page<EventItem>];
  "admin.mail.status": [Record<string, never>, MailStatus];
  "admin.mail.update": [{ replyTo: string | null } & Repeatable, MailStatus];
  "admin.mail.list": [{ state?: Letter["state"] } & Part, Page<Letter>];
  "admin.mail.retry": [{ mail: string } & Repeatable, Letter];
  "admin.template.list": [Part, Page<Template>];
  "admin.template.update": [
    { template: string; subject?: string | null; text?: string | null; html?: string | null; enabled?: boolean } & Repeatable,
    Template,
  ];
  "admin.order.list": [{ search?: string } & Part, Page<Order>];
  "admin.payment.connect": [{ provider: Provider; secret: string; apiKey?: string; name?: string } & Repeatable, PaymentConnection];
  "admin.payment.list": [Part, Page<PaymentConnection>];
  "admin.payment.disconnect": [{ connection: string } & Repeatable, PaymentConnection];
  "admin.payment.deliveries": [{ state?: PaymentDelivery["state"] } & Part, Page<PaymentDelivery>];
  "admin.payment.delivery": [{ delivery: string }, { delivery: PaymentDelivery; body: string }];
  "admin.payment.replay": [{ delivery: string } & Repeatable, PaymentDelivery];
  "admin.price.map": [
    { provider: Provider; price: string; product: string; plan: string } & Repeatable,
    Price & { applied: number; more: boolean },
  ];
  "admin.price.list": [Part, Page<Price>];
  "admin.price.unmap": [{ provider: Provider; price: string } & Repeatable, Price];
  "admin.webhook.create": [NewWebhook, WithSecret];
  "admin.webhook.list": [Part, Page<Webhook>];
  "admin.webhook.update": [WebhookChange, Webhook & { secret: string | null }];
  "admin.webhook.delete": [{ webhook: string } & Repeatable, Webhook];
  "admin.webhook.test": [{ webhook: string } & Repeatable, WebhookDelivery];
  "admin.webhook.deliveries": [{ webhook: string; status?: WebhookDelivery["status"] } & Part, Page<WebhookDelivery>];
  "admin.webhook.delivery": [{ delivery: string }, { delivery: WebhookDelivery; body: string }];
  "admin.webhook.redeliver": [{ delivery: string } & Repeatable, WebhookDelivery];
  "admin.template.preview": [
    { template: string; subject?: string; text?: string; html?: string; license?: string },
    { subject: string; text: string; html: string },
  ];
}

/** The methods that answer a list in parts. */
export type ListMethod = {
  [M in keyof Methods]: Methods[M][1] extends Page<unknown> ? M : never;
}[keyof Methods];

export type ItemOf<M extends ListMethod> = Methods[M][1] extends Page<infer T> ? T : never;
