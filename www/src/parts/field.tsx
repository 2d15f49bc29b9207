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
  /** What is typed, where it is no text for everybody to see. */
  kind?: "secret" | "number" | "datetime-local" | "date" | "search";
  /** What is typed, for keyboards on screens. */
  inputMode?: "email" | "numeric";
  min?: string;
  max?: string;
  required?: boolean;
  /** What a browser may fill in; nothing where it is left out. */
  autocomplete?: "email" | "name";
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
        // The types know each kind of input apart; what is given here fits all of these.
        type={(input.kind === "secret" ? "password" : (input.kind ?? "text")) as "text"}
        min={input.min}
        max={input.max}
        required={input.required}
        inputMode={input.inputMode}
        value={value}
        placeholder={placeholder}
        aria-invalid={invalid}
        aria-describedby={hint ? `${id}-hint` : undefined}
        autocomplete={input.autocomplete ?? (input.kind === "secret" ? "current-password" : "off")}
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
