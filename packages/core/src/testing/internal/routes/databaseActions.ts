/**
 * Actions inside a database management system. An error of the system is a 200 with `{ ok: 0, error }`.
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { type Database, findRunning, isPostgresql, perDatabase, setContent } from "../databases.js"
import { json, type Response } from "../responses.js"
import { type AddonCall, database, type Route } from "../route.js"
import { iso, type State } from "../state.js"

interface Query {
  readonly pid: number
  readonly startedAt: number
  text: string
  state: "active" | "idle"
}

interface DbmsState {
  sqlMode: string
  /** The queries of the open connections. */
  queries: ReadonlyArray<Query>
  /** When the statistics began; `undefined` while they are disabled. */
  countingSince: number | undefined
}

const usualSqlMode = "ONLY_FULL_GROUP_BY,STRICT_TRANS_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE," +
  "ERROR_FOR_DIVISION_BY_ZERO,NO_AUTO_CREATE_USER,NO_ENGINE_SUBSTITUTION"

const dbmsStates = perDatabase((_, it): DbmsState => ({
  sqlMode: usualSqlMode,
  queries: [
    { pid: 2000, startedAt: it.createdAt, text: "SELECT * FROM users", state: "active" },
    { pid: 2001, startedAt: it.createdAt, text: "COMMIT", state: "idle" }
  ],
  countingSince: undefined
}))

const done = (result: unknown = null): Response => json({ ok: 1, result })
const failed = (error: string): Response => json({ ok: 0, error })
/** A 400 for an invalid request. */
const refused = (error: string): Response => json({ ok: 0, error }, 400)

type Action = (state: State, it: Database, params: unknown) => Response

/** An action whose parameters are decoded with a schema. */
const withParams = <A, I>(
  schema: Schema.Schema<A, I>,
  run: (state: State, it: Database, params: A) => Response
): Action => {
  const decode = Schema.decodeUnknownOption(schema)
  return (state, it, params) => {
    const decoded = decode(params)
    return decoded._tag === "None" ? refused("the parameters of the action are wrong") : run(state, it, decoded.value)
  }
}

const DatabaseName = Schema.Struct({
  database_name: Schema.String.pipe(Schema.pattern(/^[A-Za-z0-9_-]{1,63}$/))
})

/** The logical database with the name of the resource is protected. */
const isProtected = (it: Database, name: string) => it.addon.resourceId === name

const exists = (it: Database, name: string) => isProtected(it, name) || it.content.databases.includes(name)

const logicalDatabases: { readonly [name: string]: Action } = {
  "list-databases": (_, it) =>
    done([
      { name: it.addon.resourceId, protected: true },
      ...it.content.databases.map((name) => ({ name, protected: false }))
    ]),
  "create-database": withParams(DatabaseName, (state, it, { database_name: name }) => {
    if (exists(it, name)) return failed(`database ${name} already exists`)
    setContent(state, it, { ...it.content, databases: [...it.content.databases, name] })
    return done({ name, protected: false })
  }),
  "delete-database": withParams(DatabaseName, (state, it, { database_name: name }) => {
    if (isProtected(it, name)) return failed(`database ${name} is protected`)
    if (!exists(it, name)) return failed(`database ${name} does not exist`)
    setContent(state, it, { ...it.content, databases: it.content.databases.filter((known) => known !== name) })
    return done()
  }),
  "reset-database": withParams(
    DatabaseName,
    (_, it, { database_name: name }) => exists(it, name) ? done() : failed(`database ${name} does not exist`)
  )
}

const mysql: { readonly [name: string]: Action } = {
  ...logicalDatabases,
  "get-sqlmode": (state, it) => done(dbmsStates(state, it).sqlMode),
  "set-sqlmode": withParams(Schema.String, (state, it, modes) => {
    const wrong = modes.split(",").find((mode) => mode !== "" && !/^[A-Z_]+$/.test(mode))
    if (wrong !== undefined) return failed(`Variable 'sql_mode' can't be set to the value of '${wrong}'`)
    dbmsStates(state, it).sqlMode = modes
    return done()
  })
}

const Pid = Schema.Struct({ pid: Schema.Int })

const statistics = "pg_stat_statements"

/** Statements for the statistics: one runs every second, one every minute. */
const statements = [
  { query: "SELECT * FROM users", period: 1000, rows: 3, mean: 0.6 },
  { query: "UPDATE users SET seen_at = $1 WHERE id = $2", period: 60_000, rows: 1, mean: 1.25 }
]

const postgresql: { readonly [name: string]: Action } = {
  "list-extensions": (_, it) => done(it.content.extensions),
  "pg-list-queries": (state, it) =>
    done(
      dbmsStates(state, it).queries.map((query) => ({
        query: query.text,
        state: query.state,
        username: it.addon.resourceId,
        query_start: iso(query.startedAt),
        pid: query.pid,
        // Nanoseconds.
        query_duration: (state.now() - query.startedAt) * 1_000_000
      }))
    ),
  "pg-cancel-query": withParams(Pid, (state, it, { pid }) => {
    const query = dbmsStates(state, it).queries.find((known) => known.pid === pid)
    if (query === undefined) return failed(`there is no query with the pid ${pid}`)
    query.state = "idle"
    return done()
  }),
  "pg-terminate-query": withParams(Pid, (state, it, { pid }) => {
    const dbms = dbmsStates(state, it)
    const left = dbms.queries.filter((known) => known.pid !== pid)
    if (left.length === dbms.queries.length) return failed(`there is no query with the pid ${pid}`)
    dbms.queries = left
    return done()
  }),
  "pg-stat-statements-enable": (state, it) => {
    if (dbmsStates(state, it).countingSince === undefined) {
      dbmsStates(state, it).countingSince = state.now()
      const extensions = [...it.content.extensions, { name: statistics, version: "v1.10" }]
      setContent(state, it, { ...it.content, extensions })
    }
    return done()
  },
  "pg-stat-statements-reset": (state, it) => {
    if (dbmsStates(state, it).countingSince === undefined) return failed(`${statistics} is not enabled`)
    dbmsStates(state, it).countingSince = state.now()
    return done()
  },
  "pg-stat-statements-list": (state, it) => {
    const since = dbmsStates(state, it).countingSince
    if (since === undefined) return failed(`${statistics} is not enabled`)
    return done(statements.flatMap(({ mean, period, query, rows }) => {
      const calls = Math.floor((state.now() - since) / period)
      return calls === 0 ? [] : [{
        user_id: 1000,
        query,
        calls,
        rows: calls * rows,
        total_time: calls * mean,
        min_time: mean / 2,
        max_time: mean * 2,
        mean_time: mean,
        std_dev: 0.1
      }]
    }))
  }
}

const influxdb: { readonly [name: string]: Action } = {
  "list-retention-policies": (_, it) => done(it.content.policies),
  "add-retention-policy": withParams(
    Schema.Struct({
      name: Schema.NonEmptyString,
      duration: Schema.String.pipe(Schema.pattern(/^(0|\d+(ns|u|ms|s|m|h|d|w))$/)),
      default: Schema.Boolean
    }),
    (state, it, policy) => {
      const { policies } = it.content
      if (policies.some((known) => known.name === policy.name)) return failed("retention policy already exists")
      const others = policy.default ? policies.map((known) => ({ ...known, default: false })) : policies
      setContent(state, it, { ...it.content, policies: [...others, policy] })
      return done()
    }
  ),
  "del-retention-policy": withParams(Schema.Struct({ name: Schema.NonEmptyString }), (state, it, { name }) => {
    const { policies } = it.content
    const known = policies.find((policy) => policy.name === name)
    if (known === undefined) return failed(`retention policy not found: ${name}`)
    if (known.default) return failed("the default retention policy cannot be deleted")
    setContent(state, it, { ...it.content, policies: policies.filter((policy) => policy !== known) })
    return done()
  })
}

const actionsOf = (it: Database): { readonly [name: string]: Action } => {
  if (isPostgresql(it)) return postgresql
  switch (it.technology.name) {
    case "mysql":
      return mysql
    case "mongodb":
      return logicalDatabases
    case "influxdb":
      return influxdb
    default:
      return {}
  }
}

const Input = Schema.Struct({ action_name: Schema.NonEmptyString, params: Schema.optional(Schema.Unknown) })

const act = (call: AddonCall) =>
  Effect.gen(function*() {
    const it = yield* findRunning(call)
    const { action_name, params } = yield* call.input(undefined, Input)
    const actions = actionsOf(it)
    const action = Object.hasOwn(actions, action_name) ? actions[action_name] : undefined
    return action === undefined
      ? refused(`${action_name} is not an action of ${it.technology.displayName}`)
      : action(call.state, it, params)
  })

export const databaseActions: ReadonlyArray<Route> = [
  database.post("/databases/:databaseId/action", act)
]
