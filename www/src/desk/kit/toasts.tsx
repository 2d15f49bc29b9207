// What was done, said at the foot of the page, with a way back where there is one.

import { useEffect, useRef, useState } from "preact/hooks";
import { Check, Cross, Alert } from "../../parts/icons.tsx";

export interface Said {
  text: string;
  /** Not everything was done. */
  isBad?: boolean;
  /** Takes it back, and tells how that went. */
  undo?: () => Promise<string>;
}

export type Say = (said: Said) => void;

interface Shown extends Said {
  id: number;
}

// Long enough to read it, find the button and press it.
const shownMs = 10_000;
const shownMax = 3;

export function useToasts(): [Shown[], Say, (id: number) => void] {
  const [shown, setShown] = useState<Shown[]>([]);
  const next = useRef(0);
  const say = useRef<Say>((said) => {
    next.current += 1;
    const id = next.current;
    setShown((before) => [...before.slice(1 - shownMax), { ...said, id }]);
  });
  return [shown, say.current, (id) => setShown((before) => before.filter((toast) => toast.id !== id))];
}

interface ToastsProps {
  shown: Shown[];
  say: Say;
  onClose: (id: number) => void;
}

export function Toasts({ shown, say, onClose }: ToastsProps) {
  return (
    <div class="toasts" role="status" aria-label="What was done">
      {shown.map((toast) => (
        <Toast key={toast.id} toast={toast} say={say} onClose={() => onClose(toast.id)} />
      ))}
    </div>
  );
}

function Toast({ toast, say, onClose }: { toast: Shown; say: Say; onClose: () => void }) {
  const [isHeld, setHeld] = useState(false);
  const [isUndoing, setUndoing] = useState(false);
  useEffect(() => {
    if (isHeld || isUndoing) return undefined;
    const timer = setTimeout(onClose, shownMs);
    return () => clearTimeout(timer);
  }, [isHeld, isUndoing]);

  async function undo() {
    if (isUndoing || !toast.undo) return;
    setUndoing(true);
    const text = await toast.undo();
    onClose();
    say({ text });
  }

  return (
    <div
      class="toast"
      data-bad={toast.isBad}
      onMouseEnter={() => setHeld(true)}
      onMouseLeave={() => setHeld(false)}
      onFocusIn={() => setHeld(true)}
      onFocusOut={() => setHeld(false)}
    >
      {toast.isBad ? <Alert /> : <Check />}
      <p>{toast.text}</p>
      {toast.undo && (
        <button class="toast-undo" type="button" aria-disabled={isUndoing} onClick={() => void undo()}>
          {isUndoing ? "Undoing…" : "Undo"}
        </button>
      )}
      <button class="icon-button" type="button" aria-label="Close" onClick={onClose}>
        <Cross />
      </button>
    </div>
  );
}
