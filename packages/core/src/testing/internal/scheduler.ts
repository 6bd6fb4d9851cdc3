/**
 * Schedules what happens later. Nothing runs in the background: the entries that are due run, in the order of their
 * instants, before the next request is handled, so that it finds the state of its instant.
 */

export interface Scheduler {
  /** Adds an entry, and returns how to remove it. Entries of one instant run in the order of their addition. */
  readonly add: (at: number, run: () => void) => () => void
  /** Runs the entries that are due. `onEntry` gets the instant of each one before it runs. */
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
