/**
 * Deployments of an app: listing, creating, output and waiting for the end.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type * as Stream from "effect/Stream"
import { RegionalApi } from "../client/ApiClient.js"
import { because } from "../client/internal/because.js"
import { call, endpoint } from "../client/internal/endpoint.js"
import { callPage, callPages } from "../client/internal/pages.js"
import * as Poll from "../client/internal/poll.js"
import { body } from "../client/internal/requestBody.js"
import type { Page, PageOptions, WalkOptions } from "../client/Pagination.js"
import * as Decode from "../client/ResponseDecoder.js"
import type { ScalingoError } from "../client/ScalingoError.js"
import type { WaitOptions, WaitTimeout } from "../client/Wait.js"
import { withoutFrames } from "../internal/withoutFrames.js"
import { Deployment } from "../schema/Deployment.js"
import { SecretInput } from "../schema/ScalingoSchema.js"
import { adviceOf, hasFailed } from "./internal/deploymentEnd.js"
import { secretText } from "./internal/secret.js"

export * from "../schema/Deployment.js"

/**
 * The code to deploy.
 *
 * @category schemas
 */
export const CreateDeployment = Schema.Struct({
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
})

export interface CreateDeployment extends Schema.Schema.Type<typeof CreateDeployment> {}

/**
 * A deployment has failed. `deployment.status` names the phase; `Deployments.output` has the build's output.
 *
 * @category errors
 */
export class DeploymentFailed extends withoutFrames(
  Schema.TaggedError<DeploymentFailed>("@effect-scalingo/core/DeploymentFailed")(
    "DeploymentFailed",
    {
      /** The app's name or id. */
      app: Schema.String,
      /** The deployment in its final state. */
      deployment: Deployment
    }
  )
) {
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
   * Waits for the end of a deployment, 15 minutes by default. Fails with `DeploymentFailed` when the deployment fails
   * (`build-error`, `crashed-error`, `timeout-error`, `hook-error`, `aborted`), and with `WaitTimeout` after the
   * timeout. The module `Wait` says how waits poll.
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

const outcome = (app: string) => (deployment: Deployment): Either.Either<boolean, DeploymentFailed> => {
  const { status } = deployment
  return hasFailed(status)
    ? Either.left(new DeploymentFailed({ app, deployment }, Poll.unchecked))
    : Either.right(status === "success")
}

export const make: Effect.Effect<DeploymentsService, never, RegionalApi> = Effect.map(
  RegionalApi,
  (api) =>
    Deployments.of({
      list: (app, options) => callPages(api, list, { path: { app } }, options),
      listPage: (app, options) => callPage(api, list, { path: { app } }, options),
      get: (app, deploymentId) => call(api, get, { path: { app, deploymentId } }),
      create: (app, deployment) => call(api, create, { path: { app }, body: deployment }),
      output: (app, deploymentId) =>
        call(api, output, { path: { app, deploymentId } }).pipe(
          Effect.asSome,
          Effect.catchTag(
            "NotFound",
            (error) => error.resource === "app" ? Effect.fail(error) : Effect.succeed(Option.none<string>())
          )
        ),
      await: (app, deploymentId, options) =>
        Poll.settle({
          subject: `deployment ${deploymentId} of the app ${app}`,
          read: call(api, get, { path: { app, deploymentId } }),
          outcome: outcome(app),
          seen: Poll.byStatus,
          options
        }),
      resetCache: (app) => call(api, resetCache, { path: { app } })
    })
)

export const layer: Layer.Layer<Deployments, never, RegionalApi> = Layer.effect(Deployments, make)
