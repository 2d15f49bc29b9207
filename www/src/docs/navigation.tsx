// The list of methods beside the page, with the field that narrows it.

import { useEffect, useRef, useState } from "preact/hooks";
import { Chevron } from "../parts/icons.tsx";
import type { Group } from "./openrpc.ts";

interface NavigationProps {
  groups: Group[];
  total: number;
  query: string;
  onQuery: (query: string) => void;
}

export function Navigation({ groups, total, query, onQuery }: NavigationProps) {
  const search = useRef<HTMLInputElement>(null);
  const names = groups.flatMap(({ methods }) => methods.map(({ name }) => name));
  const current = useCurrent([...names, "errors"]);

  useEffect(() => {
    const toSearch = (event: KeyboardEvent) => {
      const { target } = event;
      const types = target instanceof HTMLElement && /^(?:INPUT|TEXTAREA|SELECT)$/u.test(target.tagName);
      if (event.key !== "/" || types || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      search.current?.focus();
    };
    addEventListener("keydown", toSearch);
    return () => removeEventListener("keydown", toSearch);
  }, []);

  const found = names.length === total ? `${total} methods` : `${names.length} of ${total} methods`;
  return (
    <div class="side">
      <form class="field search" role="search" onSubmit={(event) => event.preventDefault()}>
        <label class="unseen" for="search">
          Search the methods
        </label>
        <input
          class="field-input"
          id="search"
          ref={search}
          type="search"
          value={query}
          placeholder="Search"
          aria-describedby="found"
          aria-keyshortcuts="/"
          autocomplete="off"
          autocapitalize="off"
          spellcheck={false}
          onInput={(event) => onQuery(event.currentTarget.value)}
          onKeyDown={(event) => event.key === "Escape" && onQuery("")}
        />
        <p class="field-hint" id="found" role="status">
          {found}
        </p>
      </form>
      <details class="side-list" open={matchMedia("(width >= 56rem)").matches}>
        <summary class="side-summary">
          <Chevron />
          All methods
        </summary>
        <nav aria-label="Methods">
          {groups.map(({ name, methods }) => (
            <div key={name} class="side-group">
              <p class="side-title">{name}</p>
              <ul>
                {methods.map((method) => (
                  <li key={method.name}>
                    <a
                      class="side-link"
                      href={`#${method.name}`}
                      aria-current={current === method.name ? "location" : undefined}
                    >
                      {method.name}
                    </a>
                  </li>
                ))}
              </ul>
            </div>
          ))}
          <div class="side-group">
            <p class="side-title">errors</p>
            <ul>
              <li>
                <a class="side-link" href="#errors" aria-current={current === "errors" ? "location" : undefined}>
                  All of them
                </a>
              </li>
            </ul>
          </div>
        </nav>
      </details>
    </div>
  );
}

/** The method that the reader looks at: the last whose head is above the upper third. */
function useCurrent(names: string[]): string | undefined {
  const [current, setCurrent] = useState<string>();
  const list = names.join("\n");
  useEffect(() => {
    const look = () => {
      const line = innerHeight / 3;
      const above = list.split("\n").filter((name) => {
        const article = document.getElementById(name);
        return article && article.getBoundingClientRect().top < line;
      });
      setCurrent(above.at(-1));
    };
    look();
    addEventListener("scroll", look, { passive: true });
    return () => removeEventListener("scroll", look);
  }, [list]);
  return current;
}
