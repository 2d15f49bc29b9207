// One field for everything: where to go, what to do, and the licenses and customers that begin like
// what is typed.

import { useEffect, useId, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { call } from "../call.ts";
import { places } from "./places.tsx";
import { go, to } from "../route.ts";
import { StatusBadge } from "../kit/status.tsx";
import type { Theme } from "./theme.ts";
import type { Customer, License } from "../things.ts";

interface PaletteProps {
  onClose: () => void;
  onTheme: (theme: Theme) => void;
  /** The way to the other world; null: there is none. */
  mode: { name: string; change: () => void } | null;
  onLeave: () => void;
  onHelp: () => void;
}

interface Entry {
  id: string;
  group: string;
  label: string;
  detail?: string;
  license?: License;
  pick: () => void;
}

const waitMs = 120;
const foundMax = 6;

export function Palette({ onClose, onTheme, mode, onLeave, onHelp }: PaletteProps) {
  const [text, setText] = useState("");
  const [found, setFound] = useState<Entry[]>([]);
  const [at, setAt] = useState(0);
  const dialog = useRef<HTMLDialogElement>(null);
  const list = useRef<HTMLUListElement>(null);
  const id = useId();

  // Before it is painted, or the next key goes to what is behind.
  useLayoutEffect(() => {
    const before = document.activeElement;
    dialog.current?.showModal();
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);

  const commands = useMemo<Entry[]>(() => {
    const command = (label: string, pick: () => void, group = "Do"): Entry => ({ id: label, group, label, pick });
    return [
      ...places.flat().map(({ name, path }) => command(name, () => go(to([path])), "Go to")),
      command("New license", () => go(to(["licenses", "new"]))),
      command("New product", () => go(to(["products", "new"]))),
      command("New webhook", () => go(to(["webhooks"], { new: "1" }))),
      command("New token", () => go(to(["tokens"], { new: "1" }))),
      command("Show keys", onHelp),
      command("Light colours", () => onTheme("light")),
      command("Dark colours", () => onTheme("dark")),
      command("Colours as the system has them", () => onTheme("system")),
      ...(mode ? [command(mode.name, mode.change)] : []),
      command("Sign out", onLeave),
    ];
  }, []);

  const wanted = text.trim();
  useLayoutEffect(() => {
    setAt(0);
    setFound([]);
    if (wanted.length < 2) return undefined;
    let isOver = false;
    const timer = setTimeout(() => {
      void search(wanted).then((entries) => {
        if (!isOver) setFound(entries);
      });
    }, waitMs);
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [wanted]);

  const folded = wanted.toLowerCase();
  const entries = [...commands.filter(({ label }) => label.toLowerCase().includes(folded)), ...found];
  const chosen = entries[Math.min(at, entries.length - 1)];

  useEffect(() => {
    list.current?.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
  }, [at, entries.length]);

  function pick(entry: Entry | undefined) {
    if (!entry) return;
    onClose();
    entry.pick();
  }

  function press(event: KeyboardEvent) {
    const last = entries.length - 1;
    if (event.key === "ArrowDown") setAt(at >= last ? 0 : at + 1);
    else if (event.key === "ArrowUp") setAt(at <= 0 ? last : at - 1);
    else if (event.key === "Enter") pick(chosen);
    else return;
    event.preventDefault();
  }

  return (
    <dialog
      class="palette"
      ref={dialog}
      aria-label="Search or do"
      onClose={onClose}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onMouseDown={(event) => {
        if (event.target === event.currentTarget) onClose();
      }}
    >
      <div class="palette-inside">
        <input
          class="palette-input"
          role="combobox"
          aria-label="Search or do"
          aria-expanded={entries.length > 0}
          aria-controls={`${id}-list`}
          aria-activedescendant={chosen && `${id}-${chosen.id}`}
          aria-autocomplete="list"
          placeholder="A screen, something to do, an alias, a key, a customer…"
          value={text}
          autocomplete="off"
          autocapitalize="off"
          spellcheck={false}
          onInput={(event) => setText(event.currentTarget.value)}
          onKeyDown={press}
        />
        <ul class="palette-list" id={`${id}-list`} role="listbox" aria-label="Found" ref={list}>
          {entries.map((entry, place) => (
            <li
              key={entry.id}
              id={`${id}-${entry.id}`}
              class="palette-entry"
              role="option"
              aria-selected={entry === chosen}
              onMouseMove={() => setAt(place)}
              onClick={() => pick(entry)}
            >
              <span class="palette-label">{entry.label}</span>
              {entry.detail && <span class="soft palette-detail">{entry.detail}</span>}
              {entry.license ? <StatusBadge license={entry.license} /> : <span class="palette-group">{entry.group}</span>}
            </li>
          ))}
        </ul>
        {entries.length === 0 && (
          <p class="palette-nothing">
            Nothing begins like this. A key has to be whole; an alias, an address or a name may be the beginning of one.
          </p>
        )}
      </div>
    </dialog>
  );
}

async function search(text: string): Promise<Entry[]> {
  const [licenses, customers] = await Promise.all([
    call("admin.license.list", { search: text, limit: foundMax }),
    call("admin.customer.list", { search: text, limit: foundMax }),
  ]);
  return [
    ...(licenses.ok ? licenses.value.items.map(licenseEntry) : []),
    ...(customers.ok ? customers.value.items.map(customerEntry) : []),
  ];
}

function licenseEntry(license: License): Entry {
  const { id, alias, product, customer } = license;
  const detail = [product.name, customer?.email].filter(Boolean).join(" · ");
  return { id, group: "License", label: alias, detail, license, pick: () => go(to(["licenses", id])) };
}

function customerEntry({ id, email, name }: Customer): Entry {
  return { id, group: "Customer", label: email, ...(name && { detail: name }), pick: () => go(to(["customers", id])) };
}
