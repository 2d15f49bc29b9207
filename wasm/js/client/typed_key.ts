// License keys as people type them.

/** The key without the white space around it; null where nothing else was typed. */
export function trimmed(key: string): string | null {
  return String(key ?? "").trim() || null;
}
