// What keys do, wherever one is.

import { useEffect, useRef } from "preact/hooks";
import { Dialog } from "../kit/dialog.tsx";

interface Does {
  palette: () => void;
  help: () => void;
  go: (letter: string) => void;
  create: () => void;
}

export const commandKey = /Mac|iP(?:hone|ad)/u.test(navigator.userAgent) ? "⌘" : "Ctrl";

// A letter that comes later than this after `g` stands for itself.
const pairMs = 1_200;

/** Whether keys go into a text just now. */
export function isTyping(target: EventTarget | null): boolean {
  if (target instanceof HTMLInputElement) return target.type !== "checkbox" && target.type !== "radio";
  return target instanceof HTMLElement && (/^(?:TEXTAREA|SELECT)$/u.test(target.tagName) || target.isContentEditable);
}

export function useShortcuts(does: Does) {
  const latest = useRef(does);
  latest.current = does;
  useEffect(() => {
    let goAt = -Infinity;
    const press = (event: KeyboardEvent) => {
      const { palette, help, go, create } = latest.current;
      const { key, target, timeStamp } = event;
      if ((event.metaKey || event.ctrlKey) && !event.altKey && key.toLowerCase() === "k") {
        event.preventDefault();
        palette();
        return;
      }
      if (event.metaKey || event.ctrlKey || event.altKey || isTyping(target) || document.querySelector("dialog[open]")) return;
      if (timeStamp - goAt < pairMs) {
        goAt = -Infinity;
        go(key);
      } else if (key === "g") {
        goAt = timeStamp;
      } else if (key === "?") {
        help();
      } else if (key === "n") {
        create();
      } else if (key === "/") {
        const search = document.querySelector<HTMLInputElement>("[data-search]");
        if (!search) return;
        event.preventDefault();
        search.focus();
        search.select();
      }
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  }, []);
}

const keys: [string[], string][] = [
  [[commandKey, "K"], "Search, or do something"],
  [["/"], "Search on this screen"],
  [["n"], "New license"],
  [["g", "o"], "Overview"],
  [["g", "l"], "Licenses"],
  [["g", "c"], "Customers"],
  [["g", "p"], "Products"],
  [["g", "r"], "Orders"],
  [["g", "y"], "Payments"],
  [["g", "m"], "Mail"],
  [["g", "w"], "Webhooks"],
  [["g", "h"], "History"],
  [["g", "t"], "Tokens"],
  [["g", "k"], "Signing keys"],
  [["j"], "Next row of a list"],
  [["k"], "Row before"],
  [["x"], "Select the row"],
  [["Enter"], "Open the row"],
  [["?"], "This list"],
];

export function Shortcuts({ onClose }: { onClose: () => void }) {
  return (
    <Dialog title="Keys" onClose={onClose}>
      <dl class="keys">
        {keys.map(([combination, does]) => (
          <div class="keys-row" key={does}>
            <dt>
              {combination.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
