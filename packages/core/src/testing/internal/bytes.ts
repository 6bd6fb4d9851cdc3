/**
 * Bytes.
 */

/** All the parts in a row. */
export const concatBytes = (parts: Iterable<Uint8Array>): Uint8Array => {
  const all = Array.from(parts)
  const out = new Uint8Array(all.reduce((size, part) => size + part.length, 0))
  let offset = 0
  for (const part of all) {
    out.set(part, offset)
    offset += part.length
  }
  return out
}
