/**
 * What will happen later: nothing runs in the background, the entries that have become due are executed, in the order
 * of their times, before the next request is handled. The state a request sees is thus the one of its instant.
 */

export interface Scheduler {
  /** Adds an entry; entries of one instant run in the order in which they were added. Gives back how to strike it. */
  readonly add: (at: number, run: () => void) => () => void
  /** Executes all that is due. `onEntry` is told the instant of each entry before it runs. */
  readonly advance: (now: number, onEntry: (at: number) => void) => void
  /** The instant of the next entry. */
  readonly next: () => number | undefined
}

interface Entry {
  readonly at: number
  readonly run: () => void
}

export const makeScheduler = (): Scheduler => {
  const entries: Array<Entry> = []
  return {
    add: (at, run) => {
      const entry: Entry = { at, run }
      let index = entries.length
      while (index > 0 && entries[index - 1]!.at > at) index--
      entries.splice(index, 0, entry)
      return () => {
        const position = entries.indexOf(entry)
        if (position !== -1) entries.splice(position, 1)
      }
    },
    advance: (now, onEntry) => {
      while (entries.length > 0 && entries[0]!.at <= now) {
        const entry = entries.shift()!
        onEntry(entry.at)
        entry.run()
      }
    },
    next: () => entries[0]?.at
  }
}
