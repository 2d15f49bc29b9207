// What happened, in words. The types are the server's; one that is not known here is shown as it is.

import { day, count } from "./kit/parts.tsx";
import type { HistoryItem } from "./things.ts";

type Data = Record<string, unknown>;

const text = (data: Data, name: string): string | null => (typeof data[name] === "string" ? (data[name] as string) : null);

const titles: Record<string, (data: Data) => string> = {
  "license.created": () => "License made",
  "license.updated": () => "Changed by hand",
  "license.suspended": () => "Suspended",
  "license.reinstated": () => "Reinstated",
  "license.disabled": () => "Disabled",
  "license.enabled": () => "Enabled",
  "license.revoked": () => "Revoked",
  "license.cancelled": () => "Cancelled",
  "license.rotated": () => "Given a new key",
  "license.inactivated": () => "Emptied for somebody else",
  "license.used": () => "Uses counted",
  "activation.created": (data) => `${text(data, "identifier") ?? "A place"} activated`,
  "activation.renamed": (data) => `${text(data, "identifier") ?? "A place"} named`,
  "activation.deactivated": (data) => `${text(data, "identifier") ?? "A place"} freed`,
  "activation.expired": (data) => `${text(data, "identifier") ?? "A place"} freed itself`,
  "license.renewed": () => "Renewed",
  "license.expired": () => "Expired",
  "license.expiring": () => "Expires soon",
  "payment.failed": () => "A payment failed",
  "subscription.cancelled": () => "Subscription cancelled",
  "subscription.expired": () => "Subscription over",
  "billing.recorded": () => "Reported by the payment side",
  "lease.issued": (data) => (text(data, "identifier") ? `Offline file for ${text(data, "identifier")}` : "Offline file signed"),
};

/** Every type of the history. */
export const eventTypes = Object.keys(titles);

/** What a type stands for, of no item in particular. */
export function eventName(type: string): string {
  return titles[type]?.({}) ?? type;
}

export function eventTitle({ type, data }: HistoryItem): string {
  return titles[type]?.(data) ?? type;
}

/** What else there is to say of it. */
export function eventDetail({ type, data }: HistoryItem): string {
  const words: string[] = [];
  if (type === "license.used" && isChange(data)) words.push(`uses ${changed(data)}`);
  const reason = text(data, "reason");
  if (reason) words.push(`“${reason}”`);
  const name = text(data, "name");
  if (name) words.push(`labelled “${name}”`);
  for (const [what, change] of changesOf(data)) words.push(`${label(what)} ${changed(change)}`);
  const end = text(data, "expiresAt");
  if (end) words.push(`until ${day(end)}`);
  if (typeof data.activationsEnded === "number" && data.activationsEnded > 0) words.push(`${count(data.activationsEnded, "place")} freed`);
  const because = text(data, "because");
  if (because) words.push(`made no difference: ${because.replaceAll("_", " ")}`);
  const event = text(data, "event");
  if (event) words.push(`event ${event}`);
  return words.join(" · ");
}

interface Change {
  from: unknown;
  to: unknown;
}

function isChange(value: unknown): value is Change {
  return typeof value === "object" && value !== null && "from" in value && "to" in value;
}

/** Whatever became another, wherever the item says so. */
function changesOf(data: Data): [string, Change | true][] {
  const nested = typeof data.changes === "object" && data.changes !== null ? Object.entries(data.changes) : [];
  const all = [...Object.entries(data), ...nested] as [string, unknown][];
  return all.filter((entry): entry is [string, Change | true] => isChange(entry[1]) || (entry[0] === "metadata" && entry[1] === true));
}

const labels: Record<string, string> = {
  expiresAt: "end",
  graceUntil: "grace",
  activationLimit: "places",
  activationType: "kind of place",
  usesLimit: "most uses",
  leaseDays: "days of a lease",
};

function label(name: string): string {
  return labels[name] ?? name;
}

function changed(change: Change | true): string {
  if (change === true) return "changed";
  const isNewMoment = change.from === null && isMoment(change.to);
  return isNewMoment ? `until ${shown(change.to)}` : `${shown(change.from)} → ${shown(change.to)}`;
}

function isMoment(value: unknown): value is string {
  return typeof value === "string" && /^\d{4}-\d\d-\d\dT/u.test(value);
}

function shown(value: unknown): string {
  if (value === null || value === undefined) return "none";
  if (Array.isArray(value)) return value.length > 0 ? value.join(", ") : "none";
  if (isMoment(value)) return day(value);
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** `good`, `bad` or neither, for the mark beside it. */
export function eventTone({ type, from, to }: HistoryItem): "yes" | "care" | "no" | "calm" {
  if (to === "revoked" || to === "cancelled") return "no";
  if (type === "payment.failed" || (from === "active" && to !== "active")) return "care";
  if (from !== null && from !== "active" && to === "active") return "yes";
  return type === "license.created" || type === "license.renewed" ? "yes" : "calm";
}
