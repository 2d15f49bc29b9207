// What a webhook is told and how it stands, in words.

import { eventTypes } from "../history_words.ts";
import type { Tone } from "../kit/status.tsx";
import type { Attempt, Webhook, WebhookDelivery, WebhookFormat } from "../things.ts";

export const everything = "*";

export const formatNames: Record<WebhookFormat, string> = {
  standard: "Standard Webhooks",
  packedge: "PackEdge",
};

/** The types by their group: `license.*` and what begins so. */
export const groups: [string, string[]][] = [...new Set(eventTypes.map(groupOf))].map((group) => [group, eventTypes.filter((type) => groupOf(type) === group)]);

function groupOf(type: string): string {
  return `${type.split(".")[0]}.*`;
}

/** What people call it, else where it is. */
export function calledOf({ description, url }: Webhook): string {
  return description ?? hostOf(url);
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : url;
}

export function toldWords(events: string[]): string {
  return events.includes(everything) ? "Everything" : events.join(", ");
}

/** In one word with its colour, and as the end of a sentence where there is more to say. */
export function standingOf({ disabledFor, failingSince }: Webhook): [Tone, string, string] {
  switch (disabledFor) {
    case "manual":
      return ["calm", "Off", "switched off by hand"];
    case "gone":
      return ["no", "Off", "its receiver answered 410: nobody wants to hear there any more"];
    case "failing":
      return ["no", "Off", "nothing reached it for five days"];
    case null:
      return failingSince ? ["care", "Failing", "first failed"] : ["yes", "On", ""];
  }
}

/** Whether somebody has to look after it: it fails, or was switched off for that. */
export function needsCare({ enabled, disabledFor, failingSince }: Webhook): boolean {
  return enabled ? failingSince !== null : disabledFor !== "manual";
}

export const deliveryStanding: Record<WebhookDelivery["status"], [Tone, string]> = {
  pending: ["care", "Waiting"],
  delivered: ["yes", "Delivered"],
  failed: ["no", "Failed"],
};

/** "204 after 35 ms", "No answer after 20 s". */
export function answerWords({ status, duration }: Attempt): string {
  const long = duration < 1_000 ? `${duration} ms` : `${(duration / 1_000).toFixed(1)} s`;
  return `${status ?? "No answer"} after ${long}`;
}
