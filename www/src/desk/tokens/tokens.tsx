// Who may call: each token with what it may do.

import { useState } from "preact/hooks";
import { Copy } from "../../parts/copy.tsx";
import { Plus } from "../../parts/icons.tsx";
import { useListed } from "../asked.ts";
import { call, type Failure, once } from "../call.ts";
import { useDesk, useMay } from "../desk.ts";
import { Dialog, DialogForm } from "../kit/dialog.tsx";
import { day, Empty, Heading, NotDone } from "../kit/parts.tsx";
import { Badge } from "../kit/status.tsx";
import { type Column, Table } from "../kit/table.tsx";
import type { Token } from "../things.ts";
import { NewToken } from "./new_token.tsx";

export function Tokens({ query }: { query: URLSearchParams }) {
  const { session } = useDesk();
  const list = useListed("admin.token.list", {});
  const mayWrite = useMay("tokens:write");
  const [isNew, setNew] = useState(query.has("new"));
  const [made, setMade] = useState<(Token & { token: string }) | null>(null);
  const [ending, setEnding] = useState<Token | null>(null);

  const columns: Column<Token>[] = [
    {
      name: "Token",
      isHead: true,
      cell: ({ name, id }) => (
        <>
          <span class="cell-text">
            {name}
            {id === session.token.id && <span class="soft"> · this session’s</span>}
          </span>
          <span class="cell-more">{id}</span>
        </>
      ),
    },
    { name: "Mode", cell: ({ mode }) => <Badge tone={mode === "test" ? "care" : "calm"}>{mode === "test" ? "Test" : "Live"}</Badge> },
    {
      name: "May do",
      cell: ({ scopes, kind }) => (
        <>
          <span class="cell-text">{scopes.includes("*") ? "Everything" : scopes.join(", ") || "Nothing"}</span>
          {kind && <span class="cell-more">imported: {kind}</span>}
        </>
      ),
    },
    { name: "Made", isExtra: true, cell: ({ createdAt }) => day(createdAt) },
    { name: "Ends", cell: ({ expiresAt }) => (expiresAt ? day(expiresAt) : <span class="soft">Never</span>) },
    {
      name: "Doing",
      cell: (token) =>
        mayWrite && (
          <button class="copy" type="button" onClick={() => setEnding(token)}>
            Revoke<span class="unseen"> {token.name}</span>
          </button>
        ),
    },
  ];

  return (
    <>
      <Heading
        doing={
          mayWrite && (
            <button class="button button-small" type="button" onClick={() => setNew(true)}>
              <Plus />
              New token
            </button>
          )
        }
      >
        Tokens
      </Heading>
      <Table
        label="Tokens"
        columns={columns}
        list={list}
        nameOf={({ name }) => name}
        empty={<Empty title="No token">Each program that calls for you should have one of its own, with no more scopes than it needs.</Empty>}
      />
      {isNew && (
        <NewToken
          onClose={() => setNew(false)}
          onMade={(token) => {
            setNew(false);
            setMade(token);
            list.reload();
          }}
        />
      )}
      {made && <MadeToken made={made} onClose={() => setMade(null)} />}
      {ending && (
        <RevokeDialog
          token={ending}
          isOwn={ending.id === session.token.id}
          onClose={() => setEnding(null)}
          onDone={() => list.reload()}
        />
      )}
    </>
  );
}

function MadeToken({ made, onClose }: { made: Token & { token: string }; onClose: () => void }) {
  return (
    <Dialog title={`${made.name} was made`} onClose={onClose}>
      <div class="dialog-body">
        <p>This is its secret. It is shown here once and kept nowhere: copy it now.</p>
        <p class="secret">
          <code>{made.token}</code>
          <Copy text={made.token} what="the secret" />
        </p>
        <p class="soft">
          Programs send it as <code>Authorization: Bearer …</code>.
        </p>
      </div>
      <footer class="dialog-foot">
        <button class="button button-small" type="button" onClick={onClose}>
          I have it
        </button>
      </footer>
    </Dialog>
  );
}

interface RevokeProps {
  token: Token;
  isOwn: boolean;
  onClose: () => void;
  onDone: () => void;
}

function RevokeDialog({ token, isOwn, onClose, onDone }: RevokeProps) {
  const { say } = useDesk();
  const [asking, setAsking] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [attempt] = useState(once);

  async function revoke() {
    setAsking(true);
    const reply = await call("admin.token.revoke", { token: token.id, idempotencyKey: attempt });
    setAsking(false);
    if (!reply.ok) return setFailure(reply.failure);
    onClose();
    say({ text: `${token.name} is good for nothing any more.` });
    onDone();
  }

  return (
    <DialogForm title={`Revoke ${token.name}?`} yes="Revoke" asking={asking} isGrave onYes={() => void revoke()} onClose={onClose}>
      <ul class="consequences">
        <li>Whatever calls with it is refused from that moment on, open sockets included.</li>
        <li>It does not come back: a new one has another secret.</li>
        <li>What it did stays in the history, under its id.</li>
        {isOwn && <li>This session stands for it: you are signed out.</li>}
      </ul>
      <NotDone failure={failure} />
    </DialogForm>
  );
}
