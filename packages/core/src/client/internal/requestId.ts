/**
 * Request ids.
 */

/** A random UUID (version 4). */
export const makeRequestId = (): string =>
  // It is missing on pages that were loaded over plain http. Where it is, it is a hundred times as fast.
  typeof globalThis.crypto.randomUUID === "function" ? globalThis.crypto.randomUUID() : uuidFromBytes()

const uuidFromBytes = (): string => {
  const bytes = globalThis.crypto.getRandomValues(new Uint8Array(16))
  bytes[6] = (bytes[6]! & 0x0f) | 0x40
  bytes[8] = (bytes[8]! & 0x3f) | 0x80
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("")
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-")
}

export const isUuid = (text: string): boolean =>
  text.length === 36 && /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)
