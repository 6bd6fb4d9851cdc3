/**
 * What the documentation of Effect teaches: `HttpClient` over undici, `mapRequest`, `filterStatusOk`, `schemaBodyJson`
 * and `withSpan`, with schemas of its own.
 */
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as HttpClient from "@effect/platform/HttpClient"
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import * as Chunk from "effect/Chunk"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import { flow } from "effect/Function"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import { apiToken, bearer } from "./promises.mjs"

export { run, runOnce } from "./effects.mjs"

const text = Schema.NullishOr(Schema.String)
const flag = Schema.NullishOr(Schema.Boolean)
const date = Schema.NullishOr(Schema.DateTimeUtc)

const User = Schema.Struct({ id: Schema.String, username: Schema.String, email: Schema.String })

const Event = Schema.Struct({
  id: Schema.String,
  created_at: Schema.DateTimeUtc,
  user: Schema.NullishOr(User),
  app_id: text,
  app_name: text,
  type: Schema.String,
  type_data: Schema.Unknown
})

const App = Schema.Struct({
  id: Schema.String,
  uuid: text,
  name: Schema.String,
  region: text,
  created_at: Schema.DateTimeUtc,
  updated_at: Schema.DateTimeUtc,
  status: text,
  git_url: Schema.String,
  git_source: text,
  url: Schema.String,
  base_url: text,
  owner: Schema.Struct({
    ...User.fields,
    flags: Schema.NullishOr(Schema.Record({ key: Schema.String, value: Schema.Boolean }))
  }),
  project: Schema.NullishOr(Schema.Struct({ id: Schema.String, name: Schema.String })),
  links: Schema.Struct({ deployments_stream: Schema.String }),
  stack_id: text,
  force_https: flag,
  sticky_session: flag,
  router_logs: flag,
  flags: Schema.NullishOr(Schema.Record({ key: Schema.String, value: Schema.Boolean })),
  limits: Schema.NullishOr(Schema.Record({ key: Schema.String, value: Schema.Unknown })),
  last_deployed_at: date,
  last_deployed_by: text,
  last_deployment_id: text,
  data_access_consent: Schema.Unknown,
  hds_resource: flag,
  private_networks_ids: Schema.NullishOr(Schema.Array(Schema.String))
})

const OneApp = Schema.Struct({ app: App })
const AppList = Schema.Struct({ apps: Schema.Array(App) })
const Token = Schema.Struct({ token: Schema.String })
const EventPage = Schema.Struct({
  events: Schema.Array(Event),
  meta: Schema.Struct({ pagination: Schema.Struct({ next_page: Schema.NullOr(Schema.Number) }) })
})

const makeApi = (client, url) => {
  const api = client.pipe(
    HttpClient.mapRequest(
      flow(
        HttpClientRequest.prependUrl(`${url}/v1`),
        HttpClientRequest.bearerToken(bearer),
        HttpClientRequest.acceptJson
      )
    ),
    HttpClient.filterStatusOk
  )
  const auth = client.pipe(
    HttpClient.mapRequest(
      flow(
        HttpClientRequest.prependUrl(`${url}/v1`),
        HttpClientRequest.basicAuth("", apiToken),
        HttpClientRequest.acceptJson
      )
    ),
    HttpClient.filterStatusOk
  )
  const eventPage = (page) =>
    api.get("/events", { urlParams: { page, per_page: 100 } }).pipe(
      Effect.flatMap(HttpClientResponse.schemaBodyJson(EventPage)),
      Effect.withSpan("Events.page", { attributes: { page } })
    )
  return {
    getApp: (name) =>
      api.get(`/apps/${name}`).pipe(
        Effect.flatMap(HttpClientResponse.schemaBodyJson(OneApp)),
        Effect.withSpan("Apps.get", { attributes: { name } })
      ),
    listApps: api.get("/apps").pipe(
      Effect.flatMap(HttpClientResponse.schemaBodyJson(AppList)),
      Effect.withSpan("Apps.list")
    ),
    createApp: (name) =>
      HttpClientRequest.post("/apps").pipe(
        HttpClientRequest.bodyJson({ app: { name } }),
        Effect.flatMap(api.execute),
        Effect.flatMap(HttpClientResponse.schemaBodyJson(OneApp)),
        Effect.withSpan("Apps.create", { attributes: { name } })
      ),
    exchangeToken: auth.post("/tokens/exchange").pipe(
      Effect.flatMap(HttpClientResponse.schemaBodyJson(Token)),
      Effect.withSpan("Tokens.exchange")
    ),
    events: Stream.paginateChunkEffect(1, (page) =>
      Effect.map(eventPage(page), ({ events, meta }) => [
        Chunk.unsafeFromArray(events),
        Option.fromNullable(meta.pagination.next_page)
      ]))
  }
}

export const connect = async (url) => {
  const scope = Effect.runSync(Scope.make())
  const context = await Effect.runPromise(Layer.buildWithScope(NodeHttpClient.layerUndici, scope))
  const client = Context.get(context, HttpClient.HttpClient)
  const small = makeApi(client, `${url}/20`)
  const large = makeApi(client, `${url}/100`)
  return {
    getApp: () => Effect.map(large.getApp("example-app"), ({ app }) => app.name),
    list20: () => Effect.map(small.listApps, ({ apps }) => apps.length),
    list100: () => Effect.map(large.listApps, ({ apps }) => apps.length),
    createApp: () => Effect.map(large.createApp("example-app"), ({ app }) => app.name),
    exchangeToken: () => Effect.map(large.exchangeToken, ({ token }) => token.split(".").length === 3),
    walkEvents: () => Stream.runCount(large.events)
  }
}
