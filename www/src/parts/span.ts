// Lengths of time in words. All in UTC, as the server counts.

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** How far `at` lies from `now`: "in 1 year and 5 months", "3 days ago". Rounded down. */
export function span(at: string, now: string): string {
  const [from, to] = [new Date(now), new Date(at)];
  // The very instant counts as past.
  return to > from ? `in ${words(from, to)}` : `${words(to, from)} ago`;
}

/** "4 June 2027, 00:00 UTC": the exact instant, alike for vendor and customer wherever they are. */
export function instant(at: string): string {
  const date = new Date(at);
  const part = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat("en-GB", { ...options, timeZone: "UTC" }).format(date);
  return `${part({ dateStyle: "long" })}, ${part({ timeStyle: "short" })}\u00a0UTC`;
}

function words(from: Date, to: Date): string {
  const ms = to.getTime() - from.getTime();
  if (ms < minute) return "less than a minute";
  if (ms < hour) return count(ms / minute, "minute");
  if (ms < 2 * day) return count(ms / hour, "hour");
  const months = wholeMonths(from, to);
  if (months < 2) return count(ms / day, "day");
  if (months < 12) return count(months, "month");
  const rest = months % 12;
  return count(months / 12, "year") + (rest ? ` and ${count(rest, "month")}` : "");
}

function wholeMonths(from: Date, to: Date): number {
  const months = (to.getUTCFullYear() - from.getUTCFullYear()) * 12 + to.getUTCMonth() - from.getUTCMonth();
  const anchor = new Date(from);
  // Day 1 first: a 31st moved into a shorter month would spill into the next one.
  anchor.setUTCDate(1);
  anchor.setUTCMonth(anchor.getUTCMonth() + months);
  const monthDays = new Date(Date.UTC(anchor.getUTCFullYear(), anchor.getUTCMonth() + 1, 0)).getUTCDate();
  anchor.setUTCDate(Math.min(from.getUTCDate(), monthDays));
  return anchor > to ? months - 1 : months;
}

function count(amount: number, noun: string): string {
  const whole = Math.floor(amount);
  return `${whole} ${noun}${whole === 1 ? "" : "s"}`;
}
