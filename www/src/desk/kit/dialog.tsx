// A question that has the page's whole attention: the browser's own dialog, which keeps the focus
// inside and ends with Escape.

import type { ComponentChildren } from "preact";
import { useId, useLayoutEffect, useRef } from "preact/hooks";
import { Cross } from "../../parts/icons.tsx";

interface DialogProps {
  title: string;
  onClose: () => void;
  children: ComponentChildren;
  /** Room for more than a few lines. */
  isWide?: boolean;
  /** Something that cannot be taken back. */
  isGrave?: boolean;
}

export function Dialog({ title, onClose, children, isWide = false, isGrave = false }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  // Before it is painted, or the next key goes to what is behind.
  useLayoutEffect(() => {
    const before = document.activeElement;
    dialog.current?.showModal();
    // What is to be filled in has the focus, else the harmless answer; never the cross above.
    const first = isGrave ? null : dialog.current?.querySelector<HTMLElement>(".dialog-body :is(input, select, textarea)");
    (first ?? dialog.current?.querySelector<HTMLElement>(".dialog-foot .button"))?.focus();
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  return (
    <dialog
      class="dialog"
      data-wide={isWide}
      ref={dialog}
      aria-labelledby={`${id}-title`}
      onClose={onClose}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onMouseDown={(event) => {
        if (event.target === event.currentTarget) onClose();
      }}
    >
      <div class="dialog-inside">
        <header class="dialog-head">
          <h2 id={`${id}-title`}>{title}</h2>
          <button class="icon-button" type="button" aria-label="Close" onClick={onClose}>
            <Cross />
          </button>
        </header>
        {children}
      </div>
    </dialog>
  );
}

interface DialogFormProps extends DialogProps {
  yes: string;
  no?: string;
  asking: boolean;
  /** Whether there is nothing to do yet. */
  isIdle?: boolean;
  onYes: () => void;
}

/** A dialog that does something when its answer is yes. */
export function DialogForm({ yes, no = "Cancel", asking, isGrave = false, isIdle = false, onYes, children, ...dialog }: DialogFormProps) {
  return (
    <Dialog {...dialog} isGrave={isGrave}>
      <form
        class="dialog-form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (!asking && !isIdle) onYes();
        }}
      >
        <div class="dialog-body">{children}</div>
        <footer class="dialog-foot">
          <button class="button button-quiet button-small" type="button" onClick={dialog.onClose}>
            {no}
          </button>
          <button class="button button-small" type="submit" data-grave={isGrave} aria-disabled={asking || isIdle}>
            {asking ? "One moment…" : yes}
          </button>
        </footer>
      </form>
    </Dialog>
  );
}
