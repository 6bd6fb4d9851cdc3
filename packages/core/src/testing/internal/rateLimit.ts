/**
 * The rate limit: a sliding window over the requests of an account, for all APIs together.
 */

export interface RateLimit {
  /** Counts a request. Over the limit it does not, and returns the milliseconds until the next one is possible. */
  readonly acquire: (key: string, now: number) => number | undefined
}

export const makeRateLimit = (limit: number, window: number): RateLimit => {
  const starts = new Map<string, Array<number>>()
  const recent = (key: string, now: number) => {
    const kept = (starts.get(key) ?? []).filter((start) => start > now - window)
    starts.set(key, kept)
    return kept
  }
  return {
    acquire: (key, now) => {
      if (limit === Number.POSITIVE_INFINITY) return undefined
      const kept = recent(key, now)
      if (kept.length >= limit) return kept[kept.length - limit]! + window - now
      kept.push(now)
      return undefined
    }
  }
}
