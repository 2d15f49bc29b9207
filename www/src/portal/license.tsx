// One license: what it is, its key, its places.

import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { Copy } from "../parts/copy.tsx";
import { Chips, Fact, Instant } from "../parts/facts.tsx";
import { Check, Clock, Cross, Pause } from "../parts/icons.tsx";
import { PlacesTaken } from "../parts/places.tsx";
import type { Failure, License, Place } from "./call.ts";
import { Confirm } from "../parts/confirm.tsx";
import type { Act } from "./licenses.tsx";
import { Notices, Undone } from "../parts/notice.tsx";
import { OfflineFile } from "./offline.tsx";
import { PlaceRow } from "./place.tsx";
import { isOver, renewal, sentence, title, tone } from "./words.ts";

interface TicketProps {
  license: License;
  now: string;
  act: Act;
  onChange: (after: License, words: string) => void;
}

export function LicenseTicket({ license, now, act, onChange }: TicketProps) {
  const { product, plan, expiresAt, activations, entitlements } = license;
  const renews = renewal(license);
  const places = useRef<HTMLElement>(null);

  function removed(place: Place, activationsUsed: number) {
    const left = activations.filter(({ id }) => id !== place.id);
    onChange({ ...license, activationsUsed, activations: left }, `${place.identifier} was removed.`);
    // The row that held the focus is gone.
    places.current?.focus();
  }

  function renamed(place: Place) {
    const after = activations.map((other) => (other.id === place.id ? place : other));
    onChange({ ...license, activations: after }, `${place.identifier} has its new label.`);
  }

  return (
    <article class="ticket license" data-tone={tone(license)} aria-labelledby={`${license.id}-name`}>
      <header class="license-head">
        <div>
          <h2 class="license-name" id={`${license.id}-name`}>
            {product.name}
          </h2>
          <p class="soft">
            {plan && `${plan.name} · `}
            {license.alias}
            {license.mode === "test" && " · a trial of the vendor's own"}
          </p>
        </div>
        <p class="license-status">
          {sign(license)}
          {title(license)}
        </p>
      </header>
      <p class="license-sentence">{sentence(license)}</p>
      <dl class="facts">
        <Fact name="Key">
          <Key license={license} act={act} onChange={onChange} />
        </Fact>
        <Fact name={expiresAt && expiresAt <= now ? "Expired" : "Expires"}>
          {expiresAt ? <Instant at={expiresAt} now={now} /> : "Never"}
        </Fact>
        {renews && <Fact name="Renews">{renews}</Fact>}
        <Fact name="Places">
          <section class="license-places" aria-label={`Places of ${product.name}`} tabIndex={-1} ref={places}>
            <PlacesTaken {...license} />
            <ul class="portal-places">
              {activations.map((place) => (
                <PlaceRow key={place.id} place={place} now={now} act={act} onRemoved={removed} onRenamed={renamed}>
                  {license.status === "active" && <OfflineFile license={license} place={place} act={act} />}
                </PlaceRow>
              ))}
            </ul>
            <Unlisted license={license} />
          </section>
        </Fact>
        {license.status === "active" && activations.length === 0 && (
          <Fact name="No network">
            <OfflineFile license={license} place={null} act={act} />
          </Fact>
        )}
        {entitlements.length > 0 && (
          <Fact name="Includes">
            <Chips words={entitlements} />
          </Fact>
        )}
      </dl>
    </article>
  );
}

function Unlisted({ license: { activationsUsed, activations } }: { license: License }) {
  const more = activationsUsed - activations.length;
  return more > 0 ? <p class="soft">{more} more come into view as these are removed.</p> : null;
}

function sign(license: License) {
  if (license.status === "active") return tone(license) === "yes" ? <Check /> : <Clock />;
  if (license.status === "expired") return <Clock />;
  return isOver(license) ? <Cross /> : <Pause />;
}

function Key({ license, act, onChange }: Omit<TicketProps, "now">) {
  const [asking, setAsking] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const button = useRef<HTMLButtonElement>(null);
  const wasAsked = useRef(false);
  // Once the button is drawn again, however long that takes.
  useLayoutEffect(() => {
    if (!asking && wasAsked.current) button.current?.focus();
    wasAsked.current = asking;
  }, [asking]);

  function close() {
    setAsking(false);
    setFailure(null);
  }

  async function rotate() {
    const reply = await act("portal.rotate", { license: license.id });
    if (!reply.ok) return setFailure(reply.failure);
    onChange(reply.value, `${license.product.name} has a new key.`);
    close();
  }

  return (
    <div class="license-key">
      <code class="license-key-text">{license.key}</code>
      <div class="license-key-doing">
        <Copy text={license.key} what={`the key of ${license.product.name}`} />
        {!isOver(license) && !asking && (
          <button class="copy" type="button" ref={button} onClick={() => setAsking(true)}>
            Get a new key<span class="unseen"> for {license.product.name}</span>
          </button>
        )}
      </div>
      {asking && (
        <Confirm
          question="Get a new key?"
          yes="Get a new key"
          no="Keep this one"
          onYes={rotate}
          onNo={close}
        >
          This key stops working at once, for everybody who has it. Places stay as they are, but wherever the key is
          entered the new one must be.
        </Confirm>
      )}
      <Notices>{failure && <Undone failure={failure} title="The key is as it was" />}</Notices>
    </div>
  );
}
