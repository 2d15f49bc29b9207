// JSON to look at: its parts told apart by colour, quietly.

const PART = /("(?:[^"\\]|\\.)*")(\s*:)?|\b(?:true|false|null)\b|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/gu;

export function Json({ value }: { value: unknown }) {
  const text = JSON.stringify(value, null, 2) ?? "";
  const parts = [];
  let end = 0;
  for (const found of text.matchAll(PART)) {
    const [whole, quoted, colon] = found;
    if (colon) continue;
    parts.push(text.slice(end, found.index));
    parts.push(<span class={quoted ? "json-text" : "json-value"}>{whole}</span>);
    end = found.index + whole.length;
  }
  return (
    <code>
      {parts}
      {text.slice(end)}
    </code>
  );
}
