// A list as a table: rows that open, are selected and are walked through by keys. On a phone each
// row becomes a card.

import type { ComponentChild } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Listed } from "../asked.ts";
import { NotShown } from "./parts.tsx";
import { isTyping } from "../frame/shortcuts.tsx";

export interface Column<T> {
  name: string;
  cell: (item: T, now: string) => ComponentChild;
  /** Numbers stand at the right. */
  isNumber?: boolean;
  /** The row's name: what is read out for it, and what opens it. */
  isHead?: boolean;
  /** Left out where there is little room. */
  isExtra?: boolean;
}

export interface Selection {
  ids: Set<string>;
  onChange: (ids: Set<string>) => void;
}

interface TableProps<T extends { id: string }> {
  label: string;
  columns: Column<T>[];
  list: Listed<T>;
  /** Where a row leads. */
  href?: (item: T) => string;
  /** What a row is called for who does not see it. */
  nameOf: (item: T) => string;
  selection?: Selection;
  /** What stands where nothing is. */
  empty: ComponentChild;
}

export function Table<T extends { id: string }>({ label, columns, list, href, nameOf, selection, empty }: TableProps<T>) {
  const { items, now, failure, asking, hasMore } = list;
  const [at, setAt] = useState(-1);
  const body = useRef<HTMLTableSectionElement>(null);
  const isSettled = !asking && !failure;

  useRowKeys({
    move: (step) => {
      const next = Math.max(0, Math.min(items.length - 1, at + step));
      setAt(next);
      rowAt(body.current, next)?.scrollIntoView({ block: "nearest" });
    },
    open: () => rowAt(body.current, at)?.querySelector<HTMLAnchorElement>("a")?.click(),
    select: () => {
      const item = items[at];
      if (item && selection) selection.onChange(toggled(selection.ids, item.id));
    },
  });

  if (items.length === 0 && isSettled && !hasMore) return <>{empty}</>;
  const isAll = selection !== undefined && items.length > 0 && items.every(({ id }) => selection.ids.has(id));
  return (
    <div class="table-frame" aria-busy={asking}>
      {items.length > 0 && (
        <table class="table">
          <caption class="unseen">{label}</caption>
          <thead>
            <tr>
              {selection && (
                <th class="table-check" scope="col">
                  <input
                    type="checkbox"
                    aria-label="Select all that are shown"
                    checked={isAll}
                    ref={(box) => {
                      if (box) box.indeterminate = !isAll && selection.ids.size > 0;
                    }}
                    onChange={() => selection.onChange(isAll ? new Set() : new Set(items.map(({ id }) => id)))}
                  />
                </th>
              )}
              {columns.map(({ name, isNumber, isExtra }) => (
                <th key={name} scope="col" data-number={isNumber} data-extra={isExtra}>
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody ref={body}>
            {items.map((item, place) => (
              <tr key={item.id} data-at={place === at} data-selected={selection?.ids.has(item.id)}>
                {selection && (
                  <td class="table-check">
                    <input
                      type="checkbox"
                      aria-label={`Select ${nameOf(item)}`}
                      checked={selection.ids.has(item.id)}
                      onChange={() => selection.onChange(toggled(selection.ids, item.id))}
                    />
                  </td>
                )}
                {columns.map((column) => (
                  <Cell key={column.name} column={column} item={item} now={now} href={column.isHead ? href?.(item) : undefined} />
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {asking && items.length === 0 && <Waiting />}
      {failure && <NotShown failure={failure} onAgain={items.length > 0 ? list.more : list.reload} />}
      {hasMore && !failure && (
        <div class="table-more">
          {items.length === 0 && !asking && <p>None so far, and there is more to look through.</p>}
          <button class="button button-quiet button-small" type="button" aria-disabled={asking} onClick={() => !asking && list.more()}>
            {asking ? "One moment…" : "Show more"}
          </button>
        </div>
      )}
    </div>
  );
}

interface CellProps<T> {
  column: Column<T>;
  item: T;
  now: string;
  href: string | undefined;
}

function Cell<T>({ column, item, now, href }: CellProps<T>) {
  const { name, cell, isNumber, isHead, isExtra } = column;
  const content = cell(item, now);
  if (isHead) {
    return (
      <th scope="row" class="table-head">
        {href ? (
          <a class="table-link" href={href}>
            {content}
          </a>
        ) : (
          content
        )}
      </th>
    );
  }
  return (
    <td data-name={name} data-number={isNumber} data-extra={isExtra}>
      {content}
    </td>
  );
}

export function toggled(ids: Set<string>, id: string): Set<string> {
  const after = new Set(ids);
  if (!after.delete(id)) after.add(id);
  return after;
}

function rowAt(body: HTMLElement | null, place: number): Element | undefined {
  return body?.children[place];
}

interface RowKeys {
  move: (step: number) => void;
  open: () => void;
  select: () => void;
}

function useRowKeys(keys: RowKeys) {
  const latest = useRef(keys);
  latest.current = keys;
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const { key, target } = event;
      if (event.metaKey || event.ctrlKey || event.altKey || document.querySelector("dialog[open]")) return;
      if (isTyping(target)) return;
      // A button or link that has the focus does its own.
      const isFree = !(target instanceof Element && target.closest("a, button, summary"));
      if (key === "j") latest.current.move(1);
      else if (key === "k") latest.current.move(-1);
      else if (key === "x") latest.current.select();
      else if (key === "Enter" && isFree) latest.current.open();
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  }, []);
}

function Waiting() {
  return (
    <div class="waiting">
      <p class="unseen" role="status">
        Asking the server…
      </p>
      {Array.from({ length: 6 }, (_, row) => (
        <i class="waiting-row" key={row} aria-hidden="true" />
      ))}
    </div>
  );
}
