// Where the license runs: named, freed, and taken for somebody by hand.

import { useState } from "preact/hooks";
import { Field } from "../../parts/field.tsx";
import { Plus } from "../../parts/icons.tsx";
import { PlacesTaken } from "../../parts/places.tsx";
import { instant, span } from "../../parts/span.ts";
import type { Listed } from "../asked.ts";
import { call, type Failure, once } from "../call.ts";
import { useDesk } from "../desk.ts";
import { DialogForm } from "../kit/dialog.tsx";
import { isOver } from "../licenses/actions.ts";
import { Ago, count, NotDone, NotShown } from "../kit/parts.tsx";
import type { Activation, License } from "../things.ts";

interface PlacesProps {
  license: License;
  list: Listed<Activation>;
  mayWrite: boolean;
  onChanged: () => void;
}

type Asked = { to: "add" } | { to: "name"; place: Activation } | { to: "free"; place: Activation } | null;

export function Places({ license, list, mayWrite, onChanged }: PlacesProps) {
  const [asked, setAsked] = useState<Asked>(null);
  const [withPast, setWithPast] = useState(false);
  const active = list.items.filter(({ status }) => status === "active");
  const past = list.items.filter(({ status }) => status !== "active");
  const canAdd = mayWrite && license.status === "active";
  const close = () => setAsked(null);
  return (
    <section class="card places-card" aria-labelledby="places-title">
      <header class="card-head">
        <h2 id="places-title">Places</h2>
        <span class="soft">
          <PlacesTaken {...license} />
        </span>
        {canAdd && (
          <button class="button button-quiet button-small card-do" type="button" onClick={() => setAsked({ to: "add" })}>
            <Plus />
            Add
          </button>
        )}
      </header>
      {list.failure && <NotShown failure={list.failure} onAgain={list.reload} />}
      {active.length === 0 && !list.asking && !list.failure && (
        <p class="card-empty">
          {license.status === "active"
            ? `No ${license.activationType} holds a place yet. Programs take one with license.activate.`
            : "No place is in use."}
        </p>
      )}
      <ul class="place-list">
        {active.map((place) => (
          <PlaceRow
            key={place.id}
            place={place}
            now={list.now}
            mayName={canAdd}
            mayFree={mayWrite}
            onName={() => setAsked({ to: "name", place })}
            onFree={() => setAsked({ to: "free", place })}
          />
        ))}
      </ul>
      {list.hasMore && (
        <button class="link-button card-foot" type="button" onClick={list.more}>
          Show more
        </button>
      )}
      {past.length > 0 && (
        <button class="link-button card-foot" type="button" aria-expanded={withPast} onClick={() => setWithPast(!withPast)}>
          {withPast ? "Hide" : "Show"} {count(past.length, "place")} given back
        </button>
      )}
      {withPast && (
        <ul class="place-list place-past">
          {past.map((place) => (
            <li class="place-row" key={place.id}>
              <PlaceWords place={place} />
              <span class="soft">
                {instant(place.activatedAt)} – {place.deactivatedAt ? instant(place.deactivatedAt) : ""}
              </span>
            </li>
          ))}
        </ul>
      )}
      {asked?.to === "add" && <AddDialog license={license} onChanged={onChanged} onClose={close} />}
      {asked?.to === "name" && <NameDialog license={license} place={asked.place} onChanged={onChanged} onClose={close} />}
      {asked?.to === "free" && <FreeDialog license={license} place={asked.place} onChanged={onChanged} onClose={close} />}
    </section>
  );
}

interface PlaceRowProps {
  place: Activation;
  now: string;
  mayName: boolean;
  mayFree: boolean;
  onName: () => void;
  onFree: () => void;
}

function PlaceRow({ place, now, mayName, mayFree, onName, onFree }: PlaceRowProps) {
  return (
    <li class="place-row">
      <PlaceWords place={place} />
      <span class="soft place-seen" title={`Taken ${instant(place.activatedAt)}${place.ip ? ` from ${place.ip}` : " at the desk"}`}>
        seen <Ago at={place.lastSeenAt} now={now} />
        {place.expiresAt && <> · frees itself {span(place.expiresAt, now)}</>}
      </span>
      <span class="place-do">
        {mayName && (
          <button class="copy" type="button" onClick={onName}>
            {place.name ? "Rename" : "Name"}
            <span class="unseen"> {place.identifier}</span>
          </button>
        )}
        {mayFree && (
          <button class="copy" type="button" onClick={onFree}>
            Free<span class="unseen"> {place.identifier}</span>
          </button>
        )}
      </span>
    </li>
  );
}

function PlaceWords({ place: { identifier, name } }: { place: Activation }) {
  return (
    <span class="place-name">
      <strong>{identifier}</strong>
      {name && <span class="cell-more">{name}</span>}
    </span>
  );
}

interface DialogProps {
  license: License;
  onChanged: () => void;
  onClose: () => void;
}

const examples = { domain: "example.com", device: "a device’s id", seat: "ann@example.com", instance: "an instance’s id" };

function AddDialog({ license, onChanged, onClose }: DialogProps) {
  const { say } = useDesk();
  const [identifier, setIdentifier] = useState("");
  const [name, setName] = useState("");
  const [asking, setAsking] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const isBeyond = license.activationLimit > 0 && license.activationsUsed >= license.activationLimit;

  async function add() {
    setAsking(true);
    const label = name.trim();
    const reply = await call("admin.activation.add", { license: license.id, identifier: identifier.trim(), ...(label && { name: label }) });
    setAsking(false);
    if (!reply.ok) return setFailure(reply.failure);
    const place = reply.value;
    onChanged();
    onClose();
    say({ text: `${place.identifier} holds a place.`, undo: () => free(place, onChanged) });
  }

  return (
    <DialogForm title="Add a place" yes="Add" asking={asking} isIdle={identifier.trim() === ""} onYes={() => void add()} onClose={onClose}>
      <Field id="add-identifier" label={`Which ${license.activationType}`} value={identifier} onValue={(value) => { setIdentifier(value); setFailure(null); }} placeholder={examples[license.activationType]} invalid={failure?.code === "invalid_identifier"} />
      <Field id="add-name" label="Label" value={name} onValue={setName} hint="May stay empty." />
      {isBeyond && (
        <ul class="consequences">
          <li>All {license.activationLimit} places are in use: this one is beyond the limit, which only the desk may do.</li>
        </ul>
      )}
      <NotDone failure={failure} />
    </DialogForm>
  );
}

function NameDialog({ license, place, onChanged, onClose }: DialogProps & { place: Activation }) {
  const { say } = useDesk();
  const [name, setName] = useState(place.name ?? "");
  const [asking, setAsking] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);

  /** Taking a place that is held already gives it the new label. */
  const label = (text: string) => call("admin.activation.add", { license: license.id, identifier: place.identifier, name: text });

  async function rename() {
    setAsking(true);
    const reply = await label(name.trim());
    setAsking(false);
    if (!reply.ok) return setFailure(reply.failure);
    onChanged();
    onClose();
    const before = place.name;
    say({
      text: `${place.identifier} is called “${name.trim()}”.`,
      ...(before && {
        undo: async () => {
          const back = await label(before);
          onChanged();
          return back.ok ? `${place.identifier} is called “${before}” again.` : back.failure.message;
        },
      }),
    });
  }

  return (
    <DialogForm title={`Name ${place.identifier}`} yes="Save" asking={asking} isIdle={name.trim() === "" || name.trim() === place.name} onYes={() => void rename()} onClose={onClose}>
      <Field id="place-name" label="Label" value={name} onValue={setName} placeholder="Ann’s laptop" hint="The customer sees it in the portal, and may change it." />
      <NotDone failure={failure} />
    </DialogForm>
  );
}

function FreeDialog({ license, place, onChanged, onClose }: DialogProps & { place: Activation }) {
  const { say } = useDesk();
  const [asking, setAsking] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [attempt] = useState(once);

  async function agree() {
    setAsking(true);
    const reply = await call("admin.activation.remove", { activation: place.id, idempotencyKey: attempt });
    setAsking(false);
    if (!reply.ok) return setFailure(reply.failure);
    onChanged();
    onClose();
    // Only a license that is good takes a place again.
    const canTakeBack = license.status === "active";
    say({
      text: `${place.identifier} was freed.`,
      ...(canTakeBack && {
        undo: async () => {
          const { identifier, name } = place;
          const back = await call("admin.activation.add", { license: license.id, identifier, ...(name && { name }) });
          onChanged();
          return back.ok ? `${identifier} holds a place again.` : back.failure.message;
        },
      }),
    });
  }

  return (
    <DialogForm title={`Free ${place.identifier}?`} yes="Free it" no="Keep it" asking={asking} onYes={() => void agree()} onClose={onClose}>
      <ul class="consequences">
        <li>Its next check is told “not activated”. With a signed lease it goes on until that ends.</li>
        <li>{isOver(license) || license.activationLimit === 0 ? "No other place changes." : "Somebody else can take the place at once."}</li>
        <li>Its program may take a place again by itself, if one is free.</li>
      </ul>
      <NotDone failure={failure} />
    </DialogForm>
  );
}

async function free(place: Activation, onChanged: () => void): Promise<string> {
  const back = await call("admin.activation.remove", { activation: place.id });
  onChanged();
  return back.ok ? `${place.identifier} was freed again.` : back.failure.message;
}
