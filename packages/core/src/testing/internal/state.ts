/**
 * The state of the sandbox: plain maps, which change only while a request or a scheduled entry is being handled.
 */
import { derivedIds, type Ids, makeIds } from "./ids.js"
import type {
  Account,
  Addon,
  AddonToken,
  ApiToken,
  App,
  Bearer,
  Deployment,
  Event,
  FailedDeploymentStatus,
  Mail,
  Operation,
  Project,
  Region,
  TransferInvitation
} from "./models.js"
import { makeScheduler, type Scheduler } from "./scheduler.js"
import type { Settings } from "./settings.js"
import type { Urls } from "./urls.js"

export interface State {
  /** The state that this is a view of, see {@link viewOf}; itself otherwise. */
  readonly root: State
  readonly settings: Settings
  readonly urls: Urls
  readonly ids: Ids
  /** What requests that only read get: their ids must not change those of what is created later. */
  readonly readIds: Ids
  /** The ids of something that is created when somebody first looks at it. */
  readonly idsOf: (key: string) => Ids
  readonly scheduler: Scheduler
  /** The instant of the request, or of the scheduled entry, that is being handled. */
  readonly now: () => number
  /** Runs what is due, and sets the present to `now`. */
  readonly advance: (now: number) => void
  /** Schedules something after a number of milliseconds, and returns how to cancel it. */
  readonly after: (milliseconds: number, run: () => void) => () => void
  /** Wakes those who wait for changes: a new entry of the scheduler, new lines of a log. */
  readonly changed: () => void
  /** Calls a listener at every change, and returns how to stop that. */
  readonly watch: (listener: () => void) => () => void
  readonly regions: Map<string, Region>
  readonly accounts: Map<string, Account>
  readonly tokens: Map<string, ApiToken>
  /** By bearer. */
  readonly bearers: Map<string, Bearer>
  /** By token. */
  readonly addonTokens: Map<string, AddonToken>
  readonly projects: Map<string, Project>
  readonly invitations: Map<string, TransferInvitation>
  readonly apps: Map<string, App>
  readonly operations: Map<string, Operation>
  readonly deployments: Map<string, Deployment>
  readonly addons: Map<string, Addon>
  /** Oldest first. */
  readonly events: Array<Event>
  /** Oldest first. */
  readonly mails: Array<Mail>
  /** The errors of the next operations, by the name of the app. */
  readonly operationFailures: Map<string, Array<string>>
  /** The final statuses of the next deployments, by the name of the app. */
  readonly deploymentFailures: Map<string, Array<FailedDeploymentStatus>>
}

export const makeState = (settings: Settings, urls: Urls, start: number): State => {
  const scheduler = makeScheduler()
  let present = start
  const listeners = new Set<() => void>()
  const changed = () => {
    for (const listener of listeners) listener()
  }
  const state: State = {
    get root() {
      return state
    },
    settings,
    urls,
    ids: makeIds(settings.idSeed),
    readIds: makeIds(settings.idSeed + 1, 0x8000_0000),
    idsOf: (key) => derivedIds(settings.idSeed, key),
    scheduler,
    now: () => present,
    advance: (now) => {
      scheduler.advance(now, (at) => {
        present = Math.max(present, at)
      })
      // Setting the clock back undoes nothing.
      present = Math.max(present, now)
    },
    after: (milliseconds, run) => {
      const cancel = scheduler.add(present + milliseconds, run)
      changed()
      return cancel
    },
    changed,
    watch: (listener) => {
      listeners.add(listener)
      return () => {
        listeners.delete(listener)
      }
    },
    regions: new Map(),
    accounts: new Map(),
    tokens: new Map(),
    bearers: new Map(),
    addonTokens: new Map(),
    projects: new Map(),
    invitations: new Map(),
    apps: new Map(),
    operations: new Map(),
    deployments: new Map(),
    addons: new Map(),
    events: [],
    mails: [],
    operationFailures: new Map(),
    deploymentFailures: new Map()
  }
  return state
}

/** The same state with other URLs, or other ids: as one request sees it. */
export const viewOf = (state: State, changes: Partial<Pick<State, "ids" | "urls">>): State => ({
  ...state,
  ...changes
})

/** A value for each object, created on first use. */
export const memoizeByKey = <K extends object, A>(): (key: K, initial: () => A) => A => {
  const values = new WeakMap<K, { readonly value: A }>()
  return (key, initial) => {
    const known = values.get(key) ?? { value: initial() }
    values.set(key, known)
    return known.value
  }
}

/**
 * A part of the state that one module owns: `const alerts = statePart(() => new Map<string, Alert>())`, then
 * `alerts(call.state)`.
 */
export const statePart = <A>(initial: (state: State) => A): (state: State) => A => {
  const of = memoizeByKey<State, A>()
  return ({ root }) => of(root, () => initial(root))
}

/** An instant in the format of the API. */
export const iso = (milliseconds: number): string => new Date(milliseconds).toISOString()

export const isoOrNull = (milliseconds: number | null): string | null =>
  milliseconds === null ? null : iso(milliseconds)

/** The values of a map that match, in the order of their addition. */
export const select = <A>(map: ReadonlyMap<string, A>, matches: (value: A) => boolean): Array<A> =>
  Array.from(map.values()).filter(matches)

/** The values of a map that belong to an app. */
export const ofApp = <A extends { readonly appId: string }>(
  map: ReadonlyMap<string, A>,
  app: { readonly id: string }
): Array<A> => select(map, (it) => it.appId === app.id)
