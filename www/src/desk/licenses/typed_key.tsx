// A key from elsewhere, looked at as it is typed by the same code that the server runs. That comes
// as a module of its own, when the first letter is typed.

import type { Inspection } from "counterfoil";
import { useEffect, useState } from "preact/hooks";
import { Field } from "../../parts/field.tsx";

export function TypedKey({ value, onValue }: { value: string; onValue: (value: string) => void }) {
  const [inspect, setInspect] = useState<((text: string) => Inspection) | null>(null);
  const isEmpty = value.trim() === "";
  useEffect(() => {
    if (isEmpty || inspect) return;
    // Without it the server says what is wrong.
    void import("counterfoil").then((counterfoil) => setInspect(() => counterfoil.inspect)).catch(() => undefined);
  }, [isEmpty]);
  const seen = isEmpty ? null : (inspect?.(value) ?? null);
  const isWrong = seen !== null && !seen.ok && seen.problem?.code !== "incomplete";
  return (
    <Field
      id="key"
      label="Key from elsewhere"
      value={value}
      onValue={onValue}
      placeholder="Made by the server"
      invalid={isWrong}
      hint={hint(seen)}
    />
  );
}

function hint(seen: Inspection | null): string {
  if (!seen) return "To import one that is out in the world, unchanged. Empty: the server makes one in the product’s format.";
  if (seen.problem) return `${seen.problem.message} It can be imported all the same.`;
  return seen.format === "counterfoil" ? "Typed right: every check symbol fits." : "It carries no check symbols, so compare it yourself.";
}
