// One place of a license: what it is called, and a way to free it.

import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { span } from "../parts/span.ts";
import type { Failure, Place } from "./call.ts";
import { Confirm } from "../parts/confirm.tsx";
import type { Act } from "./licenses.tsx";
import { Notices, Undone } from "../parts/notice.tsx";

const labelMax = 255;

interface PlaceProps {
  place: Place;
  now: string;
  act: Act;
  onRemoved: (place: Place, activationsUsed: number) => void;
  onRenamed: (place: Place) => void;
  /** What else can be done with it. */
  children?: ComponentChildren;
}

type Doing = "nothing" | "renaming" | "removing";

export function PlaceRow({ place, now, act, onRemoved, onRenamed, children }: PlaceProps) {
  const [doing, setDoing] = useState<Doing>("nothing");
  const [failure, setFailure] = useState<Failure | null>(null);
  const row = useRef<HTMLLIElement>(null);
  const leftBy = useRef<string | null>(null);
  // Once the buttons are drawn again, however long that takes.
  useLayoutEffect(() => {
    if (doing !== "nothing" || leftBy.current === null) return;
    row.current?.querySelector<HTMLElement>(leftBy.current)?.focus();
    leftBy.current = null;
  }, [doing]);

  /** Back to the row as it was, with the focus on the button that led away from it. */
  function close() {
    leftBy.current = doing === "removing" ? ".place-remove" : ".place-rename";
    setDoing("nothing");
    setFailure(null);
  }

  async function remove() {
    const reply = await act("portal.deactivate", { activation: place.id });
    if (reply.ok) onRemoved(place, reply.value.activationsUsed);
    else setFailure(reply.failure);
  }

  async function rename(name: string) {
    const reply = await act("portal.rename", { activation: place.id, name });
    if (!reply.ok) return setFailure(reply.failure);
    onRenamed(reply.value);
    close();
  }

  return (
    <li class="portal-place" ref={row}>
      <div class="place-line">
        <p class="place-words">
          <span class="place-identifier">{place.identifier}</span>
          {place.name && <span class="place-label">{place.name}</span>}
          <span class="soft place-seen">last seen {ago(place.lastSeenAt, now)}</span>
        </p>
        {doing === "nothing" && (
          <p class="place-doing">
            <button class="copy place-rename" type="button" onClick={() => setDoing("renaming")}>
              {place.name ? "Rename" : "Name it"}
              <span class="unseen"> {place.identifier}</span>
            </button>
            <button class="copy place-remove" type="button" onClick={() => setDoing("removing")}>
              Remove<span class="unseen"> {place.identifier}</span>
            </button>
          </p>
        )}
      </div>
      {doing === "renaming" && <Rename place={place} onName={rename} onCancel={close} />}
      {doing === "removing" && (
        <Confirm question={`Remove ${place.identifier}?`} yes="Remove" no="Keep it" onYes={remove} onNo={close}>
          Its place is free at once. What runs there stops being licensed until it is activated again with the key.
        </Confirm>
      )}
      <Notices>{failure && <Undone failure={failure} title="Nothing was changed" />}</Notices>
      {children}
    </li>
  );
}

/** A place that was seen this very minute is in use. */
function ago(at: string, now: string): string {
  return at > now ? "just now" : span(at, now);
}

interface RenameProps {
  place: Place;
  onName: (name: string) => Promise<void>;
  onCancel: () => void;
}

function Rename({ place, onName, onCancel }: RenameProps) {
  const [name, setName] = useState(place.name ?? "");
  const [asking, setAsking] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => {
    input.current?.focus();
    input.current?.select();
  }, []);

  async function submit(event: Event) {
    event.preventDefault();
    if (asking) return;
    setAsking(true);
    await onName(name.trim());
    setAsking(false);
  }

  return (
    <form
      class="place-form"
      noValidate
      onSubmit={(event) => void submit(event)}
      onKeyDown={(event) => {
        if (event.key === "Escape") onCancel();
      }}
    >
      <label class="unseen" for={`${place.id}-name`}>
        Label of {place.identifier}
      </label>
      <input
        class="field-input"
        id={`${place.id}-name`}
        ref={input}
        value={name}
        maxLength={labelMax}
        placeholder="Ann's laptop"
        autocomplete="off"
        onInput={(event) => setName(event.currentTarget.value)}
      />
      <button class="button portal-small" type="submit" aria-disabled={asking}>
        Save
      </button>
      <button class="button button-quiet portal-small" type="button" onClick={onCancel}>
        Cancel
      </button>
    </form>
  );
}
