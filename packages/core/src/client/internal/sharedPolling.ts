/**
 * Polling that waits share. From three waits on, one list request tells which of the awaited things are still busy, and
 * only the others are read. The list is a hint that postpones reads: it may lag, lie, or say nothing, so the thing
 * itself is read before a wait ends, and about once a minute in any case.
 */
import * as Cause from "effect/Cause"
import * as Context from "effect/Context"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as FiberId from "effect/FiberId"
import * as FiberRef from "effect/FiberRef"
import * as FiberRefs from "effect/FiberRefs"
import * as Option from "effect/Option"
import * as Tracer from "effect/Tracer"
import { millis as now } from "../../internal/clock.js"
import { CurrentRegion, withRegion } from "../CurrentRegion.js"
import { withPriority } from "../RateLimiter.js"
import { isRetryable, retryAfter, type ScalingoError } from "../ScalingoError.js"
import type { WaitTimeout } from "../Wait.js"
import * as Poll from "./poll.js"

/** What a list tells of a thing: whether it is busy for certain. */
export type IsBusy = (id: string | number) => boolean

/** A wait that may share its polling. */
export interface SharedWaiting<A, F, L = A> extends Poll.Waiting<A, F, L> {
  /** By default, the current region of the effect. */
  readonly region?: string | null | undefined
  /** Waits in one region with the same key share a list. Default: all waits in the region. */
  readonly key?: string | undefined
  /** One request. It runs outside the wait's fiber, without its request options. */
  readonly list: Effect.Effect<IsBusy, ScalingoError>
  /** What is awaited, for `IsBusy`. */
  readonly id: string | number
  /** Whether the list tells of it, by the last result if there is one; `undefined` when only a read can tell. */
  readonly isListed?: ((last: A | undefined) => boolean | undefined) | undefined
  /** Given where the final result tells how long it took. By default, the first list is wanted after a second. */
  readonly timing?: Timing<A> | undefined
}

/** Waits that begin right after what they await, and ask for no list before it is expected to end. */
export interface Timing<A> {
  /** Things of one kind take about the same time. */
  readonly kind: string
  /** How long it took by the clock of the platform, in milliseconds. */
  readonly took: (final: A) => number
}

/** The shared polling of a service. */
export interface SharedPolling {
  /** Like `Poll.settle`. */
  readonly settle: <A, F, L = A>(
    waiting: SharedWaiting<A, F, L>
  ) => Effect.Effect<A, ScalingoError | F | WaitTimeout<L>>
}

/** With fewer waits a list saves nothing. */
const fewest = 3
/** Every awaited thing is read about this often, whatever the list says. Milliseconds, as all below. */
const readInterval = 60_000
/**
 * These reads keep a distance, so that they use half of the platform's rate limit at most, and the reads that end a wait
 * find a place.
 */
const readDistance = 2000
/** The longest delay between the lists that a wait asks for: that of polls, or a fifteenth of its age. */
const longestListDelay = (age: number) => Math.max(Poll.longestDelay, age / 15)
/** Between any two lists: 2 s, or a fiftieth of the age of the oldest wait. */
const listDistance = (oldest: number) => Math.max(2000, oldest / 50)
/** After a request that had to wait for the rate limiter, the next one waits longer: the user's requests go first. */
const restOf = (took: number) => 2 * took
/** A list right at the expected end would often come just too early. */
const margin = 1.02
/** So many of the reads that a list leads to run at a time: waits that are over go on before more reads are sent. */
const readsAtOnce = 4
const firstDistrust = 1000
/** A list that is refused is not asked for again in this time. */
const refusedFor = 300_000
/** For this long a group that is empty stays shared, since a batch goes on with the next waits. */
const keptFor = 60_000
/** The shortest of the last durations of a kind is what the next wait expects. */
const remembered = 5

/** A wait in its group. Instants are milliseconds on the monotonic clock. */
interface Waiter {
  readonly id: string | number
  readonly joinedAt: number
  /** When the last read was over. */
  readAt: number
  /** When it wants the next list, and how long after that the one after it. */
  listAt: number
  listDelay: number
  /** A list whose hint led to a needless read is not believed before this instant. */
  believedFrom: number
  distrust: number
  /** Ends the pause. Set while the wait pauses. */
  wake: Deferred.Deferred<void> | undefined
  /** When the last pause ended, and whether a list ended it. */
  wokenAt: number | undefined
  wokenByList: boolean
}

interface Group {
  readonly key: string
  readonly list: Effect.Effect<IsBusy, ScalingoError>
  readonly waiters: Set<Waiter>
  readonly reads: Effect.Semaphore
  readonly readTurns: Effect.Semaphore
  isShared: boolean
  emptySince: number
  lister: Fiber.RuntimeFiber<never> | undefined
  /** Wakes the fiber that lists. Set while it sleeps. */
  changed: Deferred.Deferred<void> | undefined
  listedAt: number
  /** How long the last list and the last read took. They are long when the rate limiter has no place. */
  listTook: number
  readTook: number
  refusedUntil: number
  lastTurnAt: number
}

/** The place of a wait. */
interface Member {
  readonly group: Group
  readonly waiter: Waiter
}

const makeGroup = (key: string, list: Group["list"]): Group => ({
  key,
  list,
  waiters: new Set(),
  reads: Effect.unsafeMakeSemaphore(readsAtOnce),
  readTurns: Effect.unsafeMakeSemaphore(1),
  isShared: false,
  emptySince: Number.POSITIVE_INFINITY,
  lister: undefined,
  changed: undefined,
  listedAt: Number.NEGATIVE_INFINITY,
  listTook: 0,
  readTook: 0,
  refusedUntil: Number.NEGATIVE_INFINITY,
  lastTurnAt: Number.NEGATIVE_INFINITY
})

const signal = (deferred: Deferred.Deferred<void> | undefined): void => {
  if (deferred !== undefined) Deferred.unsafeDone(deferred, Effect.void)
}

/** Whole milliseconds, since TestClock cannot sleep for fractions of one. */
const sleepUntil = (instant: number): Effect.Effect<void> =>
  Effect.flatMap(now, (now) => instant <= now ? Effect.void : Effect.sleep(Math.ceil(instant - now)))

const sleepFor = (delay: number): Effect.Effect<void> => delay <= 0 ? Effect.void : Effect.sleep(delay)

const nothingIsBusy: IsBusy = () => false
const everythingIsBusy: IsBusy = () => true

/** Hands the result of a list to the waits that pause. */
const distribute = (group: Group, isBusy: IsBusy, now: number): void => {
  for (const waiter of group.waiters) {
    if (waiter.wake === undefined) continue
    if (waiter.listAt <= now) {
      waiter.listAt = now + waiter.listDelay
      waiter.listDelay = Math.min(waiter.listDelay * Poll.growth, longestListDelay(now - waiter.joinedAt))
    }
    if (isBusy(waiter.id) || now < waiter.believedFrom) continue
    waiter.wokenByList = true
    signal(waiter.wake)
    waiter.wake = undefined
  }
}

/** Whether the next list would fail as well. A defect is a list of a lenient client that does not fit. */
const isRefused = (failure: Option.Option<ScalingoError>): boolean =>
  Option.match(failure, { onNone: () => true, onSome: (error) => !isRetryable(error) })

const noteList = (group: Group, listed: Exit.Exit<IsBusy, ScalingoError>, begun: number, now: number): void => {
  group.listedAt = now
  group.listTook = now - begun
  if (Exit.isSuccess(listed)) return distribute(group, listed.value, now)
  const failure = Cause.failureOption(listed.cause)
  if (isRefused(failure)) {
    group.refusedUntil = now + refusedFor
    return distribute(group, nothingIsBusy, now)
  }
  // The platform is in trouble: more requests would not help.
  group.listedAt = now + Duration.toMillis(Option.getOrElse(Option.flatMap(failure, retryAfter), () => Duration.zero))
  distribute(group, everythingIsBusy, now)
}

/** Lists once, or sleeps until somebody wants it. */
const listOrSleep = (group: Group): Effect.Effect<void> =>
  Effect.flatMap(now, (begun) => {
    let at = Number.POSITIVE_INFINITY
    let oldest = begun
    for (const { joinedAt, listAt, wake } of group.waiters) {
      if (wake === undefined) continue
      at = Math.min(at, listAt)
      oldest = Math.min(oldest, joinedAt)
    }
    at = Math.max(at, group.listedAt + Math.max(listDistance(begun - oldest), restOf(group.listTook)))
    if (at > begun) {
      const changed = Deferred.unsafeMake<void>(FiberId.none)
      group.changed = changed
      return Number.isFinite(at) ? Effect.raceFirst(sleepUntil(at), Deferred.await(changed)) : Deferred.await(changed)
    }
    if (begun < group.refusedUntil) {
      group.listedAt = begun
      return Effect.sync(() => distribute(group, nothingIsBusy, begun))
    }
    return Effect.zipWith(Effect.exit(group.list), now, (listed, now) => noteList(group, listed, begun, now))
  })

const turnDistance = ({ readTook }: Group): number => Math.min(readInterval, Math.max(readDistance, restOf(readTook)))

/** A read that no list has asked for: one at a time, and none while the last one is still the rate limiter's. */
const takeReadTurn = (group: Group, waiter: Waiter): Effect.Effect<void> =>
  Effect.suspend(() => sleepUntil(waiter.readAt + readInterval)).pipe(
    Effect.zipRight(
      group.readTurns.withPermits(1)(
        Effect.suspend(() => sleepUntil(group.lastTurnAt + turnDistance(group))).pipe(
          Effect.zipRight(now),
          Effect.map((now) => {
            group.lastTurnAt = now
          })
        )
      )
    )
  )

/** Takes note of the read before this pause. */
const noteRead = (group: Group, waiter: Waiter, now: number): void => {
  waiter.readAt = now
  if (waiter.wokenAt === undefined) return
  group.readTook = now - waiter.wokenAt
  if (!waiter.wokenByList) return
  waiter.distrust = Math.min(waiter.distrust * 2, readInterval)
  waiter.believedFrom = now + waiter.distrust
}

/** What a list tells that names the busy things. */
export const busyIds = (ids: Iterable<string | number | null | undefined>): IsBusy => {
  const busy = new Set(ids)
  return (id) => busy.has(id)
}

export const make: Effect.Effect<SharedPolling> = Effect.map(Effect.getFiberRefs, (layerRefs) => {
  // A layer may be built while its fiber is being interrupted.
  const refs = FiberRefs.delete(layerRefs, FiberRef.interruptedCause)
  const groups = new Map<string, Group>()
  /** The last durations of each kind. */
  const durations = new Map<string, ReadonlyArray<number>>()

  const findGroup = (key: string, list: Group["list"], now: number): Group => {
    for (const group of groups.values()) if (now - group.emptySince > keptFor) groups.delete(group.key)
    const group = groups.get(key) ?? makeGroup(key, list)
    groups.set(key, group)
    return group
  }

  const join = (group: Group, id: string | number, kind: string | undefined, now: number): Member => {
    const known = kind === undefined ? undefined : durations.get(kind)
    const expected = known === undefined ? 0 : Math.min(...known)
    const waiter: Waiter = {
      id,
      joinedAt: now,
      readAt: now,
      listAt: now + Math.max(Poll.firstDelay, expected * margin),
      listDelay: Poll.firstDelay,
      believedFrom: now,
      distrust: firstDistrust,
      wake: undefined,
      wokenAt: undefined,
      wokenByList: false
    }
    group.waiters.add(waiter)
    group.emptySince = Number.POSITIVE_INFINITY
    if (group.waiters.size >= fewest) group.isShared = true
    return { group, waiter }
  }

  const leave = (group: Group, waiter: Waiter): Effect.Effect<void> =>
    Effect.flatMap(now, (now) => {
      group.waiters.delete(waiter)
      if (group.waiters.size > 0) return Effect.void
      group.emptySince = now
      if (!group.isShared) groups.delete(group.key)
      const lister = group.lister
      group.lister = undefined
      return lister === undefined ? Effect.void : Effect.asVoid(Fiber.interruptFork(lister))
    })

  /**
   * One fiber lists for all. It has the fiber refs of the layer, not those of the wait that happens to start it, but the
   * clock of the waits.
   */
  const startLister = (group: Group): Effect.Effect<void> =>
    Effect.clockWith((clock) => {
      signal(group.changed)
      group.changed = undefined
      if (group.lister !== undefined) return Effect.void
      const listing = Effect.forever(listOrSleep(group)).pipe(
        Effect.withClock(clock),
        // The span in which the layer was built has ended.
        Effect.mapInputContext((context: Context.Context<never>) => Context.omit(Tracer.ParentSpan)(context)),
        Effect.interruptible
      )
      return Effect.setFiberRefs(refs).pipe(
        Effect.zipRight(listing),
        Effect.forkDaemon,
        Effect.map((fiber) => {
          group.lister = fiber
          fiber.addObserver(() => {
            if (group.lister === fiber) group.lister = undefined
          })
        }),
        Effect.uninterruptible
      )
    })

  const pause = (group: Group, waiter: Waiter, delay: number, left: number): Effect.Effect<void> =>
    Effect.flatMap(now, (paused) => {
      noteRead(group, waiter, paused)
      if (!group.isShared) return sleepFor(delay)
      const wake = Deferred.unsafeMake<void>(FiberId.none)
      waiter.wake = wake
      waiter.wokenByList = false
      return startLister(group).pipe(
        Effect.zipRight(
          Effect.raceAll([Deferred.await(wake), takeReadTurn(group, waiter), Effect.sleep(Math.max(1, left))])
        ),
        Effect.zipRight(now),
        Effect.map((woken) => {
          waiter.wokenAt = woken
        }),
        Effect.ensuring(Effect.sync(() => {
          waiter.wake = undefined
        }))
      )
    })

  /** How long the next wait of this kind may expect to take. */
  const remember = <A>({ kind, took }: Timing<A>, final: A, elapsed: number): void => {
    const duration = Poll.guard(() => took(final), Number.NaN)
    if (!(duration >= 0)) return
    durations.set(kind, [...durations.get(kind) ?? [], Math.min(duration, elapsed)].slice(-remembered))
  }

  const settle = <A, F, L>(waiting: SharedWaiting<A, F, L>, region: string | undefined, begun: number) => {
    const { id, isListed, read, timing } = waiting
    const key = `${region ?? ""} ${waiting.key ?? ""}`
    const background = withPriority(waiting.list, "background")
    const list = region === undefined ? background : withRegion(background, region)
    /** A wait that no list tells of has no place. */
    let member: Member | undefined
    return Poll.settle<A, F, L>({
      ...waiting,
      read: Effect.suspend(() => member?.waiter.wokenByList === true ? member.group.reads.withPermits(1)(read) : read),
      pausesFirst: true,
      pause: (delay, left, last) =>
        Effect.flatMap(now, (now) => {
          const listed = isListed === undefined ? true : Poll.guard(() => isListed(last), undefined)
          if (listed !== true) {
            if (member !== undefined) member.waiter.wokenByList = false
            return sleepFor(delay)
          }
          member ??= join(findGroup(key, list, now), id, timing?.kind, now)
          return pause(member.group, member.waiter, delay, left)
        })
    }).pipe(
      Effect.tap((final) =>
        timing === undefined ? Effect.void : Effect.map(now, (ended) => remember(timing, final, ended - begun))
      ),
      Effect.ensuring(
        Effect.suspend(() => member === undefined ? Effect.void : leave(member.group, member.waiter))
      )
    )
  }

  return {
    settle: (waiting) =>
      Effect.flatten(
        Effect.zipWith(CurrentRegion, now, (current, begun) =>
          settle(waiting, waiting.region ?? Option.getOrUndefined(current), begun))
      )
  }
})
