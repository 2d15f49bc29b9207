// Rows as RFC 4180 has them.

/** Programs for tables take a cell that begins so for a formula, and would run it. */
const formula = /^[=+\-@\t\r]/u;

export function csv(rows: string[][]): string {
  return rows.map((row) => `${row.map(cell).join(",")}\r\n`).join("");
}

function cell(text: string): string {
  const harmless = formula.test(text) ? `'${text}` : text;
  return /[",\r\n]/u.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
