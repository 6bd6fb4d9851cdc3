/**
 * The state of the sandbox: plain maps, touched only while a request or an entry of the scheduler is being handled.
 */
import { type Ids, makeIds } from "./ids.js"
import type {
  Account,
  Addon,
  AddonToken,
  ApiToken,
  App,
  Bearer,
  Deployment,
  Event,
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
  readonly settings: Settings
  readonly urls: Urls
  readonly ids: Ids
  readonly scheduler: Scheduler
  /** The instant of the request, or of the entry of the scheduler, that is being handled. */
  readonly now: () => number
  /** Executes what has become due and takes `now` as the present. */
  readonly advance: (now: number) => void
  /** Does something after so many milliseconds; gives back how to take that back. */
  readonly after: (milliseconds: number, run: () => void) => () => void
  readonly regions: Map<string, Region>
  readonly accounts: Map<string, Account>
  readonly tokens: Map<string, ApiToken>
  /** By the bearer itself. */
  readonly bearers: Map<string, Bearer>
  /** By the token itself. */
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
  /** How the next operations of an app end, by the app's name. */
  readonly operationFailures: Map<string, Array<string>>
  /** How the next deployments of an app end, by the app's name. */
  readonly deploymentFailures: Map<string, Array<Deployment["status"]>>
}

export const makeState = (settings: Settings, urls: Urls, start: number): State => {
  const scheduler = makeScheduler()
  let present = start
  return {
    settings,
    urls,
    ids: makeIds(settings.idSeed),
    scheduler,
    now: () => present,
    advance: (now) => {
      scheduler.advance(now, (at) => {
        present = Math.max(present, at)
      })
      // A clock that is set back does not undo anything.
      present = Math.max(present, now)
    },
    after: (milliseconds, run) => scheduler.add(present + milliseconds, run),
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
}

/** What is known of each of some objects, made when it is first asked for. */
export const remember = <K extends object, A>(): (key: K, initial: () => A) => A => {
  const values = new WeakMap<K, { readonly value: A }>()
  return (key, initial) => {
    const known = values.get(key) ?? { value: initial() }
    values.set(key, known)
    return known.value
  }
}

/**
 * A place in the state for what one route file alone knows:
 * `const alerts = slot(() => new Map<string, Alert>())`, then `alerts(call.state)`.
 */
export const slot = <A>(initial: (state: State) => A): (state: State) => A => {
  const of = remember<State, A>()
  return (state) => of(state, () => initial(state))
}

/** An instant as the API writes it. */
export const iso = (milliseconds: number): string => new Date(milliseconds).toISOString()

export const isoOrNull = (milliseconds: number | null): string | null =>
  milliseconds === null ? null : iso(milliseconds)

/** The values of a map that fit, in the order in which they were added. */
export const select = <A>(map: ReadonlyMap<string, A>, fits: (value: A) => boolean): Array<A> =>
  Array.from(map.values()).filter(fits)

/** The values of a map that belong to an app. */
export const ofApp = <A extends { readonly appId: string }>(
  map: ReadonlyMap<string, A>,
  app: { readonly id: string }
): Array<A> => select(map, (it) => it.appId === app.id)
