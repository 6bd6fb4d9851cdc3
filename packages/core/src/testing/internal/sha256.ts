/**
 * SHA-256, which the shell of the sandbox computes at once, on every runtime.
 */

const isPrime = (candidate: number): boolean => {
  for (let divisor = 2; divisor * divisor <= candidate; divisor++) {
    if (candidate % divisor === 0) return false
  }
  return true
}

const primes: Array<number> = []
for (let candidate = 2; primes.length < 64; candidate++) {
  if (isPrime(candidate)) primes.push(candidate)
}

/** The first 32 bits of the fraction of a number. */
const fraction = (value: number): number => ((value - Math.floor(value)) * 2 ** 32) | 0

const roundConstants = Int32Array.from(primes, (prime) => fraction(Math.cbrt(prime)))

/** The digest of some bytes, in hexadecimal digits. */
export const sha256 = (bytes: Uint8Array): string => {
  const hash = Int32Array.from(primes.slice(0, 8), (prime) => fraction(Math.sqrt(prime)))
  const schedule = new Int32Array(64)
  const addBlock = (view: DataView, offset: number) => {
    for (let index = 0; index < 16; index++) schedule[index] = view.getInt32(offset + index * 4)
    for (let index = 16; index < 64; index++) {
      const early = schedule[index - 15]!
      const late = schedule[index - 2]!
      const s0 = ((early >>> 7) | (early << 25)) ^ ((early >>> 18) | (early << 14)) ^ (early >>> 3)
      const s1 = ((late >>> 17) | (late << 15)) ^ ((late >>> 19) | (late << 13)) ^ (late >>> 10)
      schedule[index] = (schedule[index - 16]! + s0 + schedule[index - 7]! + s1) | 0
    }
    let a = hash[0]!
    let b = hash[1]!
    let c = hash[2]!
    let d = hash[3]!
    let e = hash[4]!
    let f = hash[5]!
    let g = hash[6]!
    let h = hash[7]!
    for (let index = 0; index < 64; index++) {
      const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7))
      const first = (h + s1 + ((e & f) ^ (~e & g)) + roundConstants[index]! + schedule[index]!) | 0
      const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10))
      const second = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0
      h = g
      g = f
      f = e
      e = (d + first) | 0
      d = c
      c = b
      b = a
      a = (first + second) | 0
    }
    for (const [index, value] of [a, b, c, d, e, f, g, h].entries()) hash[index] = (hash[index]! + value) | 0
  }

  const whole = bytes.length - bytes.length % 64
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  for (let offset = 0; offset < whole; offset += 64) addBlock(view, offset)
  const rest = bytes.length - whole
  const tail = new Uint8Array(rest < 56 ? 64 : 128)
  tail.set(bytes.subarray(whole))
  tail[rest] = 0x80
  const end = new DataView(tail.buffer)
  end.setUint32(tail.length - 8, Math.floor(bytes.length / 2 ** 29))
  end.setUint32(tail.length - 4, (bytes.length * 8) >>> 0)
  for (let offset = 0; offset < tail.length; offset += 64) addBlock(end, offset)
  return Array.from(hash, (word) => (word >>> 0).toString(16).padStart(8, "0")).join("")
}
