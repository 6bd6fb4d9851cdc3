/**
 * Deployments of an app: listing, creating, following, output and waiting for the end.
 *
 * @since 0.1.0
 */
import * as Chunk from "effect/Chunk"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { RegionalApi } from "../client/ApiClient.js"
import { because } from "../client/internal/because.js"
import { call, endpoint } from "../client/internal/endpoint.js"
import { callPage, callPages } from "../client/internal/pages.js"
import * as Poll from "../client/internal/poll.js"
import { body } from "../client/internal/requestBody.js"
import * as SharedPolling from "../client/internal/sharedPolling.js"
import { LiveSockets } from "../client/LiveSockets.js"
import type { Page, PageOptions, WalkOptions } from "../client/Pagination.js"
import { withPriority } from "../client/RateLimiter.js"
import * as Decode from "../client/ResponseDecoder.js"
import type { ScalingoError } from "../client/ScalingoError.js"
import { SignedUrls } from "../client/SignedUrls.js"
import type { WaitOptions, WaitTimeout } from "../client/Wait.js"
import { errorClass } from "../internal/errorClass.js"
import { struct } from "../internal/lazySchema.js"
import { Deployment, type DeploymentEvent } from "../schema/Deployment.js"
import { SecretInput } from "../schema/ScalingoSchema.js"
import { adviceOf, hasFailed, isFinal } from "./internal/deploymentEnd.js"
import { awaitHint, follow, type FollowDependencies } from "./internal/deploymentStream.js"
import { appLogs } from "./internal/logEndpoints.js"
import { readLogs } from "./internal/logSource.js"
import { secretText } from "./internal/secret.js"

export * from "../schema/Deployment.js"

/**
 * The code to deploy.
 *
 * @category schemas
 */
export const CreateDeployment = struct(() => ({
  /**
   * The http(s) URL of a `.tar.gz` with exactly one folder at its root: the `download_url` of a `Source`, or any public
   * URL, such as that of a GitHub archive.
   */
  source_url: SecretInput.pipe(
    Schema.filter((url) => /^https?:\/\/./.test(secretText(url)), {
      description: "an http(s) address of a .tar.gz archive",
      arbitrary: () => (fc) => fc.webUrl()
    })
  ),
  /** A label of your choice, which becomes a part of the image's tag. */
  git_ref: Schema.optional(
    Schema.String.pipe(Schema.pattern(/^[^-]/, { description: "a label that does not start with a hyphen" }))
  ),
  /** A command to run between the build and the start. */
  postdeploy_hook: Schema.optional(Schema.String)
}))

export interface CreateDeployment extends Schema.Schema.Type<typeof CreateDeployment> {}

/**
 * A deployment has failed. `deployment.status` names the phase; `Deployments.output` has the whole output.
 *
 * @category errors
 */
export class DeploymentFailed
  extends errorClass(() =>
    Schema.TaggedError<DeploymentFailed>("@effect-scalingo/core/DeploymentFailed")(
      "DeploymentFailed",
      {
        /** The app's name or id. */
        app: Schema.String,
        /** The deployment in its final state. */
        deployment: Deployment,
        /** The last lines of its output, 20 at most. Empty when the platform has none. */
        output: Schema.Array(Schema.String),
        /** After a `hook-error`, the last lines of the container of the postdeploy hook, 20 at most. */
        postdeploy: Schema.Array(Schema.String)
      }
    )
  )
{
  override get message(): string {
    const { id, status } = this.deployment
    return `Deployment ${id} of the app ${this.app} ended with ${status ?? "no status"}${because(adviceOf(status))}`
  }
}

/**
 * The methods of {@link Deployments}.
 *
 * @category models
 */
export interface DeploymentsService {
  /**
   * The deployments of an app, newest first, across all pages: `GET /apps/:app/deployments`.
   */
  readonly list: (app: string, options?: WalkOptions) => Stream.Stream<Deployment, ScalingoError>

  /**
   * One page of the deployments of an app: `GET /apps/:app/deployments`.
   */
  readonly listPage: (app: string, options?: PageOptions) => Effect.Effect<Page<Deployment>, ScalingoError>

  /**
   * One deployment: `GET /apps/:app/deployments/:deploymentId`.
   */
  readonly get: (app: string, deploymentId: string) => Effect.Effect<Deployment, ScalingoError>

  /**
   * Deploys an archive: `POST /apps/:app/deployments`. Returns at once; `await` waits for the end. An app has one
   * deployment at a time.
   *
   * ```ts
   * const { id } = yield* deployments.create("my-app", {
   *   git_ref: "v1.2.0",
   *   source_url: "https://github.com/me/my-app/archive/v1.2.0.tar.gz"
   * })
   * yield* deployments.await("my-app", id)
   * ```
   */
  readonly create: (app: string, deployment: CreateDeployment) => Effect.Effect<Deployment, ScalingoError>

  /**
   * The output of the build and the start so far: `GET /apps/:app/deployments/:deploymentId/output`. `None` while there
   * is no output; the platform does not distinguish this from a deployment that does not exist.
   */
  readonly output: (app: string, deploymentId: string) => Effect.Effect<Option.Option<string>, ScalingoError>

  /**
   * Follows a deployment to its end, or all deployments of an app without an end: `GET /apps/:app`, then a WebSocket to
   * the stream that the app names, which gets the bearer in its first frame. Emits what is new, the output, and each
   * status once, also over connections that break: the output that was seen is not repeated.
   *
   * The end is what the API says (`GET /apps/:app/deployments/:deploymentId`), whether success or failure: the last event
   * is the final `Status`. While there is no stream, a `Gap` says why, the deployment is polled, and its output comes
   * from `GET /apps/:app/deployments/:deploymentId/output`. Interrupting the stream stops nothing on the platform.
   *
   * Fails with `InvalidRequest` when the host of the stream may not get the bearer: see `TrustedHosts`. All deployments
   * of an app can only be followed where there are WebSockets.
   *
   * @example
   * ```ts
   * import { Deployments } from "@effect-scalingo/core/Deployments"
   * import { Console, Effect, Stream } from "effect"
   *
   * const show = Effect.gen(function*() {
   *   const deployments = yield* Deployments
   *   const { id } = yield* deployments.create("my-app", { source_url: "https://github.com/me/my-app/archive/main.tar.gz" })
   *   yield* Stream.runForEach(deployments.follow("my-app", id), (event) =>
   *     event._tag === "Log" ? Console.log(event.content.trimEnd()) : Effect.void)
   * })
   * ```
   */
  readonly follow: (app: string, deploymentId?: string) => Stream.Stream<DeploymentEvent, ScalingoError>

  /**
   * The output of a deployment as a stream of text: what there is, then what comes until the deployment ends. As
   * {@link DeploymentsService.follow} (`GET /apps/:app` and a WebSocket), without the other events.
   */
  readonly outputStream: (app: string, deploymentId: string) => Stream.Stream<string, ScalingoError>

  /**
   * Waits for the end of a deployment, 15 minutes by default, without the time in which it is queued behind another one.
   * Fails with `DeploymentFailed` when the deployment fails (`build-error`, `crashed-error`, `timeout-error`,
   * `hook-error`, `aborted`), and with `WaitTimeout` after the timeout.
   *
   * Where there are WebSockets, the stream of {@link DeploymentsService.follow} tells when to ask the API, and else once a
   * minute. Without the stream it is polled: the module `Wait` says how. From three waits on deployments of one app on,
   * the list then tells which ones to read.
   */
  readonly await: (
    app: string,
    deploymentId: string,
    options?: WaitOptions
  ) => Effect.Effect<Deployment, ScalingoError | DeploymentFailed | WaitTimeout<Deployment>>

  /**
   * Empties the build cache of an app: `DELETE /apps/:app/caches/deployment`.
   */
  readonly resetCache: (app: string) => Effect.Effect<void, ScalingoError>
}

/**
 * Deployments of apps.
 *
 * @category tags
 */
export class Deployments extends Context.Tag("@effect-scalingo/core/Deployments")<Deployments, DeploymentsService>() {}

const deployment = Decode.root("deployment", Deployment)

const list = endpoint("Deployments.list", "GET /apps/:app/deployments", Decode.page("deployments", Deployment))
const get = endpoint("Deployments.get", "GET /apps/:app/deployments/:deploymentId", deployment)
const create = endpoint("Deployments.create", "POST /apps/:app/deployments", deployment, {
  body: body(CreateDeployment, "deployment")
})
const output = endpoint("Deployments.output", "GET /apps/:app/deployments/:deploymentId/output", Decode.text)
const resetCache = endpoint("Deployments.resetCache", "DELETE /apps/:app/caches/deployment", Decode.empty)

type Outcome = (deployment: Deployment) => Either.Either<boolean, Deployment>

/** `Left` is a deployment that has failed. */
const outcome: Outcome = (deployment) =>
  hasFailed(deployment.status) ? Either.left(deployment) : Either.right(deployment.status === "success")

const isDeployment = (failure: Deployment | ScalingoError | WaitTimeout<Deployment>): failure is Deployment =>
  !("_tag" in failure)

const lastLines = (text: string): ReadonlyArray<string> => text.trimEnd().split(/\r?\n/).slice(-shownLines)

/** The lines of the output, and of the postdeploy hook, that an error has. */
const shownLines = 20

export const make: Effect.Effect<
  DeploymentsService,
  never,
  RegionalApi | SignedUrls | LiveSockets
> = Effect.gen(function*() {
  const api = yield* RegionalApi
  const urls = yield* SignedUrls
  const sockets = yield* LiveSockets
  const polling = yield* SharedPolling.make

  const readOutput: DeploymentsService["output"] = (app, deploymentId) =>
    call(api, output, { path: { app, deploymentId } }).pipe(
      Effect.asSome,
      Effect.catchTag(
        "NotFound",
        (error) => error.resource === "app" ? Effect.fail(error) : Effect.succeed(Option.none<string>())
      )
    )
  const getDeployment: DeploymentsService["get"] = (app, deploymentId) =>
    call(api, get, { path: { app, deploymentId } })
  const dependencies: FollowDependencies = { api, sockets, get: getDeployment, output: readOutput }

  /** The error of a deployment that has failed. What it shows is read once, and may be missing. */
  const failed = (app: string, deployment: Deployment): Effect.Effect<never, DeploymentFailed> =>
    Effect.gen(function*() {
      const built = yield* readOutput(app, deployment.id).pipe(
        Effect.map(Option.match({ onNone: () => [], onSome: lastLines })),
        Effect.orElseSucceed((): ReadonlyArray<string> => [])
      )
      const hook = deployment.status !== "hook-error"
        ? []
        : yield* readLogs(urls, appLogs(api, app), { lines: shownLines, filter: "postdeploy" }).pipe(
          Stream.map(({ text }) => text),
          Stream.runCollect,
          Effect.map((lines): ReadonlyArray<string> => Chunk.toReadonlyArray(lines)),
          Effect.orElseSucceed((): ReadonlyArray<string> => [])
        )
      return yield* Effect.fail(
        new DeploymentFailed({ app, deployment, output: built, postdeploy: hook }, Poll.unchecked)
      )
    }).pipe(withPriority("background"))

  const busyDeployments = (app: string) =>
    Effect.map(
      call(api, list, { path: { app } }),
      ({ items }) => SharedPolling.busyIds(items.flatMap(({ id, status }) => isFinal(status) ? [] : [id]))
    )

  const awaitEnd: DeploymentsService["await"] = (app, deploymentId, options) =>
    Effect.gen(function*() {
      const waiting: Poll.Waiting<Deployment, Deployment> = {
        subject: `deployment ${deploymentId} of the app ${app}`,
        read: getDeployment(app, deploymentId),
        outcome,
        seen: Poll.byStatus,
        isQueued: ({ status }) => status === "queued",
        options
      }
      return yield* sockets.isAvailable
        ? Poll.settle({ ...waiting, pause: yield* awaitHint(dependencies, app, deploymentId) })
        : polling.settle({
          ...waiting,
          key: app,
          list: busyDeployments(app),
          id: deploymentId
        })
    }).pipe(
      Effect.scoped,
      Effect.catchIf(isDeployment, (deployment) => failed(app, deployment))
    )

  return Deployments.of({
    list: (app, options) => callPages(api, list, { path: { app } }, options),
    listPage: (app, options) => callPage(api, list, { path: { app } }, options),
    get: getDeployment,
    create: (app, deployment) => call(api, create, { path: { app }, body: deployment }),
    output: readOutput,
    follow: (app, deploymentId) => follow(dependencies, app, deploymentId),
    outputStream: (app, deploymentId) =>
      Stream.filterMap(
        follow(dependencies, app, deploymentId),
        (event) => event._tag === "Log" ? Option.some(event.content) : Option.none()
      ),
    await: awaitEnd,
    resetCache: (app) => call(api, resetCache, { path: { app } })
  })
})

export const layer: Layer.Layer<Deployments, never, RegionalApi | SignedUrls | LiveSockets> = Layer.effect(
  Deployments,
  make
)
