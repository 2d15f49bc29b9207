// The customer's licenses, newest first.

import { useEffect, useState } from "preact/hooks";
import { call, type Failure, type License } from "./call.ts";
import { Heading } from "../parts/heading.tsx";
import { LicenseTicket } from "./license.tsx";
import { Notice, Notices } from "../parts/notice.tsx";

const SIGNED_OUT = "You were signed out. Ask for a new link.";

interface LicensesProps {
  token: string;
  onSignedOut: (note?: string) => void;
}

/** What was told last, and when. */
interface Listed {
  items: License[];
  next: string | null;
  now: string;
}

/** Calls a method in the session; whoever is signed out meanwhile is told so. */
export type Act = typeof call;

export function Licenses({ token, onSignedOut }: LicensesProps) {
  const [listed, setListed] = useState<Listed | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [said, setSaid] = useState("");

  const act: Act = async (method, params) => {
    const reply = await call(method, params, token);
    if (!reply.ok && reply.failure.code === "unauthorized") onSignedOut(SIGNED_OUT);
    return reply;
  };

  async function load(cursor?: string) {
    setFailure(null);
    const reply = await act("portal.licenses", { limit: 50, ...(cursor && { cursor }) });
    if (!reply.ok) {
      setFailure(reply.failure);
      return;
    }
    const { items, nextCursor } = reply.value;
    setListed((before) => ({
      items: cursor && before ? [...before.items, ...items] : items,
      next: nextCursor,
      now: reply.now,
    }));
  }

  useEffect(() => void load(), [token]);

  /** Shows what a license became by what was done on this page. */
  function change(after: License, words: string) {
    setSaid(words);
    setListed((before) => before && { ...before, items: before.items.map((item) => (item.id === after.id ? after : item)) });
  }

  async function signOut() {
    // Also when nobody hears it: whoever leaves must not stay signed in on this page.
    await call("portal.signOut", {}, token);
    onSignedOut();
  }

  return (
    <>
      <div class="portal-head">
        <Heading>Your licenses</Heading>
        <button class="button button-quiet portal-small" type="button" onClick={() => void signOut()}>
          Sign out
        </button>
      </div>
      <p class="unseen" role="status">
        {said}
      </p>
      {listed === null && failure === null && <Waiting />}
      {listed?.items.length === 0 && (
        <div class="ticket portal-ticket portal-form">
          <p>There is no license for your address. If you bought with another one, sign out and ask with that.</p>
        </div>
      )}
      <ol class="portal-list">
        {listed?.items.map((license) => (
          <li key={license.id}>
            <LicenseTicket license={license} now={listed.now} act={act} onChange={change} />
          </li>
        ))}
      </ol>
      <Notices>
        {failure && failure.code !== "unauthorized" && (
          <Notice
            kind={failure.kind}
            title={failure.kind === "unasked" ? "Could not ask the server" : "Your licenses were not shown"}
          >
            <p>{failure.message} It says nothing about your licenses.</p>
          </Notice>
        )}
      </Notices>
      {failure && (
        <button class="button portal-more" type="button" onClick={() => void load(listed?.next ?? undefined)}>
          Try again
        </button>
      )}
      {!failure && listed?.next && (
        <button class="button button-quiet portal-more" type="button" onClick={() => void load(listed.next ?? undefined)}>
          Show more
        </button>
      )}
    </>
  );
}

/** As large as a license, so that nothing moves when it comes. */
function Waiting() {
  return (
    <div class="ticket portal-waiting" role="status">
      <span class="unseen">Asking for your licenses…</span>
    </div>
  );
}
