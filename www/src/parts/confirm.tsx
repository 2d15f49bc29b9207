// A question before something that cannot be taken back, where the thing itself stands.

import type { ComponentChildren } from "preact";
import { useId, useLayoutEffect, useRef, useState } from "preact/hooks";

interface ConfirmProps {
  question: string;
  children: ComponentChildren;
  yes: string;
  no: string;
  onYes: () => Promise<void>;
  onNo: () => void;
}

export function Confirm({ question, children, yes, no, onYes, onNo }: ConfirmProps) {
  const [asking, setAsking] = useState(false);
  const keep = useRef<HTMLButtonElement>(null);
  const id = useId();
  // The harmless answer has the focus: who presses Enter twice has done nothing.
  useLayoutEffect(() => keep.current?.focus(), []);

  async function agree() {
    if (asking) return;
    setAsking(true);
    await onYes();
    setAsking(false);
  }

  return (
    <div
      class="confirm"
      role="group"
      aria-labelledby={`${id}-question`}
      aria-describedby={`${id}-more`}
      onKeyDown={(event) => {
        if (event.key === "Escape") onNo();
      }}
    >
      <p class="confirm-question" id={`${id}-question`}>
        {question}
      </p>
      <p id={`${id}-more`}>{children}</p>
      <div class="confirm-answers">
        <button class="button confirm-answer" type="button" aria-disabled={asking} onClick={() => void agree()}>
          {yes}
        </button>
        <button class="button button-quiet confirm-answer" type="button" ref={keep} onClick={onNo}>
          {no}
        </button>
      </div>
    </div>
  );
}
