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
  /** Where the sequence is: what comes next follows from it. */
  readonly position: () => Position
  readonly moveTo: (position: Position) => void
}

/** A place in the sequence of ids. */
export interface Position {
  readonly random: number
  readonly count: number
}

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

/** The pseudo-random generator Mulberry32. */
const makeRandom = (seed: number) => {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return (t ^ (t >>> 14)) >>> 0
  }
  return {
    next,
    position: () => state,
    moveTo: (position: number) => {
      state = position
    }
  }
}

/** A sequence of ids. Sequences with different seeds and counters have no ids in common. */
export const makeIds = (seed: number, firstCount = 0): Ids => {
  const random = makeRandom(seed)
  const { next } = random
  let counter = firstCount
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
    count,
    position: () => ({ random: random.position(), count: counter }),
    moveTo: (position) => {
      random.moveTo(position.random)
      counter = position.count
    }
  }
}

/** FNV-1a. */
const hash = (text: string): number => {
  let value = 0x811c9dc5
  for (let index = 0; index < text.length; index++) value = Math.imul(value ^ text.charCodeAt(index), 0x01000193)
  return value >>> 0
}

/**
 * The ids of something that is created when somebody first looks at it. They follow from what it belongs to, and so do
 * not depend on who looks when.
 */
export const derivedIds = (seed: number, key: string): Ids => makeIds(hash(`${seed} ${key}`), hash(key) >>> 4)
