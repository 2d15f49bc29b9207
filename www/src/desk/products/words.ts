// Terms in words.

import { placesWords, termWords } from "../../parts/terms.ts";
import type { Plan } from "../things.ts";

export { money, placesWords, termWords } from "../../parts/terms.ts";

/** "3 domains, a year". */
export function terms(plan: Plan): string {
  return `${placesWords(plan)}, ${termWords(plan.term)}`;
}
