// What the license is, below the verdict.

import type { Verdict } from "counterfoil";
import type { ComponentChildren } from "preact";
import { Chevron } from "../parts/icons.tsx";
import { instant, span } from "./span.ts";
import { places } from "./words.ts";

// More than these in a row are a texture, not a number that an eye can take in.
const pipsMax = 12;
const rowsMax = 6;

export function Facts({ verdict }: { verdict: Verdict }) {
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
        <Places verdict={verdict} />
      </Fact>
      {entitlements.length > 0 && (
        <Fact name="Includes">
          <ul class="chips">
            {entitlements.map((entitlement) => (
              <li class="chip" key={entitlement}>
                {entitlement}
              </li>
            ))}
          </ul>
        </Fact>
      )}
    </dl>
  );
}

function Fact({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <div class="fact">
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** `now` is the server's time: the visitor's clock may be wrong, and is not what decided. */
function Instant({ at, now }: { at: string; now: string }) {
  return (
    <time dateTime={at}>
      {instant(at)} <span class="soft">· {span(at, now)}</span>
    </time>
  );
}

function Places({ verdict }: { verdict: Verdict }) {
  const limit = verdict.activationLimit ?? 0;
  const used = verdict.activationsUsed ?? 0;
  const rows = verdict.activations.map((place) => (
    <li class="place" key={place.id}>
      <span class="place-name">
        {place.identifier}
        {place.name && <span class="soft"> {place.name}</span>}
      </span>
      {place.id === verdict.activation?.id && <span class="chip chip-toned">asked about</span>}
    </li>
  ));
  const unlisted = used - rows.length;
  return (
    <>
      <span class="places-taken">
        {places(verdict)}
        {limit > 1 && limit <= pipsMax && <Pips limit={limit} used={used} />}
      </span>
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

function Pips({ limit, used }: { limit: number; used: number }) {
  // The vendor can give out more places than the limit has.
  const length = Math.min(Math.max(limit, used), pipsMax);
  return (
    <span class="pips" aria-hidden="true">
      {Array.from({ length }, (_, place) => (
        <i class="pip" key={place} data-used={place < used} />
      ))}
    </span>
  );
}
