// What is sold, in words.

/** How long a license lasts. */
export type Term = { months: number } | { days: number };

export function termWords(term: Term | null): string {
  if (!term) return "for ever";
  if ("months" in term) {
    if (term.months % 12 === 0) return term.months === 12 ? "a year" : `${term.months / 12} years`;
    return term.months === 1 ? "a month" : `${term.months} months`;
  }
  return term.days === 1 ? "a day" : `${term.days} days`;
}

/** How often it is paid: "every year"; "once" where it is for ever. */
export function perWords(term: Term | null): string {
  if (!term) return "once";
  const words = termWords(term);
  return `every ${words.replace(/^an? /u, "")}`;
}

/** How long it lasts, and what comes then. */
export function lastsWords(term: Term | null): string {
  return term ? `Renews ${perWords(term)}, until you call it off` : "For ever, paid once";
}

interface Places {
  activationType: string;
  /** 0 is unlimited. */
  activationLimit: number;
}

export function placesWords({ activationType, activationLimit }: Places): string {
  if (activationLimit === 0) return `any number of ${activationType}s`;
  return activationLimit === 1 ? `one ${activationType}` : `${activationLimit} ${activationType}s`;
}

/** "€9.00": minor units, as the currency has them. */
export function money(price: number, currency: string): string {
  const format = new Intl.NumberFormat("en", { style: "currency", currency });
  const digits = format.resolvedOptions().maximumFractionDigits ?? 2;
  return format.format(price / 10 ** digits);
}
