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
import type { LiveSocketsService } from "../../client/LiveSockets.js"
import { withPriority } from "../../client/RateLimiter.js"
import * as Decode from "../../client/ResponseDecoder.js"
import { InvalidRequest, isRetryable, type ScalingoError } from "../../client/ScalingoError.js"
import type { Deployment, DeploymentEvent } from "../../schema/Deployment.js"
import { nullish } from "../../schema/ScalingoSchema.js"
import { isFinal } from "./deploymentEnd.js"
import { authFrame, type Frame, makeSeenDeployments, parseFrame } from "./deploymentFrames.js"

/** What following needs of `Deployments`. */
export interface FollowDependencies {
  readonly api: ApiClient
  readonly sockets: LiveSocketsService
  readonly get: (app: string, id: string) => Effect.Effect<Deployment, ScalingoError>
  readonly output: (app: string, id: string) => Effect.Effect<Option.Option<string>, ScalingoError>
}

const name = "Deployments.follow"

/** The app, as far as its stream is concerned. */
const AppStream = Schema.Struct({
  links: Schema.Struct({ deployments_stream: nullish(Schema.String) })
})
const appStream = endpoint(name, "GET /apps/:app", Decode.root("app", AppStream))

/** The URL of the stream of an app; `None` when the platform names none. */
const urlOf = (api: ApiClient, app: string): Effect.Effect<Option.Option<string>, ScalingoError> =>
  Effect.map(
    call(api, appStream, { path: { app } }),
    ({ links }) => Option.filter(Option.fromNullable(links.deployments_stream), (url) => url !== "")
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
const overflow: SocketEnd = {
  _tag: "SocketEnd",
  wasOpen: true,
  hadFrames: true,
  error: new InvalidRequest({ endpoint: name, field: "consumer", expected: "one that reads the messages in time" })
}

type Frames = Stream.Stream<Frame, SocketEnd>

const withoutDropped = (items: LiveSocket<Frame>["items"]): Frames =>
  Stream.mapEffect(items, (item) => "_tag" in item ? Effect.fail(overflow) : Effect.succeed(item))

/**
 * One connection to the stream of an app: opens it, and returns its frames. Reports the bearer when the server closes
 * the connection right after the first frame.
 */
export const connect = (
  { api, sockets }: Pick<FollowDependencies, "api" | "sockets">,
  app: string,
  known: Option.Option<string>
): Effect.Effect<
  { readonly url: string; readonly frames: Frames } | undefined,
  ScalingoError | SocketEnd,
  Scope.Scope
> =>
  Effect.gen(function*() {
    const url = Option.isSome(known) ? known : yield* urlOf(api, app)
    if (Option.isNone(url)) return undefined
    const live = yield* sockets.openSignedIn(name, url.value, authFrame, socketOptions)
    yield* live.opened
    const openedAt = yield* Clock.currentTimeMillis
    const frames = Stream.tapError(withoutDropped(live.items), (end) =>
      Effect.flatMap(Clock.currentTimeMillis, (now) =>
        !end.hadFrames && now - openedAt < refusalTime ? sockets.rejectBearer : Effect.void))
    return { url: url.value, frames }
  })

const noStream = new InvalidRequest({ endpoint: name, field: "app", expected: "an app with a stream of deployments" })

/** Why a connection ended. */
const errorOf = (end: ScalingoError | SocketEnd): ScalingoError => end._tag === "SocketEnd" ? end.error : end

/** All deployments of an app. Never ends by itself. */
const followApp = (dependencies: FollowDependencies, app: string): Stream.Stream<DeploymentEvent, ScalingoError> =>
  Stream.suspend(() => {
    const seen = makeSeenDeployments(undefined)
    let url = Option.none<string>()
    let failures = 0
    const connection = Stream.unwrapScoped(
      Effect.flatMap(Effect.suspend(() => connect(dependencies, app, url)), (connected) => {
        if (connected === undefined) return Effect.fail(noStream)
        url = Option.some(connected.url)
        const toEvents = seen.connect()
        return Effect.succeed(Stream.mapConcat(connected.frames, (frame) => {
          failures = 0
          return toEvents(frame)
        }))
      })
    )
    const afterEnd = (end: ScalingoError | SocketEnd): Stream.Stream<DeploymentEvent, ScalingoError> => {
      if (end._tag !== "SocketEnd" && !isRetryable(end)) return Stream.fail(end)
      failures++
      if (isUrlDoubtful(failures)) url = Option.none()
      // A connection that breaks and is there again has lost nothing.
      const gap: DeploymentEvent = { _tag: "Gap", deployment_id: undefined, reason: errorOf(end).message }
      return Stream.concat(
        failures === 2 ? Stream.succeed(gap) : Stream.empty,
        Stream.drain(Stream.fromEffect(pause(failures - 1)))
      )
    }
    return Stream.repeatValue(undefined).pipe(
      Stream.flatMap(() => Stream.suspend(() => Stream.catchAll(connection, afterEnd)))
    )
  })

interface Step {
  readonly events: ReadonlyArray<DeploymentEvent>
  readonly isOver: boolean
}

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
    let url = Option.none<string>()
    let failures = 0
    let isGapTold = false
    let looks = 0
    const toStep = (events: ReadonlyArray<DeploymentEvent>): Step => ({ events, isOver: false })

    const ignoreTransient = <A>(
      effect: Effect.Effect<A, ScalingoError>,
      otherwise: A
    ): Effect.Effect<A, ScalingoError> => Effect.catchIf(effect, isRetryable, () => Effect.succeed(otherwise))

    const readOutput = dependencies.output(app, id).pipe(
      Effect.map(Option.match({ onNone: () => [], onSome: (text) => seen.output(id, text) })),
      (read) => ignoreTransient(read, [])
    )

    /** Asks the API: it alone says how a deployment ends. */
    const look: Effect.Effect<Step, ScalingoError> = Effect.suspend(() => {
      const priority = looks++ === 0 ? "user" : "background"
      return dependencies.get(app, id).pipe(
        Effect.flatMap(({ status }) =>
          isFinal(status)
            ? Effect.map(readOutput, (output): Step => ({
              events: [...output, ...seen.status(id, status)],
              isOver: true
            }))
            : Effect.succeed(toStep(typeof status === "string" ? seen.status(id, status) : []))
        ),
        withPriority(priority),
        (read) => ignoreTransient(read, toStep([]))
      )
    })

    const confirm = (attempt = 0): Effect.Effect<Step, ScalingoError> =>
      Effect.flatMap(look, (step) =>
        step.isOver || attempt >= mostConfirmations
          ? Effect.succeed(step)
          : Effect.zipRight(Effect.sleep(Math.min(1000 * 1.5 ** attempt, 10_000)), confirm(attempt + 1)))

    const steps = (frames: Frames): Stream.Stream<Step, ScalingoError | SocketEnd> => {
      const toEvents = seen.connect()
      const told = Stream.mapEffect(frames, (frame): Effect.Effect<Step, ScalingoError> => {
        failures = 0
        const isEnd = frame.type === "status" && (frame.id ?? id) === id && isFinal(frame.data.status)
        return isEnd ? confirm() : Effect.sync(() => toStep(toEvents(frame)))
      })
      const asked = Stream.mapEffect(Stream.tick(lookInterval), () => look)
      return Stream.merge(told, asked)
    }

    const connection: Stream.Stream<Step, ScalingoError | SocketEnd> = Stream.unwrapScoped(
      Effect.flatMap(Effect.suspend(() => connect(dependencies, app, url)), (connected) => {
        if (connected === undefined) return Effect.fail(noStream)
        url = Option.some(connected.url)
        return Effect.succeed(steps(connected.frames))
      })
    )

    /** Without the stream: what the API has, and a pause before the next connection. */
    const withoutStream = (reason: string): Stream.Stream<Step, ScalingoError> =>
      Stream.unwrap(Effect.gen(function*() {
        failures++
        if (isUrlDoubtful(failures)) url = Option.none()
        const gap: DeploymentEvent = { _tag: "Gap", deployment_id: id, reason }
        // A connection that breaks and is there again has lost nothing.
        const isTold = isGapTold || failures < 2
        isGapTold ||= !isTold
        const step = yield* look
        const output = step.isOver || failures < 2 ? [] : yield* readOutput
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
    let url = Option.none<string>()

    const readOnce = Effect.scoped(Effect.gen(function*() {
      const connected = yield* withPriority(connect(dependencies, app, url), "background")
      if (connected === undefined) return yield* Effect.fail(noStream)
      url = Option.some(connected.url)
      isConnected = true
      // A deployment that ended before the connection was open sends no status.
      yield* hint
      yield* Stream.runForEach(connected.frames, (frame) => {
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
