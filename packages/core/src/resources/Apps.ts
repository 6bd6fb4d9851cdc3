/**
 * Apps: their settings, containers, logs and metrics.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import type * as Stream from "effect/Stream"
import { type ApiClient, RegionalApi } from "../client/ApiClient.js"
import { call, endpoint } from "../client/internal/endpoint.js"
import { callPage, callPages, optionalPagination } from "../client/internal/pages.js"
import { whileBusy } from "../client/internal/poll.js"
import { body } from "../client/internal/requestBody.js"
import { type CursorPage, type Page, type PageOptions, walkCursor, type WalkOptions } from "../client/Pagination.js"
import type { DecodeIssue } from "../client/ResponseDecoder.js"
import * as Decode from "../client/ResponseDecoder.js"
import { InvalidRequest, type ScalingoError } from "../client/ScalingoError.js"
import { struct } from "../internal/lazySchema.js"
import { App, ChildAppName, CreateApp, RenameApp, RestartApp, UpdateApp } from "../schema/App.js"
import {
  Container,
  ContainerType,
  RunOneOff,
  RunResult,
  ScaleContainer,
  type ScaleResult,
  type StartedOneOff
} from "../schema/Container.js"
import {
  type AutoscaledMetricName,
  ContainerStat,
  type MetricName,
  type MetricOptions,
  MetricPoint
} from "../schema/ContainerStat.js"
import type { LogsArchive, LogsUrl } from "../schema/LogsArchive.js"
import type { OperationRef } from "../schema/Operation.js"
import type { DurationInput } from "../schema/ScalingoSchema.js"
import { bareList } from "./internal/decoders.js"
import { logsUrl, readLogsArchives } from "./internal/logEndpoints.js"
import * as Ref from "./internal/operationRef.js"

export * from "../schema/App.js"

/**
 * The current name of an app: a safeguard against deleting or transferring the wrong one.
 *
 * @category models
 */
export interface NameConfirmation {
  readonly currentName: string
}

/**
 * What to do while the app is busy.
 *
 * @category models
 */
export interface BusyOptions {
  /**
   * How long to wait while the platform refuses the request because the app is busy: it is scaling, restarting … The
   * request is sent again after 1 s, 1.5 s … up to every 10 s, with 20 % jitter and the lowest priority at the rate
   * limiter. After this time the call fails with the platform's error, which `ScalingoError.isBusy` recognises. By
   * default it fails at once. Nothing is sent again after any other failure.
   */
  readonly waitWhileBusy?: DurationInput | undefined
}

/**
 * The methods of {@link Apps}. `app` is the name or the id of an app. Writes fail with `PaymentRequired` (402) when the
 * account needs a payment method.
 *
 * @category models
 */
export interface AppsService {
  /**
   * All apps that the account owns or collaborates on: `GET /apps`. The platform sends them without pages.
   */
  readonly list: Effect.Effect<ReadonlyArray<App>, ScalingoError>

  /**
   * One app: `GET /apps/:app`. Fails with `NotFound` when the app is in another region.
   */
  readonly get: (app: string) => Effect.Effect<App, ScalingoError>

  /**
   * Creates an app: `POST /apps`. With `RequestOptions.withDryRun` the platform only checks the request: the response
   * and the errors are the same, but nothing is created.
   */
  readonly create: (app: CreateApp) => Effect.Effect<App, ScalingoError>

  /**
   * Changes settings of an app: `PATCH /apps/:app`.
   */
  readonly update: (app: string, changes: UpdateApp) => Effect.Effect<App, ScalingoError>

  /**
   * Renames an app: `POST /apps/:app/rename`. Its git remote and its URLs change too.
   */
  readonly rename: (app: string, names: RenameApp) => Effect.Effect<App, ScalingoError>

  /**
   * Transfers an app to one of its collaborators: `PATCH /apps/:app`. `owner` is the e-mail address of the new owner;
   * the JavaScript client sends an id there.
   */
  readonly transfer: (app: string, owner: string, confirmation: NameConfirmation) => Effect.Effect<App, ScalingoError>

  /**
   * Deletes an app and everything that belongs to it: `DELETE /apps/:app`. The platform refuses when `currentName` is
   * not the app's name. A dedicated database is deleted in the same way.
   */
  readonly delete: (app: string, confirmation: NameConfirmation) => Effect.Effect<void, ScalingoError>

  /**
   * Creates a child of an app: `POST /apps/:parentApp/child_apps`.
   */
  readonly createChildApp: (
    parentApp: string,
    child: { readonly name: string }
  ) => Effect.Effect<App, ScalingoError>

  /**
   * The children of an app, across all pages: `GET /apps/:parentApp/child_apps`.
   */
  readonly listChildApps: (parentApp: string, options?: WalkOptions) => Stream.Stream<App, ScalingoError>

  /**
   * One page of the children of an app: `GET /apps/:parentApp/child_apps`. A response without page numbers, as in the
   * documentation, is the only page.
   */
  readonly listChildAppsPage: (parentApp: string, options?: PageOptions) => Effect.Effect<Page<App>, ScalingoError>

  /**
   * The running containers, including one-off containers: `GET /apps/:app/ps`.
   */
  readonly listContainers: (app: string) => Effect.Effect<ReadonlyArray<Container>, ScalingoError>

  /**
   * The formation, which is the wanted number of containers of each type: `GET /apps/:app/containers`.
   */
  readonly listContainerTypes: (app: string) => Effect.Effect<ReadonlyArray<ContainerType>, ScalingoError>

  /**
   * Changes the formation: `POST /apps/:app/scale`. Omitted types keep their containers. The platform refuses other
   * operations on the app meanwhile: see `Operations.await` and `Operations.exclusive`. With `waitWhileBusy`, waits for an
   * operation that is under way.
   *
   * When there is nothing to do, the platform responds either without an `operation` or with an error that
   * `ScalingoError.isNoChange` recognises.
   *
   * ```ts
   * const { operation } = yield* apps.scale("my-app", [{ name: "web", amount: 2, size: "M" }])
   * if (operation !== null) yield* operations.await(operation)
   * ```
   */
  readonly scale: (
    app: string,
    containers: ReadonlyArray<ScaleContainer>,
    options?: BusyOptions
  ) => Effect.Effect<ScaleResult, ScalingoError>

  /**
   * Restarts all containers, or those in `scope`: `POST /apps/:app/restart`. Returns before the restart begins: see
   * `Operations.await`. The platform refuses other operations on the app meanwhile. With `waitWhileBusy`, waits for an
   * operation that is under way.
   *
   * ```ts
   * const operation = yield* apps.restart("my-app", { scope: ["web"], waitWhileBusy: "5 minutes" })
   * ```
   */
  readonly restart: (app: string, options?: RestartApp & BusyOptions) => Effect.Effect<OperationRef, ScalingoError>

  /**
   * Stops a one-off container: `POST /apps/:app/containers/:containerId/stop`. Returns before the container has
   * stopped, and there is no operation to await: `listContainers` shows it as `stopping` until it is gone.
   */
  readonly stopContainer: (app: string, containerId: string) => Effect.Effect<void, ScalingoError>

  /**
   * Sends a signal, such as `SIGUSR1`, to the processes of a container:
   * `POST /apps/:app/containers/:containerId/kill`.
   */
  readonly sendSignal: (app: string, containerId: string, signal: string) => Effect.Effect<void, ScalingoError>

  /**
   * Starts a one-off container: `POST /apps/:app/run`. Await the operation to know when it runs and where to attach to
   * it. The limit is 10 for each app and 50 for each account.
   *
   * ```ts
   * const { operation } = yield* apps.run("my-app", { command: "rake db:migrate", detached: true })
   * yield* operations.await(operation)
   * ```
   */
  readonly run: (app: string, oneOff: RunOneOff) => Effect.Effect<StartedOneOff, ScalingoError>

  /**
   * The URL of the logs: `GET /apps/:app/logs`.
   */
  readonly logsUrl: (app: string) => Effect.Effect<LogsUrl, ScalingoError>

  /**
   * The archives of past logs, across all pages: `GET /apps/:app/logs_archives`. Their URLs are valid for one hour.
   */
  readonly logsArchives: (app: string) => Stream.Stream<LogsArchive, ScalingoError>

  /**
   * One page of the archives of past logs: `GET /apps/:app/logs_archives`. It is the first page, the one at `cursor`,
   * or the one with the number `page`.
   */
  readonly logsArchivesPage: (
    app: string,
    options?: { readonly cursor?: string | undefined; readonly page?: number | undefined }
  ) => Effect.Effect<CursorPage<LogsArchive>, ScalingoError>

  /**
   * The current resource usage of each container: `GET /apps/:app/stats`.
   */
  readonly stats: (app: string) => Effect.Effect<ReadonlyArray<ContainerStat>, ScalingoError>

  /**
   * The values of a metric over the last hours, for the app, a container type or a container:
   * `GET /apps/:app/stats/:metric`, `…/:containerType` or `…/:containerType/:containerIndex`. The platform needs
   * `containerType` for `cpu`, `memory` and `swap`: without it the call fails with `BadRequest`.
   */
  readonly metrics: (
    app: string,
    metric: MetricName,
    options?: MetricOptions
  ) => Effect.Effect<ReadonlyArray<MetricPoint>, ScalingoError>

  /**
   * The recommended target of an autoscaler on that metric: `GET /apps/:app/stats/:metric/recommended_value`. The
   * platform needs `containerType` for `cpu`, `memory` and `swap`.
   */
  readonly recommendedValue: (
    app: string,
    metric: AutoscaledMetricName,
    options?: { readonly containerType?: string | undefined }
  ) => Effect.Effect<MetricPoint, ScalingoError>
}

/**
 * Apps of the account.
 *
 * @category tags
 */
export class Apps extends Context.Tag("@effect-scalingo/core/Apps")<Apps, AppsService>() {}

const app = Decode.root("app", App)

const list = endpoint("Apps.list", "GET /apps", Decode.list("apps", App))
const get = endpoint("Apps.get", "GET /apps/:app", app)
const create = endpoint("Apps.create", "POST /apps", app, { body: body(CreateApp, "app") })
const update = endpoint("Apps.update", "PATCH /apps/:app", app, { body: body(UpdateApp, "app") })
const rename = endpoint("Apps.rename", "POST /apps/:app/rename", app, { body: body(RenameApp) })
const transfer = endpoint("Apps.transfer", "PATCH /apps/:app", app, {
  body: body(struct(() => ({ owner: Schema.NonEmptyString })), "app"),
  // After the first request the app belongs to the new owner, so a second one would be refused.
  idempotent: false
})
const remove = endpoint("Apps.delete", "DELETE /apps/:app", Decode.empty)
const createChildApp = endpoint("Apps.createChildApp", "POST /apps/:parentApp/child_apps", app, {
  body: body(struct(() => ({ name: ChildAppName })), "app")
})

const listChildApps = endpoint(
  "Apps.listChildApps",
  "GET /apps/:parentApp/child_apps",
  optionalPagination("child_apps", App)
)
const listContainers = endpoint("Apps.listContainers", "GET /apps/:app/ps", Decode.list("containers", Container))
const listContainerTypes = endpoint(
  "Apps.listContainerTypes",
  "GET /apps/:app/containers",
  Decode.list("containers", ContainerType)
)
const scaling = Ref.location("scale")
const scale = endpoint(
  "Apps.scale",
  "POST /apps/:app/scale",
  Decode.transform(
    Decode.list("containers", ContainerType),
    (containers, response): Either.Either<ScaleResult, DecodeIssue> =>
      Either.map(
        // A 202 always has an operation. A 200 without one means that there is nothing to do.
        response.status === 202 ? scaling.decode(response) : Ref.optionalLocation(response, "scale"),
        (operation) => ({ containers, operation })
      )
  ),
  { body: body(struct(() => ({ containers: Schema.Array(ScaleContainer) }))) }
)
const restart = endpoint("Apps.restart", "POST /apps/:app/restart", Ref.location("restart"), { body: body(RestartApp) })
const stopContainer = endpoint("Apps.stopContainer", "POST /apps/:app/containers/:containerId/stop", Decode.empty)
const sendSignal = endpoint("Apps.sendSignal", "POST /apps/:app/containers/:containerId/kill", Decode.empty, {
  body: body(struct(() => ({ signal: Schema.NonEmptyString })))
})

const run = endpoint(
  "Apps.run",
  "POST /apps/:app/run",
  Decode.transform(
    Decode.json(RunResult),
    ({ attach_url, container, operation_url }, { region }): Either.Either<StartedOneOff, DecodeIssue> =>
      Either.map(
        Ref.parse("operation_url", operation_url, region, "start-one-off"),
        (operation) => ({ container, operation, attach_url })
      )
  ),
  { body: body(RunOneOff) }
)
const stats = endpoint("Apps.stats", "GET /apps/:app/stats", Decode.list("stats", ContainerStat))
const metricPoints = bareList(MetricPoint)
const metricsOfApp = endpoint("Apps.metrics", "GET /apps/:app/stats/:metric", metricPoints)
const metricsOfType = endpoint("Apps.metrics", "GET /apps/:app/stats/:metric/:containerType", metricPoints)
const metricsOfContainer = endpoint(
  "Apps.metrics",
  "GET /apps/:app/stats/:metric/:containerType/:containerIndex",
  metricPoints
)
const recommendedValue = endpoint(
  "Apps.recommendedValue",
  "GET /apps/:app/stats/:metric/recommended_value",
  Decode.json(MetricPoint)
)

const readMetrics = (
  api: ApiClient,
  app: string,
  metric: MetricName,
  options: MetricOptions = {}
): Effect.Effect<ReadonlyArray<MetricPoint>, ScalingoError> => {
  const { containerIndex, containerType } = options
  const query = {
    since: options.since,
    status_code: options.statusCode,
    statistics_type: options.statisticsType,
    last: options.last
  }
  if (containerType === undefined) {
    return containerIndex === undefined
      ? call(api, metricsOfApp, { path: { app, metric }, query })
      : Effect.fail(
        new InvalidRequest({ endpoint: "Apps.metrics", field: "containerType", expected: "given with containerIndex" })
      )
  }
  return containerIndex === undefined
    ? call(api, metricsOfType, { path: { app, metric, containerType }, query })
    : call(api, metricsOfContainer, {
      path: { app, metric, containerType, containerIndex: String(containerIndex) },
      query
    })
}

export const make: Effect.Effect<AppsService, never, RegionalApi> = Effect.map(RegionalApi, (api) =>
  Apps.of({
    list: call(api, list, {}),
    get: (app) => call(api, get, { path: { app } }),
    create: (app) => call(api, create, { body: app }),
    update: (app, changes) => call(api, update, { path: { app }, body: changes }),
    rename: (app, names) => call(api, rename, { path: { app }, body: names }),
    transfer: (app, owner, { currentName }) =>
      call(api, transfer, { path: { app }, body: { owner }, query: { current_name: currentName } }),
    delete: (app, { currentName }) => call(api, remove, { path: { app }, query: { current_name: currentName } }),
    createChildApp: (parentApp, child) => call(api, createChildApp, { path: { parentApp }, body: child }),
    listChildApps: (parentApp, options) => callPages(api, listChildApps, { path: { parentApp } }, options),
    listChildAppsPage: (parentApp, options) => callPage(api, listChildApps, { path: { parentApp } }, options),
    listContainers: (app) => call(api, listContainers, { path: { app } }),
    listContainerTypes: (app) => call(api, listContainerTypes, { path: { app } }),
    scale: (app, containers, options) =>
      whileBusy(call(api, scale, { path: { app }, body: { containers } }), options?.waitWhileBusy),
    restart: (app, { waitWhileBusy, ...options } = {}) =>
      whileBusy(call(api, restart, { path: { app }, body: options }), waitWhileBusy),
    stopContainer: (app, containerId) => call(api, stopContainer, { path: { app, containerId } }),
    sendSignal: (app, containerId, signal) => call(api, sendSignal, { path: { app, containerId }, body: { signal } }),
    run: (app, oneOff) => call(api, run, { path: { app }, body: oneOff }),
    logsUrl: (app) => call(api, logsUrl, { path: { app } }),
    logsArchives: (app) => walkCursor((cursor) => readLogsArchives(api, app, { cursor })),
    logsArchivesPage: (app, options) => readLogsArchives(api, app, options),
    stats: (app) => call(api, stats, { path: { app } }),
    metrics: (app, metric, options) => readMetrics(api, app, metric, options),
    recommendedValue: (app, metric, options) =>
      call(api, recommendedValue, { path: { app, metric }, query: { container_type: options?.containerType } })
  }))

export const layer: Layer.Layer<Apps, never, RegionalApi> = Layer.effect(Apps, make)
