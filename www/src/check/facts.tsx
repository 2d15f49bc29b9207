// What the license is, below the verdict.

import type { Verdict } from "counterfoil";
import { Chips, Fact, Instant } from "../parts/facts.tsx";
import { Chevron } from "../parts/icons.tsx";
import { PlacesTaken } from "../parts/places.tsx";
import type { Question } from "./ask.ts";
import { FreePlace } from "./free_place.tsx";

const rowsMax = 6;

interface FactsProps {
  verdict: Verdict;
  question: Question;
  /** A place was given back: the verdict is another one now. */
  onFreed: () => void;
}

export function Facts({ verdict, question, onFreed }: FactsProps) {
  const { product, plan, expiresAt, graceUntil, checkedAt, entitlements } = verdict;
  // Nothing is known about an unknown key, not even which facts it would have.
  if (verdict.status === "invalid") return null;
  return (
    <dl class="facts">
      <Fact name="Product">{product}</Fact>
      {plan && <Fact name="Plan">{plan}</Fact>}
      <Fact name={expiresAt && expiresAt <= checkedAt ? "Expired" : "Expires"}>
        {expiresAt ? <Instant at={expiresAt} now={checkedAt} /> : "Never"}
      </Fact>
      {graceUntil && (
        <Fact name="Grace until">
          <Instant at={graceUntil} now={checkedAt} />
        </Fact>
      )}
      <Fact name="Places">
        <Places verdict={verdict} question={question} onFreed={onFreed} />
      </Fact>
      {entitlements.length > 0 && (
        <Fact name="Includes">
          <Chips words={entitlements} />
        </Fact>
      )}
    </dl>
  );
}

function Places({ verdict, question, onFreed }: FactsProps) {
  const used = verdict.activationsUsed ?? 0;
  const rows = verdict.activations.map((place) => (
    <li class="place" key={place.id}>
      <span class="place-name">
        {place.identifier}
        {place.name && <span class="soft"> {place.name}</span>}
      </span>
      {place.id === verdict.activation?.id && <span class="chip chip-toned">asked about</span>}
      <FreePlace place={place} question={question} onFreed={onFreed} />
    </li>
  ));
  const unlisted = used - rows.length;
  return (
    <>
      <PlacesTaken {...verdict} />
      {rows.length > 0 && <ul class="places">{rows.slice(0, rowsMax)}</ul>}
      {rows.length > rowsMax && (
        <details class="more">
          <summary class="more-summary">
            <Chevron />
            And {used - rowsMax} more
          </summary>
          <ul class="places">
            {rows.slice(rowsMax)}
            {unlisted > 0 && <li class="place soft">{unlisted} more are not listed</li>}
          </ul>
        </details>
      )}
    </>
  );
}
