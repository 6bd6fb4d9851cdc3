/**
 * Archives as the storage holds them: tar and gzip, the same bytes for the same content. The data is stored, not
 * compressed, so that no runtime has to bring a compressor along.
 */

import { concatBytes } from "./bytes.js"

const encoder = new TextEncoder()

const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte
  for (let bit = 0; bit < 8; bit++) crc = (crc & 1) === 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1
  return crc
})

const crc32 = (bytes: Uint8Array): number => {
  let crc = 0xffffffff
  for (const byte of bytes) crc = (crc >>> 8) ^ table[(crc ^ byte) & 0xff]!
  return (crc ^ 0xffffffff) >>> 0
}

const largestBlock = 65_535

/** RFC 1952, with stored blocks (RFC 1951, 3.2.4) and without a time. */
export const gzip = (bytes: Uint8Array): Uint8Array => {
  const blocks = Math.max(1, Math.ceil(bytes.length / largestBlock))
  const out = new Uint8Array(10 + blocks * 5 + bytes.length + 8)
  const view = new DataView(out.buffer)
  out.set([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff])
  let offset = 10
  for (let block = 0; block < blocks; block++) {
    const part = bytes.subarray(block * largestBlock, (block + 1) * largestBlock)
    out[offset] = block === blocks - 1 ? 1 : 0
    view.setUint16(offset + 1, part.length, true)
    view.setUint16(offset + 3, part.length ^ 0xffff, true)
    out.set(part, offset + 5)
    offset += 5 + part.length
  }
  view.setUint32(offset, crc32(bytes), true)
  view.setUint32(offset + 4, bytes.length >>> 0, true)
  return out
}

export interface ArchivedFile {
  readonly name: string
  readonly content: string
}

const octal = (value: number, digits: number) => value.toString(8).padStart(digits, "0")

const header = (name: string, size: number, modifiedAt: number): Uint8Array => {
  const out = new Uint8Array(512)
  const put = (text: string, at: number) => out.set(encoder.encode(text), at)
  put(name, 0)
  put(octal(0o644, 7), 100)
  put(octal(0, 7), 108)
  put(octal(0, 7), 116)
  put(octal(size, 11), 124)
  put(octal(Math.floor(modifiedAt / 1000), 11), 136)
  put("        ", 148)
  put("0", 156)
  put("ustar\u000000", 257)
  put(`${octal(out.reduce((sum, byte) => sum + byte, 0), 6)}\u0000 `, 148)
  return out
}

/** A POSIX tar (ustar); names have at most 100 characters. */
export const tar = (files: ReadonlyArray<ArchivedFile>, modifiedAt: number): Uint8Array => {
  const parts: Array<Uint8Array> = []
  for (const file of files) {
    const content = encoder.encode(file.content)
    const padded = new Uint8Array(Math.ceil(content.length / 512) * 512)
    padded.set(content)
    parts.push(header(file.name, content.length, modifiedAt), padded)
  }
  return concatBytes([...parts, new Uint8Array(1024)])
}
