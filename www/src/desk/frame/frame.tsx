// What stands around every screen: where one can go, whose desk it is, and what was done.

import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { Bars, Flask, Leave, Mark, Search } from "../../parts/icons.tsx";
import type { Failure } from "../call.ts";
import { DeskContext } from "../desk.ts";
import { Live, type LiveState } from "../live.ts";
import { Palette } from "./palette.tsx";
import { places } from "./places.tsx";
import { go, type Route, to, useRoute } from "../route.ts";
import { Screen } from "../screen.tsx";
import { may, type Session } from "../session.ts";
import { commandKey, Shortcuts, useShortcuts } from "./shortcuts.tsx";
import { ThemeChoice } from "./theme_choice.tsx";
import { Toasts, useToasts } from "../kit/toasts.tsx";
import { useTheme } from "./theme.ts";
import type { Mode } from "../things.ts";

type Over = "nothing" | "palette" | "shortcuts";

interface FrameProps {
  session: Session;
  /** Looks at the other world; why it does not, or null. */
  onMode: (mode: Mode) => Promise<Failure | null>;
  onLeave: () => void;
}

export function DeskFrame({ session, onMode, onLeave }: FrameProps) {
  const route = useRoute();
  const [toasts, say, closeToast] = useToasts();
  const [theme, setTheme] = useTheme();
  const [over, setOver] = useState<Over>("nothing");
  const [isDrawn, setDrawn] = useState(false);
  const live = useRef<Live>(null);
  live.current ??= new Live();
  const main = useRef<HTMLElement>(null);

  useEffect(() => {
    if (!may(session, "events:read")) return undefined;
    const opened = live.current;
    opened?.open();
    return () => opened?.close();
  }, []);

  const at = route.path.join("/");
  // Before it is painted: a palette that is opened after that is the new screen's.
  useLayoutEffect(() => {
    setDrawn(false);
    setOver("nothing");
    scrollTo(0, 0);
  }, [at]);

  useShortcuts({
    palette: () => setOver((before) => (before === "palette" ? "nothing" : "palette")),
    help: () => setOver("shortcuts"),
    go: (letter) => {
      const place = places.flat().find((known) => known.letter === letter);
      if (place) go(to([place.path]));
    },
    create: () => go(to(["licenses", "new"])),
  });

  // A token of the test mode sees nothing else, so there is nothing to change to.
  const otherMode = session.token.mode === "test" ? null : otherThan[session.mode];
  async function changeMode() {
    const failure = otherMode && (await onMode(otherMode.mode));
    if (failure) say({ text: failure.message, isBad: true });
  }

  return (
    <DeskContext.Provider value={{ session, live: live.current, say }}>
      <button class="skip" type="button" onClick={() => main.current?.focus()}>
        Skip to content
      </button>
      <div class="desk" data-drawn={isDrawn}>
        <aside class="side" id="side" aria-label="The desk">
          <div class="side-brand">
            <Mark />
            <div>
              <strong>Counterfoil</strong>
              <span class="soft">{session.vendor.name}</span>
            </div>
          </div>
          <button class="side-search" type="button" aria-keyshortcuts="Control+K Meta+K" onClick={() => setOver("palette")}>
            <Search />
            Search or do
            <kbd>{commandKey} K</kbd>
          </button>
          <Places route={route} />
          <div class="side-foot">
            <LiveSign live={live.current} isOn={may(session, "events:read")} />
            <ThemeChoice theme={theme} onTheme={setTheme} />
            {otherMode && (
              <button class="side-link" type="button" onClick={() => void changeMode()}>
                <Flask />
                {otherMode.name}
              </button>
            )}
            <button class="side-link" type="button" onClick={onLeave}>
              <Leave />
              Sign out
            </button>
            <p class="side-who" title={`Signed in by the token ${session.token.id}`}>
              by token “{session.token.name}”
            </p>
          </div>
        </aside>
        <button class="side-veil" type="button" tabIndex={-1} aria-label="Close the menu" onClick={() => setDrawn(false)} />
        <div class="desk-body">
          <header class="top">
            <button class="icon-button" type="button" aria-label="Menu" aria-expanded={isDrawn} aria-controls="side" onClick={() => setDrawn(!isDrawn)}>
              <Bars />
            </button>
            <span class="top-name">{nameOf(route)}</span>
            <button class="icon-button" type="button" aria-label="Search or do" onClick={() => setOver("palette")}>
              <Search />
            </button>
          </header>
          {session.mode === "test" && (
            <p class="test-mode">
              <Flask />
              <span>
                <strong>Test mode.</strong> Licenses, customers and history here are for trying things out. No live license is seen or changed.
              </span>
            </p>
          )}
          {session.testProvider && (
            <p class="test-mode">
              <Flask />
              <span>
                <strong>The <a href="/testpay/">test provider</a> is on.</strong> The checkout sells test licenses, and no money moves.
              </span>
            </p>
          )}
          <main class="main" tabIndex={-1} ref={main}>
            <Screen route={route} key={route.path.slice(0, 2).join("/")} />
          </main>
        </div>
      </div>
      {over === "palette" && <Palette onClose={() => setOver("nothing")} onTheme={setTheme} mode={otherMode && { name: otherMode.name, change: () => void changeMode() }} onLeave={onLeave} onHelp={() => setOver("shortcuts")} />}
      {over === "shortcuts" && <Shortcuts onClose={() => setOver("nothing")} />}
      <Toasts shown={toasts} say={say} onClose={closeToast} />
    </DeskContext.Provider>
  );
}

// How it is called to look at the world that one does not look at now.
const otherThan: Record<Mode, { mode: Mode; name: string }> = {
  live: { mode: "test", name: "Look at test mode" },
  test: { mode: "live", name: "Back to live mode" },
};

function nameOf({ path }: Route): string {
  return places.flat().find((place) => place.path === (path[0] ?? "overview"))?.name ?? "The desk";
}

function Places({ route }: { route: Route }) {
  const here = route.path[0] ?? "overview";
  return (
    <nav class="side-places" aria-label="Screens">
      {places.map((group, number) => (
        <ul key={number}>
          {group.map(({ path, name, icon }) => (
            <li key={path}>
              <a class="side-link" href={to([path])} aria-current={here === path ? "page" : undefined}>
                {icon}
                {name}
              </a>
            </li>
          ))}
        </ul>
      ))}
    </nav>
  );
}

const liveWords: Record<LiveState, string> = {
  connecting: "Connecting…",
  live: "Live",
  lost: "Connection lost, trying again",
};

function LiveSign({ live, isOn }: { live: Live; isOn: boolean }) {
  const [state, setState] = useState(live.state);
  useEffect(() => live.onState(setState), [live]);
  if (!isOn) return null;
  return (
    <p class="live" data-state={state} role="status">
      <i class="live-dot" aria-hidden="true" />
      {liveWords[state]}
    </p>
  );
}
