// A file that stands in for the server where no network is: a lease, signed for one place or none.

import { useState } from "preact/hooks";
import { saveLease } from "../parts/lease_file.ts";
import { instant } from "../parts/span.ts";
import type { Failure, License, Place } from "./call.ts";
import type { Act } from "./licenses.tsx";
import { Notices, Undone } from "../parts/notice.tsx";

interface OfflineProps {
  license: License;
  /** The place that it is for; null: for no place in particular. */
  place: Place | null;
  act: Act;
}

export function OfflineFile({ license, place, act }: OfflineProps) {
  const [asking, setAsking] = useState(false);
  const [saved, setSaved] = useState<string | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);

  async function download() {
    if (asking) return;
    setAsking(true);
    const params = place ? { identifier: place.identifier } : {};
    const reply = await act("portal.lease", { license: license.id, ...params });
    setAsking(false);
    setFailure(reply.ok ? null : reply.failure);
    setSaved(reply.ok ? reply.value.expiresAt : null);
    if (reply.ok) saveLease(reply.value.lease, license.product.slug, place?.identifier);
  }

  return (
    <div class="offline">
      <button class="copy offline-button" type="button" aria-disabled={asking} onClick={() => void download()}>
        Offline file<span class="unseen"> for {place?.identifier ?? license.product.name}</span>
      </button>
      <Notices>
        {saved && (
          <p class="soft offline-saved">
            Saved. Software that reads it needs no network until {instant(saved)}; then download another one.
          </p>
        )}
        {failure && <Undone failure={failure} title="No file was made" />}
      </Notices>
    </div>
  );
}
