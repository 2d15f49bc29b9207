// The page at `/admin/`: the way in, then the desk.

import { useEffect, useState } from "preact/hooks";
import { Notice } from "../parts/notice.tsx";
import { type Failure, onSessionLost } from "./call.ts";
import { DeskFrame } from "./frame/frame.tsx";
import { currentRoute, settle, to } from "./route.ts";
import { currentSession, forgetCode, linkedCode, lookAt, onSessionChanged, type Session, signOut } from "./session.ts";
import { SignIn } from "./sign_in.tsx";
import type { Mode } from "./things.ts";

/** Where the visitor stands. */
type Stage =
  | { at: "looking" }
  | { at: "unheard"; failure: Failure }
  | { at: "outside"; note?: string }
  | { at: "link"; code: string }
  | { at: "home"; session: Session };

const SESSION_OVER = "Your session is over. Sign in again to go on where you were.";

export function DeskPage() {
  const [stage, setStage] = useState<Stage>(() => linkedStage() ?? { at: "looking" });

  useEffect(() => {
    // A link that is opened where the page is open already loads nothing.
    const follow = () => {
      const linked = linkedStage();
      if (linked) setStage(linked);
    };
    addEventListener("hashchange", follow);
    return () => removeEventListener("hashchange", follow);
  }, []);

  useEffect(
    () =>
      onSessionLost(() => {
        setStage((before) => (before.at === "home" ? { at: "outside", note: SESSION_OVER } : before));
      }),
    [],
  );

  useEffect(
    () =>
      onSessionChanged(() => {
        setStage((before) => (before.at === "home" || before.at === "outside" ? { at: "looking" } : before));
      }),
    [],
  );

  async function look() {
    const found = await currentSession();
    if (!found.ok) setStage({ at: "unheard", failure: found.failure });
    else setStage(found.session ? { at: "home", session: found.session } : { at: "outside" });
  }

  useEffect(() => {
    if (stage.at === "looking") void look();
  }, [stage.at]);

  function enter() {
    if (stage.at === "link") forgetCode();
    setStage({ at: "looking" });
  }

  async function changeMode(mode: Mode): Promise<Failure | null> {
    const failure = await lookAt(mode);
    if (failure?.code === "unauthorized") setStage({ at: "outside", note: SESSION_OVER });
    else if (!failure) {
      // What a screen is of is not there in the other world.
      settle(to(currentRoute().path.slice(0, 1)));
      setStage({ at: "looking" });
    }
    return failure;
  }

  async function leave() {
    await signOut();
    history.replaceState(null, "", location.pathname);
    setStage({ at: "outside" });
  }

  switch (stage.at) {
    case "looking":
      return <p class="unseen">Looking whether you are signed in…</p>;
    case "unheard":
      return (
        <main class="entry">
          <h1 class="unseen">The desk</h1>
          <Notice kind="unasked" title="Could not ask the server">
            <p>{stage.failure.message}</p>
            <button class="button button-small entry-again" type="button" onClick={() => setStage({ at: "looking" })}>
              Try again
            </button>
          </Notice>
        </main>
      );
    case "outside":
      return <SignIn note={stage.note} code={null} onSignedIn={enter} onNewWay={() => setStage({ at: "outside" })} />;
    case "link":
      return (
        <SignIn
          key={stage.code}
          note={undefined}
          code={stage.code}
          onSignedIn={enter}
          onNewWay={() => {
            forgetCode();
            setStage({ at: "outside" });
          }}
        />
      );
    case "home":
      return <DeskFrame session={stage.session} onMode={changeMode} onLeave={() => void leave()} />;
  }
}

function linkedStage(): Stage | null {
  const code = linkedCode();
  return code === null ? null : { at: "link", code };
}
