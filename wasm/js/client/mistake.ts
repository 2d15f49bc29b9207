// Errors of the programmer: they are thrown, and look like those that the module throws.

/** A programmer's error, such as a missing option. `code` is the word to branch on. */
export interface Mistake extends Error {
  code: "invalid_params" | "unknown_dialect" | "unknown_call" | "not_supported";
  /** With `invalid_params`: the option or parameter. */
  field?: string;
  /** With `invalid_params`: the end of a sentence that begins with the field's name. */
  problem?: string;
}

/** An option that is missing or wrong. */
export function wrongOption(field: string, problem: string): Mistake {
  const message = `The option ${field} ${problem}.`;
  return Object.assign(new Error(message), { code: "invalid_params" as const, field, problem });
}

/** What the package cannot do yet. */
export function notSupported(message: string): Mistake {
  return Object.assign(new Error(message), { code: "not_supported" as const });
}
