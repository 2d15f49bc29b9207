// Texts of the document: paragraphs, and code between back quotes.

import type { ComponentChildren } from "preact";

export function Prose({ text }: { text: string }) {
  return (
    <>
      {text.split(/\n{2,}/u).map((paragraph, place) => (
        <p key={place}>
          <Inline text={paragraph} />
        </p>
      ))}
    </>
  );
}

export function Inline({ text }: { text: string }): ComponentChildren {
  return text.split(/`([^`]+)`/u).map((part, place) => (place % 2 === 1 ? <code key={place}>{part}</code> : part));
}
