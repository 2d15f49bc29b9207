// Nonces: what makes an answer the answer to one question.

/** 128 random bits in hex, so that no answer that was ever given fits this question. */
export function randomNonce(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
