/**
 * The actions of a database: one endpoint, whose response body says whether the action succeeded.
 */
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type { DatabaseApiClient, DatabaseRef } from "../../client/ApiClient.js"
import { endpoint } from "../../client/internal/endpoint.js"
import { body, type BodyEncoder } from "../../client/internal/requestBody.js"
import type { DecodeIssue, ResponseDecoder } from "../../client/ResponseDecoder.js"
import * as Decode from "../../client/ResponseDecoder.js"
import { InvalidRequest, type ScalingoError } from "../../client/ScalingoError.js"
import { lazy, struct } from "../../internal/lazySchema.js"
import { type Codec, Json, nullish } from "../../schema/ScalingoSchema.js"
import {
  AddRetentionPolicy,
  DatabaseActionFailed,
  DatabaseActionResult,
  type DatabaseActions,
  InfluxRetentionPolicy,
  LogicalDatabase,
  PgExtension,
  PgQuery,
  PgStatStatement
} from "../database/DatabaseActions.js"
import { callDatabase, type DatabaseCallInput } from "./databaseClient.js"

interface Refusal {
  readonly status: number
  readonly detail: string
}

const noDetail = "the platform does not say why"

const verdict = Decode.json(DatabaseActionResult)

/** A refused action is a value here; only a malformed response is a `DecodeIssue`. */
const outcome = <A>(result: ResponseDecoder<A>): ResponseDecoder<Either.Either<A, Refusal>> =>
  Decode.transform(verdict, ({ error, ok }, response): Either.Either<Either.Either<A, Refusal>, DecodeIssue> =>
    ok === 1
      ? Either.map(result.decode(response), (value) => Either.right(value))
      : Either.right(Either.left({ status: response.status, detail: error ?? noDetail })))

const RefusedAction = lazy(() =>
  Schema.parseJson(Schema.Struct({ ok: Schema.Literal(0), error: nullish(Schema.String) }))
)

/** The status of a refusal is not documented, so an error response with the same body is a refusal too. */
const refusal = (error: ScalingoError): Option.Option<Refusal> =>
  "body" in error && error._tag !== "DecodeError"
    ? Option.map(
      Schema.decodeOption(RefusedAction)(error.body),
      (response) => ({ status: error.status, detail: response.error ?? noDetail })
    )
    : Option.none()

const result = <A, I>(schema: Codec<A, I>) => Decode.root("result", schema)

/** A list. The result may be `null` when there is nothing to list. */
const results = <A, I>(item: Codec<A, I>): ResponseDecoder<ReadonlyArray<A>> => Decode.list("result", item)

const anything: ResponseDecoder<unknown> = Decode.transform(
  verdict,
  (response) => Either.right(response.result ?? null)
)

interface Action<Params, A> {
  readonly action: string
  readonly spec: ReturnType<typeof actionEndpoint<Params, A>>
}

const actionEndpoint = <Params, A>(
  name: string,
  params: BodyEncoder<Params>,
  response: ResponseDecoder<A>,
  idempotent: boolean | undefined
) =>
  endpoint(`Databases.${name}`, "POST /databases/:databaseId/action", outcome(response), { body: params, idempotent })

/** An action with parameters. */
const withParams = <Params, I, A>(
  name: string,
  action: string,
  params: Codec<Params, I>,
  response: ResponseDecoder<A>,
  idempotent?: boolean
): Action<Params, A> => {
  const encoder = body(params, "params")
  const encode: BodyEncoder<Params>["encode"] = (value) =>
    Either.map(encoder.encode(value), (encoded) => Object.assign({ action_name: action }, encoded))
  return { action, spec: actionEndpoint(name, { encode }, response, idempotent) }
}

/** An action without parameters. */
const plain = <A>(
  name: string,
  action: string,
  response: ResponseDecoder<A>,
  idempotent?: boolean
): Action<undefined, A> => {
  const encode = () => Either.right({ action_name: action })
  return { action, spec: actionEndpoint(name, { encode }, response, idempotent) }
}

const DatabaseName = struct(() => ({ database_name: Schema.NonEmptyString }))
const Process = struct(() => ({ pid: Schema.Int }))
const PolicyName = struct(() => ({ name: Schema.NonEmptyString }))

const listDatabases = plain("listDatabases", "list-databases", results(LogicalDatabase), true)
const createDatabase = withParams("createDatabase", "create-database", DatabaseName, result(LogicalDatabase))
const deleteDatabase = withParams("deleteDatabase", "delete-database", DatabaseName, Decode.empty)
const resetDatabase = withParams("resetDatabase", "reset-database", DatabaseName, Decode.empty)
const getSqlMode = plain("getSqlMode", "get-sqlmode", result(Schema.String), true)
const setSqlMode = withParams("setSqlMode", "set-sqlmode", Schema.String, Decode.empty, true)
const listExtensions = plain("listExtensions", "list-extensions", results(PgExtension), true)
const pgListQueries = plain("pgListQueries", "pg-list-queries", results(PgQuery), true)
const pgCancelQuery = withParams("pgCancelQuery", "pg-cancel-query", Process, Decode.empty)
const pgTerminateQuery = withParams("pgTerminateQuery", "pg-terminate-query", Process, Decode.empty)
const pgStatStatementsEnable = plain("pgStatStatementsEnable", "pg-stat-statements-enable", Decode.empty, true)
const pgStatStatementsReset = plain("pgStatStatementsReset", "pg-stat-statements-reset", Decode.empty)
const pgStatStatementsList = plain("pgStatStatementsList", "pg-stat-statements-list", results(PgStatStatement), true)
const listRetentionPolicies = plain(
  "listRetentionPolicies",
  "list-retention-policies",
  results(InfluxRetentionPolicy),
  true
)
const addRetentionPolicy = withParams("addRetentionPolicy", "add-retention-policy", AddRetentionPolicy, Decode.empty)
const deleteRetentionPolicy = withParams("deleteRetentionPolicy", "del-retention-policy", PolicyName, Decode.empty)

export const makeActions = (api: DatabaseApiClient): DatabaseActions => {
  const send = <Params, A>(
    database: DatabaseRef,
    { action, spec }: Action<Params, A>,
    params: Params
  ): Effect.Effect<A, ScalingoError | DatabaseActionFailed> => {
    const input = { body: params } as DatabaseCallInput<"/databases/:databaseId/action", Params>
    return callDatabase(api, database, spec, input).pipe(
      Effect.catchAll((error) =>
        Option.match(refusal(error), {
          onNone: () => Effect.fail(error),
          onSome: (refused) => Effect.succeed(Either.left(refused))
        })
      ),
      Effect.flatMap(
        Either.mapLeft((refused) =>
          new DatabaseActionFailed({ app: database.app, addonId: database.addonId, action, ...refused })
        )
      )
    )
  }
  return {
    action: (database, name, params) =>
      name === ""
        ? Effect.fail(
          new InvalidRequest({ endpoint: "Databases.action", field: "action_name", expected: "a non empty string" })
        )
        : params === undefined
        ? send(database, plain("action", name, anything), undefined)
        : send(database, withParams("action", name, Json, anything), params),
    listDatabases: (database) => send(database, listDatabases, undefined),
    createDatabase: (database, name) => send(database, createDatabase, { database_name: name }),
    deleteDatabase: (database, name) => send(database, deleteDatabase, { database_name: name }),
    resetDatabase: (database, name) => send(database, resetDatabase, { database_name: name }),
    getSqlMode: (database) => send(database, getSqlMode, undefined),
    setSqlMode: (database, modes) => send(database, setSqlMode, modes),
    listExtensions: (database) => send(database, listExtensions, undefined),
    pgListQueries: (database) => send(database, pgListQueries, undefined),
    pgCancelQuery: (database, pid) => send(database, pgCancelQuery, { pid }),
    pgTerminateQuery: (database, pid) => send(database, pgTerminateQuery, { pid }),
    pgStatStatementsEnable: (database) => send(database, pgStatStatementsEnable, undefined),
    pgStatStatementsReset: (database) => send(database, pgStatStatementsReset, undefined),
    pgStatStatementsList: (database) => send(database, pgStatStatementsList, undefined),
    listRetentionPolicies: (database) => send(database, listRetentionPolicies, undefined),
    addRetentionPolicy: (database, policy) => send(database, addRetentionPolicy, policy),
    deleteRetentionPolicy: (database, name) => send(database, deleteRetentionPolicy, { name })
  }
}
