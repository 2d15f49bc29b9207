// The way in: a token, or a link that works once.

import { useRef, useState } from "preact/hooks";
import { Field } from "../parts/field.tsx";
import { Arrow, Mark } from "../parts/icons.tsx";
import { Notice, Notices } from "../parts/notice.tsx";
import type { Failure } from "./call.ts";
import { type Credential, currentSession, signIn } from "./session.ts";

interface SignInProps {
  /** Why the visitor stands here. */
  note: string | undefined;
  /** That of the link which opened the page. */
  code: string | null;
  onSignedIn: () => void;
  onNewWay: () => void;
}

// The cookie is sent over TLS only, but to a browser on the server's own machine. One that keeps
// none is told why, for it would stand here again without a word.
const KEPT_NOTHING: Failure = {
  kind: "no",
  code: "no_cookie",
  message:
    "The browser kept no session. Over a network the desk needs TLS: open it by https, or on the server's own machine.",
};

export function SignIn({ note, code, onSignedIn, onNewWay }: SignInProps) {
  const [asking, setAsking] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);

  async function enter(credential: Credential) {
    if (asking) return;
    setAsking(true);
    const found = (await signIn(credential)) ?? (await keptNothing());
    setAsking(false);
    setFailure(found);
    if (!found) onSignedIn();
  }

  return (
    <main class="entry">
      <header class="entry-head">
        <Mark />
        <h1>Counterfoil</h1>
      </header>
      <div class="ticket entry-ticket">
        {code === null ? (
          <ByToken note={note} asking={asking} failure={failure} onToken={(token) => void enter({ token })} onEdit={() => setFailure(null)} />
        ) : (
          <ByLink asking={asking} failure={failure} onRedeem={() => void enter({ code })} onNewWay={onNewWay} />
        )}
      </div>
      <p class="entry-foot">
        A customer? <a href="/portal/">See your licenses</a>, or <a href="/">check a key</a>.
      </p>
    </main>
  );
}

async function keptNothing(): Promise<Failure | null> {
  const found = await currentSession();
  if (!found.ok) return found.failure;
  return found.session ? null : KEPT_NOTHING;
}

interface ByTokenProps {
  note: string | undefined;
  asking: boolean;
  failure: Failure | null;
  onToken: (token: string) => void;
  onEdit: () => void;
}

function ByToken({ note, asking, failure, onToken, onEdit }: ByTokenProps) {
  const [token, setToken] = useState("");
  const input = useRef<HTMLInputElement>(null);
  return (
    <form
      class="entry-form"
      aria-label="Sign in"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (token.trim() === "") input.current?.focus();
        else onToken(token.trim());
      }}
    >
      <Field
        id="token"
        label="Token"
        kind="secret"
        inputRef={input}
        value={token}
        onValue={(value) => {
          setToken(value);
          onEdit();
        }}
        placeholder="cf_live_…"
        invalid={failure?.code === "unauthorized"}
        hint="The admin token, or any other of your tokens: the desk then shows and does what that one may."
      />
      <button class="button" type="submit" aria-disabled={asking}>
        {asking ? "Signing in…" : "Sign in"}
        <Arrow />
      </button>
      <Notices>
        {note && !failure && <Notice kind="no" title={note} />}
        {failure && <NotSignedIn failure={failure} what="This token" />}
      </Notices>
      <p class="entry-hint">
        No token at hand? Whoever runs the server prints a link that signs in once:
        <code class="entry-command">counterfoil admin-link</code>
      </p>
    </form>
  );
}

interface ByLinkProps {
  asking: boolean;
  failure: Failure | null;
  onRedeem: () => void;
  onNewWay: () => void;
}

/** A button and not the link itself redeems the code: whatever previews links must not use it up. */
function ByLink({ asking, failure, onRedeem, onNewWay }: ByLinkProps) {
  const isStale = failure?.code === "unauthorized";
  return (
    <div class="entry-form">
      {!isStale && (
        <>
          <p>Your link is here. You stay signed in until you sign out, for 12 hours at most.</p>
          <button class="button" type="button" aria-disabled={asking} onClick={onRedeem}>
            {asking ? "Signing in…" : "Sign in"}
            <Arrow />
          </button>
        </>
      )}
      <Notices>
        {isStale && (
          <Notice kind="no" title="This link is no longer good">
            <p>
              It was used, or it is older than 30 minutes. <code>counterfoil admin-link</code> prints a new one.
            </p>
          </Notice>
        )}
        {failure && !isStale && <NotSignedIn failure={failure} what="This link" />}
      </Notices>
      {isStale && (
        <button class="button button-quiet" type="button" onClick={onNewWay}>
          Sign in by a token
        </button>
      )}
    </div>
  );
}

function NotSignedIn({ failure, what }: { failure: Failure; what: string }) {
  if (failure.kind === "unasked") {
    return (
      <Notice kind="unasked" title="Could not ask the server">
        <p>{failure.message} Try again.</p>
      </Notice>
    );
  }
  return failure.code === "unauthorized" ? (
    <Notice kind="no" title={`${what} does not sign in`}>
      <p>{failure.message}</p>
    </Notice>
  ) : (
    <Notice kind="no" title="Not signed in">
      <p>{failure.message}</p>
    </Notice>
  );
}
