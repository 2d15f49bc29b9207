// The plans to choose from; one alone is no choice.

import { Chips } from "../parts/facts.tsx";
import { money, perWords, placesWords } from "../parts/terms.ts";
import type { Plan } from "./call.ts";

interface ChoiceProps {
  plans: Plan[];
  chosen: Plan;
  onChoose: (id: string) => void;
}

export function PlanChoice({ plans, chosen, onChoose }: ChoiceProps) {
  if (plans.length === 1) return null;
  return (
    <fieldset class="plans">
      <legend class="field-label">Plan</legend>
      {plans.map((plan) => (
        <label class="plan" key={plan.id}>
          <input
            class="plan-radio"
            type="radio"
            name="plan"
            checked={plan.id === chosen.id}
            onChange={() => onChoose(plan.id)}
          />
          <span class="plan-words">
            <span class="plan-name">{plan.name}</span>
            <span class="soft">For {placesWords(plan)}</span>
            {plan.entitlements.length > 0 && <Chips words={plan.entitlements} />}
          </span>
          <span class="plan-price">
            {money(plan.price.amount, plan.price.currency)}
            <span class="soft">{perWords(plan.term)}</span>
          </span>
        </label>
      ))}
    </fieldset>
  );
}
