/**
 * Gzip without its compression, which every runtime can do at once.
 */

const table = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index
  for (let bit = 0; bit < 8; bit++) value = (value & 1) === 0 ? value >>> 1 : (value >>> 1) ^ 0xedb88320
  return value
})

const crc32 = (bytes: Uint8Array): number => {
  let crc = 0xffffffff
  for (const byte of bytes) crc = table[(crc ^ byte) & 255]! ^ (crc >>> 8)
  return (crc ^ 0xffffffff) >>> 0
}

const maxBlock = 0xffff

/** A gzip file with these bytes as they are. */
export const gzipStored = (bytes: Uint8Array): Uint8Array => {
  const blocks = Math.max(1, Math.ceil(bytes.length / maxBlock))
  const file = new Uint8Array(10 + 5 * blocks + bytes.length + 8)
  const view = new DataView(file.buffer)
  file.set([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255])
  let at = 10
  for (let block = 0; block < blocks; block++) {
    const part = bytes.subarray(block * maxBlock, (block + 1) * maxBlock)
    file[at] = block === blocks - 1 ? 1 : 0
    view.setUint16(at + 1, part.length, true)
    view.setUint16(at + 3, ~part.length & 0xffff, true)
    file.set(part, at + 5)
    at += 5 + part.length
  }
  view.setUint32(at, crc32(bytes), true)
  view.setUint32(at + 4, bytes.length, true)
  return file
}
