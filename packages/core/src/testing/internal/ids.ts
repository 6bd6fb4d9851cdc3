/**
 * Ids in the platform's formats, the same in every run.
 */

export interface Ids {
  /** 24 hexadecimal digits: apps, containers, variables, operations. */
  readonly hex: () => string
  /** A UUID, with an optional prefix: `ids.uuid("pr-")`. */
  readonly uuid: (prefix?: string) => string
  /** 40 hexadecimal digits: commits. */
  readonly commit: () => string
  /** Letters and digits: secrets, signatures. */
  readonly secret: (length: number) => string
  /** 1, 2, 3… */
  readonly count: () => number
}

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

/** The pseudo-random generator Mulberry32. */
const makeRandom = (seed: number) => {
  let state = seed >>> 0
  return (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return (t ^ (t >>> 14)) >>> 0
  }
}

export const makeIds = (seed: number): Ids => {
  const next = makeRandom(seed)
  let counter = 0
  const digits = (length: number) => {
    let out = ""
    while (out.length < length) out += next().toString(16).padStart(8, "0")
    return out.slice(0, length)
  }
  // Every id contains the counter, so all are distinct.
  const count = () => ++counter
  const numbered = (length: number) => digits(length - 8) + count().toString(16).padStart(8, "0")
  return {
    hex: () => numbered(24),
    commit: () => numbered(40),
    uuid: (prefix = "") => {
      const h = numbered(32)
      return `${prefix}${h.slice(0, 8)}-${h.slice(8, 12)}-4${h.slice(13, 16)}-8${h.slice(17, 20)}-${h.slice(20)}`
    },
    secret: (length) => {
      let out = ""
      while (out.length < length) out += alphabet[next() % alphabet.length]!
      return out
    },
    count
  }
}
