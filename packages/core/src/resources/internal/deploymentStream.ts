/**
 * Follows deployments over the platform's stream, across any number of connections. The stream tells what happens; only
 * the API tells how a deployment ended.
 */
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Queue from "effect/Queue"
import * as Random from "effect/Random"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import type { ApiClient } from "../../client/ApiClient.js"
import { call, endpoint } from "../../client/internal/endpoint.js"
import type { LiveSocket, SocketEnd, SocketOptions } from "../../client/internal/liveSocket.js"
import { strict } from "../../client/internal/strict.js"
import type { LiveSocketsService } from "../../client/LiveSockets.js"
import { withPriority } from "../../client/RateLimiter.js"
import * as Decode from "../../client/ResponseDecoder.js"
import { InvalidRequest, isRetryable, type ScalingoError } from "../../client/ScalingoError.js"
import { struct } from "../../internal/lazySchema.js"
import type { Deployment, DeploymentEvent } from "../../schema/Deployment.js"
import { nullish } from "../../schema/ScalingoSchema.js"
import { isFinal } from "./deploymentEnd.js"
import { authFrame, type Frame, makeSeenDeployments, parseFrame, type SeenDeployments } from "./deploymentFrames.js"

/** What following needs of `Deployments`. */
export interface FollowDependencies {
  readonly api: ApiClient
  readonly sockets: LiveSocketsService
  readonly get: (app: string, id: string) => Effect.Effect<Deployment, ScalingoError>
  readonly output: (app: string, id: string) => Effect.Effect<Option.Option<string>, ScalingoError>
}

const name = "Deployments.follow"

/** The app, as far as its stream is concerned. */
const AppStream = struct(() => ({
  links: nullish(Schema.Struct({ deployments_stream: nullish(Schema.String) }))
}))
const appStream = endpoint(name, "GET /apps/:app", strict(Decode.root("app", AppStream)))

/** The URL of the stream of an app; `None` when the platform names none. */
const urlOf = (api: ApiClient, app: string): Effect.Effect<Option.Option<string>, ScalingoError> =>
  call(api, appStream, { path: { app } }).pipe(
    Effect.map(({ links }) => Option.filter(Option.fromNullable(links?.deployments_stream), (url) => url !== "")),
    Effect.catchTag("DecodeError", () => Effect.succeed(Option.none()))
  )

/** Frames that wait for a slow consumer. When there are more, a new connection repeats the output. */
const socketOptions: SocketOptions<Frame> = { parse: parseFrame, capacity: 10_000, silence: "60 seconds" }

/** A server that closes the connection this soon, without a frame, refuses the bearer. */
const refusalTime = 5_000
/** Beside the stream, the API is asked this often. */
const lookInterval = Duration.seconds(60)
/** The longest pause before another connection. */
const longestPause = 30_000
/** After failures in a row, the platform is asked for the URL again. */
const isUrlDoubtful = (failures: number) => failures % 10 === 2

const pause = (failures: number): Effect.Effect<void> =>
  Effect.flatMap(
    Random.nextRange(0.5, 1.5),
    (jitter) => Effect.sleep(Duration.millis(Math.min(1000 * 1.5 ** Math.min(failures, 20), longestPause) * jitter))
  )

/** What is lost in the mailbox comes again on another connection. */
const overflow = (): SocketEnd => ({
  _tag: "SocketEnd",
  wasOpen: true,
  hadFrames: true,
  error: new InvalidRequest({ endpoint: name, field: "consumer", expected: "one that reads the messages in time" })
})

type Frames = Stream.Stream<Frame, SocketEnd>

const withoutDropped = (items: LiveSocket<Frame>["items"]): Frames =>
  Stream.mapEffect(items, (item) => "_tag" in item ? Effect.failSync(overflow) : Effect.succeed(item))

/** What is remembered from one connection to the next. */
interface Connecting {
  /** Used until connections fail again and again. */
  url: Option.Option<string>
  /** Whether a bearer was reported since the last frame. A server that closes connections may also be restarting. */
  isBearerReported: boolean
}

const makeConnecting = (): Connecting => ({ url: Option.none(), isBearerReported: false })

/**
 * One connection to the stream of an app: opens it, and returns its frames. Reports the bearer when the server closes
 * the connection right after the first frame.
 */
const connect = (
  { api, sockets }: Pick<FollowDependencies, "api" | "sockets">,
  app: string,
  state: Connecting
): Effect.Effect<Frames, ScalingoError | SocketEnd, Scope.Scope> =>
  Effect.gen(function*() {
    const url = Option.isSome(state.url) ? state.url : yield* urlOf(api, app)
    if (Option.isNone(url)) return yield* Effect.fail(noStream)
    state.url = url
    const live = yield* sockets.openSignedIn(name, url.value, authFrame, socketOptions)
    yield* live.opened
    const openedAt = yield* Clock.currentTimeMillis
    return Stream.tapError(withoutDropped(live.items), (end) =>
      Effect.flatMap(Clock.currentTimeMillis, (now) => {
        if (end.hadFrames) state.isBearerReported = false
        if (end.hadFrames || now - openedAt >= refusalTime || state.isBearerReported) return Effect.void
        state.isBearerReported = true
        return live.rejectBearer
      }))
  })

const noStream = new InvalidRequest({ endpoint: name, field: "app", expected: "an app with a stream of deployments" })

/** Why a connection ended. */
const errorOf = (end: ScalingoError | SocketEnd): ScalingoError => end._tag === "SocketEnd" ? end.error : end

interface Step {
  readonly events: ReadonlyArray<DeploymentEvent>
  readonly isOver: boolean
}

const toStep = (events: ReadonlyArray<DeploymentEvent>): Step => ({ events, isOver: false })

/** A transient failure of the API is no failure of what follows. */
const ignoreTransient = <A>(effect: Effect.Effect<A, ScalingoError>, otherwise: A): Effect.Effect<A, ScalingoError> =>
  Effect.catchIf(effect, isRetryable, () => Effect.succeed(otherwise))

/** The whole output, without what was seen. What cannot be read is a gap. */
const readOutput = (
  { output }: FollowDependencies,
  seen: SeenDeployments,
  app: string,
  id: string
): Effect.Effect<ReadonlyArray<DeploymentEvent>> =>
  Effect.match(output(app, id), {
    onFailure: ({ message }): ReadonlyArray<DeploymentEvent> => [{ _tag: "Gap", deployment_id: id, reason: message }],
    onSuccess: Option.match({ onNone: () => [], onSome: (text) => seen.output(id, text) })
  })

/** Asks the API: it alone says how a deployment ends. */
const look = (
  dependencies: FollowDependencies,
  seen: SeenDeployments,
  app: string,
  id: string
): Effect.Effect<Step, ScalingoError> =>
  Effect.flatMap(dependencies.get(app, id), ({ status }) =>
    isFinal(status)
      ? Effect.map(readOutput(dependencies, seen, app, id), (output): Step => ({
        events: [...output, ...seen.status(id, status)],
        isOver: true
      }))
      : Effect.succeed(toStep(typeof status === "string" ? seen.status(id, status) : [])))

/** A connection that was open for so long counts as a success, also without frames. */
const stableTime = 30_000

/** All deployments of an app. Never ends by itself. */
const followApp = (dependencies: FollowDependencies, app: string): Stream.Stream<DeploymentEvent, ScalingoError> =>
  Stream.suspend(() => {
    const seen = makeSeenDeployments(undefined)
    const connecting = makeConnecting()
    let failures = 0
    let openedAt = Number.POSITIVE_INFINITY

    /** The server repeats the current deployment only. Those that have ended meanwhile are read from the API. */
    const endedMeanwhile = Effect.suspend(() =>
      Effect.map(
        Effect.forEach(seen.unfinished(), (id) =>
          withPriority(ignoreTransient(look(dependencies, seen, app, id), toStep([])), "background").pipe(
            Effect.catchTag("NotFound", () =>
              Effect.succeed(toStep([])))
          )),
        (steps) =>
          steps.flatMap(({ events }) => events)
      )
    )
    const connection = Stream.unwrapScoped(
      Effect.gen(function*() {
        const frames = yield* connect(dependencies, app, connecting)
        openedAt = yield* Clock.currentTimeMillis
        const toEvents = seen.connect()
        return Stream.concat(
          Stream.fromIterableEffect(endedMeanwhile),
          Stream.mapConcat(frames, (frame) => {
            failures = 0
            return toEvents(frame)
          })
        )
      })
    )
    const afterEnd = (end: ScalingoError | SocketEnd): Stream.Stream<DeploymentEvent, ScalingoError> =>
      Stream.unwrap(Effect.map(Clock.currentTimeMillis, (now) => {
        if (end._tag !== "SocketEnd" && !isRetryable(end)) return Stream.fail(end)
        if (now - openedAt >= stableTime) failures = 0
        openedAt = Number.POSITIVE_INFINITY
        failures++
        if (isUrlDoubtful(failures)) connecting.url = Option.none()
        const gap: DeploymentEvent = { _tag: "Gap", deployment_id: undefined, reason: errorOf(end).message }
        return Stream.concat(
          // A connection that breaks and is there again has lost nothing.
          failures === 2 ? Stream.succeed(gap) : Stream.empty,
          Stream.drain(Stream.fromEffect(pause(failures - 1)))
        )
      }))
    return Stream.repeatValue(undefined).pipe(
      Stream.flatMap(() => Stream.suspend(() => Stream.catchAll(connection, afterEnd)))
    )
  })

/** After a final status on the stream, the API is asked this often until it has it too. */
const mostConfirmations = 10

/** One deployment, to its end. */
const followOne = (
  dependencies: FollowDependencies,
  app: string,
  id: string
): Stream.Stream<DeploymentEvent, ScalingoError> =>
  Stream.suspend(() => {
    const seen = makeSeenDeployments(id)
    const connecting = makeConnecting()
    let failures = 0
    let isGapTold = false
    let looks = 0

    const lookAgain: Effect.Effect<Step, ScalingoError> = Effect.suspend(() =>
      withPriority(
        ignoreTransient(look(dependencies, seen, app, id), toStep([])),
        looks++ === 0 ? "user" : "background"
      )
    )

    const confirm = (before: ReadonlyArray<DeploymentEvent> = [], attempt = 0): Effect.Effect<Step, ScalingoError> =>
      Effect.flatMap(lookAgain, ({ events, isOver }) => {
        const all: Step = { events: [...before, ...events], isOver }
        return isOver || attempt >= mostConfirmations
          ? Effect.succeed(all)
          : Effect.zipRight(
            Effect.sleep(Math.min(1000 * 1.5 ** attempt, 10_000)),
            confirm(all.events, attempt + 1)
          )
      })

    const steps = (frames: Frames): Stream.Stream<Step, ScalingoError | SocketEnd> => {
      const toEvents = seen.connect()
      const told = Stream.mapEffect(frames, (frame): Effect.Effect<Step, ScalingoError> => {
        failures = 0
        const isEnd = frame.type === "status" && (frame.id ?? id) === id && isFinal(frame.data.status)
        return isEnd ? confirm() : Effect.sync(() => toStep(toEvents(frame)))
      })
      const asked = Stream.mapEffect(Stream.tick(lookInterval), () => lookAgain)
      return Stream.merge(told, asked)
    }

    const connection: Stream.Stream<Step, ScalingoError | SocketEnd> = Stream.unwrapScoped(
      Effect.map(Effect.suspend(() => connect(dependencies, app, connecting)), steps)
    )

    /** Without the stream: what the API has, and a pause before the next connection. */
    const withoutStream = (reason: string): Stream.Stream<Step, ScalingoError> =>
      Stream.unwrap(Effect.gen(function*() {
        failures++
        if (isUrlDoubtful(failures)) connecting.url = Option.none()
        const gap: DeploymentEvent = { _tag: "Gap", deployment_id: id, reason }
        // A connection that breaks and is there again has lost nothing.
        const isTold = isGapTold || failures < 2
        isGapTold ||= !isTold
        const step = yield* lookAgain
        // Output that cannot be read now comes with a later look, so it is no gap yet.
        const output = step.isOver || failures < 2
          ? []
          : (yield* readOutput(dependencies, seen, app, id)).filter(({ _tag }) => _tag !== "Gap")
        const all: Step = { events: [...(isTold ? [] : [gap]), ...output, ...step.events], isOver: step.isOver }
        return Stream.concat(
          Stream.succeed(all),
          Stream.drain(Stream.fromEffect(step.isOver ? Effect.void : pause(failures - 1)))
        )
      }))

    const attempt = Stream.suspend(() =>
      dependencies.sockets.isAvailable
        ? Stream.catchAll(connection, (end) =>
          end._tag === "SocketEnd" || isRetryable(end) || end === noStream
            ? withoutStream(errorOf(end).message)
            : Stream.fail(end))
        : withoutStream("This runtime has no WebSockets, so the deployment is polled")
    )
    return Stream.repeatValue(undefined).pipe(
      Stream.flatMap(() => attempt),
      Stream.takeUntil(({ isOver }) => isOver),
      Stream.mapConcat(({ events }) => events)
    )
  })

/** Without an id, all deployments of the app. */
export const follow = (
  dependencies: FollowDependencies,
  app: string,
  id: string | undefined
): Stream.Stream<DeploymentEvent, ScalingoError> =>
  Stream.suspend(() =>
    id !== undefined
      ? followOne(dependencies, app, id)
      : dependencies.sockets.isAvailable
      ? followApp(dependencies, app)
      : Stream.fail(
        new InvalidRequest({ endpoint: name, field: "deploymentId", expected: "given where there are no WebSockets" })
      )
  )

/**
 * Waits for a hint of the stream that a deployment has changed, or for the usual delay where there is no stream. While
 * the stream is there, the delay is a minute.
 */
export const awaitHint = (
  dependencies: Pick<FollowDependencies, "api" | "sockets">,
  app: string,
  id: string
): Effect.Effect<(delay: number, left: number) => Effect.Effect<void>, never, Scope.Scope> =>
  Effect.gen(function*() {
    const scope = yield* Effect.scope
    const hints = yield* Queue.sliding<void>(1)
    const hint = Queue.offer(hints, undefined)
    let isStarted = false
    let isConnected = false
    let isEnding = false
    const connecting = makeConnecting()

    const readOnce = Effect.scoped(Effect.gen(function*() {
      const frames = yield* withPriority(connect(dependencies, app, connecting), "background")
      isConnected = true
      // A deployment that ended before the connection was open sends no status.
      yield* hint
      yield* Stream.runForEach(frames, (frame) => {
        const isOwn = frame.type === "status" && (frame.id ?? id) === id
        isEnding ||= isOwn && isFinal(frame.data.status)
        return isOwn ? hint : Effect.void
      })
    }))
    const read = (failures: number): Effect.Effect<void> =>
      Effect.catchAll(readOnce, (end) => {
        isConnected = false
        const isLast = end._tag !== "SocketEnd" && !isRetryable(end)
        return isLast ? Effect.void : Effect.zipRight(pause(failures), read(failures + 1))
      })

    return (delay, left) =>
      Effect.suspend(() => {
        const start = isStarted ? Effect.void : Effect.forkIn(read(0), scope)
        isStarted = true
        // When the end is near, the API may only be late.
        const wait = isConnected && !isEnding ? Math.min(left, Duration.toMillis(lookInterval)) : delay
        return Effect.zipRight(start, Effect.raceFirst(Effect.sleep(wait), Queue.take(hints)))
      })
  })
