// A labelled line of text with a hint.

import type { ComponentChildren, Ref } from "preact";

export interface FieldProps {
  id: string;
  label: string;
  value: string;
  onValue: (value: string) => void;
  hint?: ComponentChildren;
  placeholder?: string;
  invalid?: boolean;
  /** What is typed, for keyboards on screens. */
  inputMode?: "email";
  /** What a browser may fill in; nothing where it is left out. */
  autocomplete?: "email";
  inputRef?: Ref<HTMLInputElement>;
}

export function Field({ id, label, value, onValue, hint, placeholder, invalid = false, ...input }: FieldProps) {
  return (
    <div class="field">
      <label class="field-label" for={id}>
        {label}
      </label>
      <input
        class="field-input"
        id={id}
        ref={input.inputRef ?? null}
        inputMode={input.inputMode}
        value={value}
        placeholder={placeholder}
        aria-invalid={invalid}
        aria-describedby={hint ? `${id}-hint` : undefined}
        autocomplete={input.autocomplete ?? "off"}
        autocapitalize="off"
        spellcheck={false}
        enterkeyhint="go"
        onInput={(event) => onValue(event.currentTarget.value)}
      />
      {hint && (
        <p class="field-hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
    </div>
  );
}
