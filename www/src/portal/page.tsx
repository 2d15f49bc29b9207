// The page at `/portal/`: ask for a link, sign in with it, look after one's licenses.

import { useEffect, useState } from "preact/hooks";
import { Licenses } from "./licenses.tsx";
import { AskForLink, LinkIsSent, RedeemLink } from "./sign_in.tsx";
import { forgetCode, keepSession, linkedCode, sessionToken } from "./visit.ts";

/** Where the visitor stands. */
export type Stage =
  | { at: "asking"; note?: string }
  | { at: "inbox"; email: string }
  | { at: "link"; code: string }
  | { at: "home"; token: string };

function first(): Stage {
  const code = linkedCode();
  if (code) return { at: "link", code };
  const token = sessionToken();
  return token ? { at: "home", token } : { at: "asking" };
}

export function PortalPage() {
  const [stage, setStage] = useState(first);

  useEffect(() => {
    // A link that is opened where the page is open already loads nothing.
    const follow = () => {
      const code = linkedCode();
      if (code) setStage({ at: "link", code });
    };
    addEventListener("hashchange", follow);
    return () => removeEventListener("hashchange", follow);
  }, []);

  function signIn(token: string) {
    forgetCode();
    keepSession(token);
    setStage({ at: "home", token });
  }

  function signOut(note?: string) {
    forgetCode();
    keepSession(null);
    setStage({ at: "asking", ...(note && { note }) });
  }

  switch (stage.at) {
    case "asking":
      return <AskForLink note={stage.note} onSent={(email) => setStage({ at: "inbox", email })} />;
    case "inbox":
      return <LinkIsSent email={stage.email} onAgain={() => setStage({ at: "asking" })} />;
    case "link":
      return <RedeemLink key={stage.code} code={stage.code} onSignedIn={signIn} onNewLink={() => signOut()} />;
    case "home":
      return <Licenses token={stage.token} onSignedOut={signOut} />;
  }
}
