// The stub below the tear line: what one gets, what it comes to, and the way to pay.

import type { ComponentChildren } from "preact";
import { Chips, Fact } from "../parts/facts.tsx";
import { Arrow } from "../parts/icons.tsx";
import { lastsWords, money, perWords, placesWords } from "../parts/terms.ts";
import type { Plan } from "./call.ts";

interface SumProps {
  plan: Plan;
  /** As typed; it may be no number of licenses yet. */
  quantity: number;
  isTest: boolean;
  isPaying: boolean;
  /** What went wrong. */
  children: ComponentChildren;
}

export function Sum({ plan, quantity, isTest, isPaying, children }: SumProps) {
  const { price, term, entitlements } = plan;
  const count = Number.isInteger(quantity) && quantity > 0 ? quantity : 1;
  const total = money(price.amount * count, price.currency);
  return (
    <section class="sum torn" aria-label="Summary">
      <dl class="facts">
        <Fact name="You get">
          {count === 1 ? "1 license" : `${count} licenses`}, {plan.name}
          {count > 1 && <span class="soft"> · a key for each</span>}
        </Fact>
        <Fact name="Places">
          {count === 1 ? "For" : "Each for"} {placesWords(plan)}
        </Fact>
        <Fact name="Lasts">{lastsWords(term)}</Fact>
        {entitlements.length > 0 && (
          <Fact name="Includes">
            <Chips words={entitlements} />
          </Fact>
        )}
      </dl>
      <p class="total">
        <span class="total-name">Total{isTest && " (test)"}</span>
        <span class="total-amount" aria-live="polite">
          <strong>{total}</strong> <span class="soft">{perWords(term)}</span>
        </span>
        {count > 1 && (
          <span class="total-more soft">
            {count} × {money(price.amount, price.currency)}
          </span>
        )}
      </p>
      {children}
      <button class="button pay" type="submit" aria-disabled={isPaying}>
        {isPaying ? "Opening the payment page…" : `Pay ${total}`}
        <Arrow />
      </button>
      <p class="sum-foot">
        {isTest
          ? "You pay on the test provider's page, with a card that it gives you."
          : "You pay on the payment provider's own page. What you type there never reaches this server."}
      </p>
    </section>
  );
}
