/**
 * The end of a message that gives a reason.
 */

/** `: no room`; empty without a reason. A lenient client does not check the text. */
export const because = (reason: unknown): string =>
  typeof reason !== "string" || reason.trim() === "" ? "" : `: ${reason.replace(/\s+/g, " ").trim()}`
