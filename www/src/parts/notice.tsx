// What went wrong. "No" and "could not ask" look different, for they are.

import type { ComponentChildren } from "preact";
import { Alert, Unheard } from "./icons.tsx";
import type { Failure } from "./rpc.ts";

/** Always there, even when empty: a live region that appears with its text is not read out. */
export function Notices({ children }: { children: ComponentChildren }) {
  return (
    <div class="notices" role="status">
      {children}
    </div>
  );
}

interface NoticeProps {
  kind: "no" | "unasked";
  title: string;
  children?: ComponentChildren;
}

export function Notice({ kind, title, children }: NoticeProps) {
  return (
    <div class="note" data-kind={kind}>
      {kind === "unasked" ? <Unheard /> : <Alert />}
      <div>
        <p class="note-title">{title}</p>
        {children}
      </div>
    </div>
  );
}

/** What stands under a thing that was not done. */
export function Undone({ failure, title }: { failure: Failure; title: string }) {
  return failure.kind === "unasked" ? (
    <Notice kind="unasked" title="Could not ask the server">
      <p>{failure.message} It may have been done all the same: reload the page to see.</p>
    </Notice>
  ) : (
    <Notice kind="no" title={title}>
      <p>{failure.message}</p>
    </Notice>
  );
}
