// All that happened to the license, the newest first.

import { useEffect, useRef, useState } from "preact/hooks";
import { instant, span } from "../../parts/span.ts";
import { useActors } from "../actors.ts";
import { call, type Failure, type Reply } from "../call.ts";
import { eventDetail, eventTitle, eventTone } from "../history_words.ts";
import { count, NotShown } from "../kit/parts.tsx";
import type { HistoryItem, Page } from "../things.ts";

const partSize = 200;
// The list begins with the oldest. So many parts are gone through to have the newest.
const partsMax = 25;
const shownFirst = 12;

interface TimelineProps {
  license: string;
  turn: number;
  now: string;
}

export function Timeline({ license, turn, now }: TimelineProps) {
  const [failure, setFailure] = useState<Failure | null>(null);
  const [isAll, setAll] = useState(false);
  const { items, isWhole, load } = useHistory(license, turn, setFailure);
  const actor = useActors();
  const newest = items.toReversed();
  const shown = isAll ? newest : newest.slice(0, shownFirst);
  return (
    <section class="card" aria-labelledby="timeline-title">
      <header class="card-head">
        <h2 id="timeline-title">Timeline</h2>
        <span class="soft">{items.length > 0 && count(items.length, "event")}</span>
      </header>
      {failure && <NotShown failure={failure} onAgain={load} />}
      {!isWhole && <p class="card-empty">Only the first {count(items.length, "event")} are shown: the rest is on the history’s screen.</p>}
      <ol class="timeline">
        {shown.map((item) => {
          const by = actor(item.actor);
          const detail = eventDetail(item);
          return (
            <li class="event" key={item.id} data-tone={eventTone(item)}>
              <p class="event-title">
                {eventTitle(item)}
                {item.from !== item.to && item.from !== null && (
                  <span class="event-step">
                    {item.from} → {item.to}
                  </span>
                )}
              </p>
              {detail && <p class="event-detail">{detail}</p>}
              <p class="event-when">
                <time dateTime={item.at} title={span(item.at, now)}>
                  {instant(item.at)}
                </time>{" "}
                · by {by.href ? <a href={by.href}>{by.name}</a> : by.name}
              </p>
            </li>
          );
        })}
      </ol>
      {newest.length > shownFirst && (
        <button class="link-button card-foot" type="button" aria-expanded={isAll} onClick={() => setAll(!isAll)}>
          {isAll ? "Show fewer" : `Show all ${newest.length}`}
        </button>
      )}
    </section>
  );
}

/** The whole history, and what came since: the list only grows. */
function useHistory(license: string, turn: number, onFailure: (failure: Failure | null) => void) {
  const [items, setItems] = useState<HistoryItem[]>([]);
  const [isWhole, setWhole] = useState(true);
  const latest = useRef(0);

  async function load() {
    latest.current += 1;
    const mine = latest.current;
    onFailure(null);
    let found: HistoryItem[] = [];
    let cursor = null as string | null;
    for (let part = 0; part < partsMax; part += 1) {
      const reply: Reply<Page<HistoryItem>> = await call("admin.license.history", { license, limit: partSize, ...(cursor && { cursor }) });
      if (mine !== latest.current) return;
      if (!reply.ok) return onFailure(reply.failure);
      found = [...found, ...reply.value.items];
      cursor = reply.value.nextCursor;
      if (cursor === null) break;
    }
    setWhole(cursor === null);
    setItems(found);
  }

  useEffect(() => {
    void load();
    return () => {
      latest.current += 1;
    };
  }, [license, turn]);

  return { items, isWhole, load: () => void load() };
}
