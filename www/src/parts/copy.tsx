// A button that puts a text on the clipboard and says so.

import { useEffect, useState } from "preact/hooks";

const SAID_MS = 2_000;

export function Copy({ text, what }: { text: string; what: string }) {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return undefined;
    const timer = setTimeout(() => setCopied(false), SAID_MS);
    return () => clearTimeout(timer);
  }, [copied]);
  return (
    <button class="copy" type="button" onClick={() => void copy(text).then(setCopied)}>
      <span aria-live="polite">{copied ? "Copied" : "Copy"}</span>
      <span class="unseen"> {what}</span>
    </button>
  );
}

async function copy(text: string): Promise<boolean> {
  try {
    // Without TLS, on another host than this one, browsers have no such thing.
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copySelected(text);
  }
}

function copySelected(text: string): boolean {
  const before = document.activeElement;
  const field = document.createElement("textarea");
  field.value = text;
  field.className = "unseen";
  document.body.append(field);
  field.select();
  const copied = document.execCommand("copy");
  field.remove();
  if (before instanceof HTMLElement) before.focus();
  return copied;
}
