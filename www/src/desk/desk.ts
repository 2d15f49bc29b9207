// What every screen of the desk has at hand: who is signed in, what happens, and a way to say
// what was done.

import { createContext } from "preact";
import { useContext, useEffect, useRef } from "preact/hooks";
import type { Live } from "./live.ts";
import { may, type Session } from "./session.ts";
import type { EventItem } from "./things.ts";
import type { Say } from "./kit/toasts.tsx";

export interface Desk {
  session: Session;
  live: Live;
  say: Say;
}

export const DeskContext = createContext<Desk | null>(null);

export function useDesk(): Desk {
  const desk = useContext(DeskContext);
  if (!desk) throw new Error("a screen stands outside of the desk");
  return desk;
}

/** Whether the session's token has a scope. */
export function useMay(scope: string): boolean {
  return may(useDesk().session, scope);
}

/** Calls `hear` with each event, and `resumed` when some may have been missed. */
export function useEvents(hear: (event: EventItem) => void, resumed?: () => void) {
  const { live } = useDesk();
  const latest = useRef({ hear, resumed });
  latest.current = { hear, resumed };
  useEffect(() => {
    let wasLost = false;
    const off = [
      live.onEvent((event) => latest.current.hear(event)),
      live.onState((state) => {
        if (state === "live" && wasLost) latest.current.resumed?.();
        wasLost ||= state === "lost";
      }),
    ];
    return () => off.forEach((stop) => stop());
  }, [live]);
}

const gatherMs = 400;

/** A function that runs `work` a moment after it was last called: many events are one look. */
export function useGathered(work: () => void): () => void {
  const latest = useRef(work);
  latest.current = work;
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  return () => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => latest.current(), gatherMs);
  };
}
