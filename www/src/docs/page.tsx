// The page at `/docs/`: every method of this server, to read, to search and to try.

import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { ErrorTable } from "./errors.tsx";
import type { Credential } from "./example.tsx";
import { MethodArticle } from "./method.tsx";
import { Navigation } from "./navigation.tsx";
import { groups, load, matches, onSockets, sharedErrors, type OpenRpc } from "./openrpc.ts";
import { Prose } from "./prose.tsx";

type Loaded = { kind: "loading" } | { kind: "failed"; why: string } | { kind: "loaded"; document: OpenRpc };

export function DocsPage() {
  const [loaded, setLoaded] = useState<Loaded>({ kind: "loading" });
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    load().then(
      (document) => setLoaded({ kind: "loaded", document }),
      (error: unknown) => setLoaded({ kind: "failed", why: error instanceof Error ? error.message : "" }),
    );
  }, [turn]);
  switch (loaded.kind) {
    case "loading":
      return <p class="soft" role="status">Asking the server what it can do…</p>;
    case "failed":
      return (
        <>
          <h1 class="docs-title">Reference</h1>
          <p class="docs-lead" role="alert">
            The server could not be asked what it can do. {loaded.why}
          </p>
          <button class="button" type="button" onClick={() => setTurn(turn + 1)}>
            Try again
          </button>
        </>
      );
    case "loaded":
      return <Reference document={loaded.document} />;
  }
}

function Reference({ document }: { document: OpenRpc }) {
  const [query, setQuery] = useState("");
  const [token, setToken] = useState("");
  const credential: Credential = { token, setToken };
  const all = useMemo(() => groups(document), [document]);
  const shared = useMemo(() => sharedErrors(document), [document]);
  const sockets = useMemo(() => onSockets(document), [document]);
  const wanted = query.trim();
  const found = all
    .map((group) => ({ ...group, methods: group.methods.filter((method) => matches(method, wanted)) }))
    .filter((group) => group.methods.length > 0);
  useTarget(found.flatMap(({ methods }) => methods.map(({ name }) => name)), () => setQuery(""));

  return (
    <div class="docs">
      <Navigation groups={found} total={document.methods.length} query={query} onQuery={setQuery} />
      <div class="docs-main">
        <h1 class="docs-title">Reference</h1>
        <div class="docs-lead">
          <Prose text={document.info.description} />
          <p>
            The address is <code>{document.servers[0]?.url}</code>, by POST or as a WebSocket. This page is made from{" "}
            <a href="/openrpc.json">openrpc.json</a>, which tools read too.
          </p>
        </div>
        {found.map(({ name, description, methods }) => (
          <section key={name} class="group-section" aria-labelledby={`group.${name}`}>
            <h2 class="group-title" id={`group.${name}`}>
              {name}
            </h2>
            <p class="group-lead">{description}</p>
            {methods.map((method) => (
              <MethodArticle
                key={method.name}
                method={method}
                document={document}
                shared={shared}
                sockets={sockets}
                credential={credential}
              />
            ))}
          </section>
        ))}
        {found.length === 0 && <p class="nothing">No method has all of these words: use fewer.</p>}
        <ErrorTable document={document} shared={shared} />
      </div>
    </div>
  );
}

/** Brings what the address names into view, when the page is there and whenever that changes. */
function useTarget(shown: string[], showAll: () => void) {
  const latest = useRef({ shown, showAll });
  latest.current = { shown, showAll };
  useEffect(() => {
    const reveal = () => {
      const target = decodeURIComponent(location.hash.slice(1));
      if (!target) return;
      if (!latest.current.shown.includes(target)) latest.current.showAll();
      requestAnimationFrame(() => document.getElementById(target)?.scrollIntoView());
    };
    reveal();
    addEventListener("hashchange", reveal);
    return () => removeEventListener("hashchange", reveal);
  }, []);
}
