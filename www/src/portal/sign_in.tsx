// On the way in: the address, the inbox, the link.

import { useRef, useState } from "preact/hooks";
import { Field } from "../parts/field.tsx";
import { Arrow } from "../parts/icons.tsx";
import { call, type Failure } from "./call.ts";
import { Heading } from "../parts/heading.tsx";
import { Notice, Notices } from "../parts/notice.tsx";
import { isOfTests } from "./visit.ts";

const linkMinutes = 15;

export function AskForLink({ note, onSent }: { note: string | undefined; onSent: (email: string) => void }) {
  const [email, setEmail] = useState("");
  const [asking, setAsking] = useState(false);
  const [failure, setFailure] = useState<Failure | "no address" | null>(null);
  const input = useRef<HTMLInputElement>(null);
  const mistyped = failure === "no address" || (failure !== null && failure.code === "invalid_params");

  async function submit(event: Event) {
    event.preventDefault();
    if (asking) return;
    const address = email.trim();
    // Whether it is one only its mail server knows; this much every one has.
    if (!/^[^\s@]+@[^\s@]+$/.test(address)) {
      setFailure("no address");
      input.current?.focus();
      return;
    }
    setAsking(true);
    const reply = await call("portal.signIn", { email: address, ...(isOfTests() && { mode: "test" }) });
    setAsking(false);
    if (reply.ok) onSent(address);
    else setFailure(reply.failure);
  }

  return (
    <>
      <Heading takesFocus={note !== undefined}>Your licenses</Heading>
      <p class="page-lead">See your keys, free the places you no longer use, and get a new key.</p>
      {isOfTests() && (
        <p class="portal-test">
          These are test licenses. <a href="/portal/">To the real ones</a>
        </p>
      )}
      <div class="ticket portal-ticket">
        <form class="portal-form" aria-label="Sign in" noValidate onSubmit={(event) => void submit(event)}>
          <Field
            id="email"
            label="Your e-mail address"
            inputMode="email"
            autocomplete="email"
            inputRef={input}
            value={email}
            onValue={(value) => {
              setEmail(value);
              setFailure(null);
            }}
            placeholder="ann@example.com"
            invalid={mistyped}
            hint={
              mistyped
                ? "This is no e-mail address yet. It looks like ann@example.com."
                : "The one you bought with. You will be mailed a link that signs you in; there is no password."
            }
          />
          <button class="button" type="submit" aria-disabled={asking}>
            {asking ? "Asking…" : "Mail me a link"}
            <Arrow />
          </button>
          <Notices>
            {note && !failure && <Notice kind="no" title={note} />}
            {mistyped && <span class="unseen">This is no e-mail address yet.</span>}
            {failure && !mistyped && <NotMailed failure={failure as Failure} />}
          </Notices>
        </form>
      </div>
      <p class="portal-key">
        Only the key at hand? <a href="/">See how its license stands, and free a place</a>.
      </p>
    </>
  );
}

function NotMailed({ failure }: { failure: Failure }) {
  if (failure.missing === "mail") {
    return (
      <Notice kind="no" title="This server sends no mail">
        <p>So it cannot send you a link. With the key you can <a href="/">see how its license stands and free a place</a>; for the key itself ask whoever sold it.</p>
      </Notice>
    );
  }
  return failure.kind === "unasked" ? (
    <Notice kind="unasked" title="Could not ask the server">
      <p>{failure.message} Try again.</p>
    </Notice>
  ) : (
    <Notice kind="no" title="No link was sent">
      <p>{failure.message}</p>
    </Notice>
  );
}

export function LinkIsSent({ email, onAgain }: { email: string; onAgain: () => void }) {
  return (
    <>
      <Heading>Look into your inbox</Heading>
      <p class="page-lead">
        If <strong class="portal-address">{email}</strong> belongs to a customer, a link is on its way there.
      </p>
      <div class="ticket portal-ticket portal-form">
        <p>
          Open the link within {linkMinutes} minutes. It works once, and in whichever browser you open it.
        </p>
        <p class="soft">
          Nothing came? Look among the junk mail, and think of another address that you may have bought with. Of many
          requests in a short time only the first few are mailed.
        </p>
        <button class="button button-quiet" type="button" onClick={onAgain}>
          Use another address
        </button>
      </div>
    </>
  );
}

interface RedeemProps {
  code: string;
  onSignedIn: (token: string) => void;
  onNewLink: () => void;
}

/** A button and not the link itself redeems the code: scanners of mail open every link. */
export function RedeemLink({ code, onSignedIn, onNewLink }: RedeemProps) {
  const [asking, setAsking] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const isStale = failure?.code === "unauthorized";

  async function redeem() {
    if (asking) return;
    setAsking(true);
    const reply = await call("portal.session", { code });
    setAsking(false);
    if (reply.ok) onSignedIn(reply.value.token);
    else setFailure(reply.failure);
  }

  return (
    <>
      <Heading>Your licenses</Heading>
      <p class="page-lead">{isStale ? "A link signs in once, for a short time." : "Your link is here. One step is left."}</p>
      <div class="ticket portal-ticket portal-form">
        {!isStale && (
          <>
            <p>You stay signed in until you sign out or close this tab, for 12 hours at most.</p>
            <button class="button" type="button" aria-disabled={asking} onClick={() => void redeem()}>
              {asking ? "Signing in…" : "Sign in"}
              <Arrow />
            </button>
          </>
        )}
        <Notices>
          {failure && isStale && (
            <Notice kind="no" title="This link is no longer good">
              <p>It was used, or it is older than {linkMinutes} minutes. Have a new one mailed.</p>
            </Notice>
          )}
          {failure && !isStale && (
            <Notice kind={failure.kind} title={failure.kind === "unasked" ? "Could not ask the server" : "Not signed in"}>
              <p>{failure.message} Try again; if the link is no longer good by then, ask for a new one.</p>
            </Notice>
          )}
        </Notices>
        {isStale && (
          <button class="button" type="button" onClick={onNewLink}>
            Ask for a new link
            <Arrow />
          </button>
        )}
      </div>
    </>
  );
}
