// A button with a list of things to do under it.

import type { ComponentChildren } from "preact";
import { useEffect, useId, useLayoutEffect, useRef, useState } from "preact/hooks";

export interface MenuItem {
  label: string;
  onPick: () => void;
  isGrave?: boolean;
  /** Said below the label. */
  hint?: string;
}

interface MenuProps {
  label: ComponentChildren;
  /** What the button is called where its label is a drawing. */
  name?: string;
  items: (MenuItem | "line")[];
  buttonClass?: string;
}

export function Menu({ label, name, items, buttonClass = "button button-quiet button-small" }: MenuProps) {
  const [isOpen, setOpen] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const id = useId();

  useLayoutEffect(() => {
    if (isOpen) entries()[0]?.focus();
  }, [isOpen]);

  useEffect(() => {
    if (!isOpen) return undefined;
    const leave = ({ target }: MouseEvent) => {
      if (!(target instanceof Node && root.current?.contains(target))) setOpen(false);
    };
    addEventListener("mousedown", leave);
    return () => removeEventListener("mousedown", leave);
  }, [isOpen]);

  function entries(): HTMLButtonElement[] {
    return [...(list.current?.querySelectorAll<HTMLButtonElement>("[role=menuitem]") ?? [])];
  }

  function close() {
    setOpen(false);
    button.current?.focus();
  }

  function move(event: KeyboardEvent) {
    const all = entries();
    const at = all.indexOf(document.activeElement as HTMLButtonElement);
    const steps: Record<string, number> = { ArrowDown: at + 1, ArrowUp: at - 1 + all.length, Home: 0, End: all.length - 1 };
    const step = steps[event.key];
    if (event.key === "Escape") {
      event.stopPropagation();
      close();
    } else if (event.key === "Tab") {
      setOpen(false);
    } else if (step !== undefined) {
      event.preventDefault();
      all[step % all.length]?.focus();
    }
  }

  return (
    <div class="menu" ref={root}>
      <button
        class={buttonClass}
        type="button"
        ref={button}
        aria-haspopup="menu"
        aria-expanded={isOpen}
        aria-controls={isOpen ? id : undefined}
        aria-label={name}
        onClick={() => setOpen(!isOpen)}
        onKeyDown={(event) => {
          if (event.key !== "ArrowDown") return;
          event.preventDefault();
          setOpen(true);
        }}
      >
        {label}
      </button>
      {isOpen && (
        <div class="menu-list" id={id} role="menu" ref={list} onKeyDown={move}>
          {items.map((item, place) =>
            item === "line" ? (
              <hr key={place} class="menu-line" />
            ) : (
              <button
                key={place}
                class="menu-item"
                type="button"
                role="menuitem"
                tabIndex={-1}
                data-grave={item.isGrave}
                onClick={() => {
                  close();
                  item.onPick();
                }}
              >
                {item.label}
                {item.hint && <span class="menu-hint">{item.hint}</span>}
              </button>
            ),
          )}
        </div>
      )}
    </div>
  );
}
