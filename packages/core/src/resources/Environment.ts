/**
 * Environment variables of an app. Changes take effect when the containers restart.
 *
 * @since 0.1.0
 */
import * as Arr from "effect/Array"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { Predicate } from "effect/Predicate"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { RegionalApi } from "../client/ApiClient.js"
import { call, endpoint } from "../client/internal/endpoint.js"
import { body } from "../client/internal/requestBody.js"
import { strictly } from "../client/internal/strict.js"
import * as Decode from "../client/ResponseDecoder.js"
import type { ScalingoError } from "../client/ScalingoError.js"
import { lazy, struct } from "../internal/lazySchema.js"
import { nullish, Secret, SecretInput } from "../schema/ScalingoSchema.js"
import { secretText } from "./internal/secret.js"

/**
 * An environment variable.
 *
 * @category schemas
 */
export const Variable = struct(() => ({
  id: Schema.String,
  app_id: nullish(Schema.String),
  name: Schema.String,
  value: Secret
}))

export interface Variable extends Schema.Schema.Type<typeof Variable> {}

const Name = lazy(() =>
  Schema.String.pipe(
    Schema.filter((name) => name.length >= 1 && name.length <= 64, { description: "a name of 1 to 64 characters" })
  )
)

/**
 * A variable to set. The value may be plain text or `Redacted`. The platform decides what a name consists of and how long
 * a value is: today a name begins with a letter, and a value has at most 32,768 characters. Anything else fails with
 * `Unprocessable`.
 *
 * @category schemas
 */
export const SetVariable = struct(() => ({
  name: Name,
  value: SecretInput
}))

export interface SetVariable extends Schema.Schema.Type<typeof SetVariable> {}

/**
 * Values by name, in plain text or `Redacted`.
 *
 * @category models
 */
export type Values = Readonly<Record<string, string | Redacted.Redacted>>

/**
 * A name and its value.
 *
 * @category models
 */
export interface NamedValue {
  readonly name: string
  readonly value: Redacted.Redacted
}

/**
 * How the variables of an app differ from the wanted ones. Values are `Redacted`.
 *
 * @category models
 */
export interface EnvironmentDiff<V extends NamedValue = Variable> {
  /** The wanted variables that the app does not have. */
  readonly added: ReadonlyArray<NamedValue>
  /** The wanted variables that have another value on the app, with the wanted value. */
  readonly changed: ReadonlyArray<NamedValue>
  /** The variables that have the wanted value. */
  readonly unchanged: ReadonlyArray<V>
  /** The variables of the app that are not among the wanted ones. */
  readonly extra: ReadonlyArray<V>
}

/**
 * The options of `Environment.sync`.
 *
 * @category models
 */
export interface SyncOptions {
  /**
   * Which variables of the app to delete when they are not among the wanted ones. Default: none.
   *
   * - `"extra"`: all of them, except those of the platform and of addons, see {@link isFromPlatform}
   * - a list of names: those, whoever has set them
   * - a predicate: those that it selects, whoever has set them
   */
  readonly remove?: "extra" | ReadonlyArray<string> | Predicate<Variable> | undefined
}

/**
 * What `Environment.sync` did. All fields but the last hold names, in the order of the wanted variables or of the app.
 *
 * @category models
 */
export interface SyncResult {
  readonly added: ReadonlyArray<string>
  readonly changed: ReadonlyArray<string>
  /** The variables that were deleted. */
  readonly removed: ReadonlyArray<string>
  readonly unchanged: ReadonlyArray<string>
  /** The variables of the app that are not among the wanted ones, and that are still there. */
  readonly kept: ReadonlyArray<string>
  /** Whether anything was sent. If so, the app needs a restart to see it. */
  readonly hasChanged: boolean
}

/**
 * The methods of {@link Environment}.
 *
 * @category models
 */
export interface EnvironmentService {
  /**
   * The variables of an app: `GET /apps/:app/variables`. A value may refer to another variable, as in `$DATABASE_URL`.
   * Such references are returned as they are, unless `aliases` is `false`, which resolves them.
   */
  readonly list: (
    app: string,
    options?: { readonly aliases?: boolean | undefined }
  ) => Effect.Effect<ReadonlyArray<Variable>, ScalingoError>

  /**
   * Adds a variable: `POST /apps/:app/variables`. Fails with `Unprocessable` when a variable of that name exists;
   * `bulkUpdate` also replaces existing ones.
   */
  readonly create: (app: string, variable: SetVariable) => Effect.Effect<Variable, ScalingoError>

  /**
   * Creates or replaces several variables by name: `PUT /apps/:app/variables`. Other variables are not changed.
   *
   * ```ts
   * yield* environment.bulkUpdate("my-app", fromRecord({ NODE_ENV: "production", SESSION_SECRET: secret }))
   * ```
   */
  readonly bulkUpdate: (
    app: string,
    variables: ReadonlyArray<SetVariable>
  ) => Effect.Effect<ReadonlyArray<Variable>, ScalingoError>

  /**
   * Changes the value of a variable: `PATCH /apps/:app/variables/:variableId`.
   */
  readonly update: (
    app: string,
    variableId: string,
    value: string | Redacted.Redacted
  ) => Effect.Effect<Variable, ScalingoError>

  /**
   * Deletes a variable: `DELETE /apps/:app/variables/:variableId`.
   */
  readonly delete: (app: string, variableId: string) => Effect.Effect<void, ScalingoError>

  /**
   * Deletes several variables, at least one: `DELETE /apps/:app/variables`.
   */
  readonly bulkDelete: (app: string, variableIds: ReadonlyArray<string>) => Effect.Effect<void, ScalingoError>

  /**
   * Sets the wanted variables that the app lacks or has with another value, and returns what it did: reads
   * `GET /apps/:app/variables`, then sends one `PUT /apps/:app/variables`, and one `DELETE /apps/:app/variables` for
   * what `remove` selects. Sends nothing when there is nothing to change. References such as `$DATABASE_URL` are
   * compared as they are, not by what they refer to.
   *
   * Without `remove`, no variable is deleted. Synchronizing again after a failure does what is left. To see what would
   * be done, pass the result of `list` to {@link diff}.
   *
   * ```ts
   * const result = yield* environment.sync("my-app", { RELEASE: "v42", SESSION_SECRET: secret }, { remove: ["OLD_KEY"] })
   * yield* Effect.log(result) // names only: { added: ["RELEASE"], changed: [], removed: ["OLD_KEY"], … }
   * ```
   */
  readonly sync: (app: string, wanted: Values, options?: SyncOptions) => Effect.Effect<SyncResult, ScalingoError>
}

/**
 * Environment variables of apps.
 *
 * @category tags
 */
export class Environment extends Context.Tag("@effect-scalingo/core/Environment")<Environment, EnvironmentService>() {}

const Ids = lazy(() =>
  Schema.Array(Schema.NonEmptyString).pipe(Schema.minItems(1, { description: "a list of at least one id" }))
)

const variable = Decode.root("variable", Variable)
const variables = Decode.list("variables", Variable)

const list = endpoint("Environment.list", "GET /apps/:app/variables", variables)
// What `sync` sets and deletes follows from it.
const strictList = strictly(list)
const create = endpoint("Environment.create", "POST /apps/:app/variables", variable, {
  body: body(SetVariable, "variable")
})
const bulkUpdate = endpoint("Environment.bulkUpdate", "PUT /apps/:app/variables", variables, {
  body: body(lazy(() => Schema.Array(SetVariable)), "variables")
})
const update = endpoint("Environment.update", "PATCH /apps/:app/variables/:variableId", variable, {
  body: body(struct(() => ({ value: SecretInput })), "variable")
})
const remove = endpoint("Environment.delete", "DELETE /apps/:app/variables/:variableId", Decode.empty)
const bulkDelete = endpoint("Environment.bulkDelete", "DELETE /apps/:app/variables", Decode.empty, {
  body: body(struct(() => ({ variable_ids: Ids })))
})

/**
 * Converts variables to a record of values by name. The last of several variables with the same name wins.
 *
 * @category combinators
 */
export const toRecord = (
  variables: Iterable<{ readonly name: string; readonly value: Redacted.Redacted }>
): Readonly<Record<string, Redacted.Redacted>> =>
  Object.fromEntries(Array.from(variables, ({ name, value }) => [name, value]))

/**
 * Converts a record of values by name to variables for `bulkUpdate`.
 *
 * @category combinators
 */
export const fromRecord = (values: Values): ReadonlyArray<SetVariable> =>
  Object.entries(values).map(([name, value]) => ({ name, value }))

/**
 * Compares variables with the wanted values, in memory. Both may come from anywhere: `Environment.list`, a `.env` file,
 * another app.
 *
 * @category combinators
 * @example
 * ```ts
 * import { diff, Environment, toRecord } from "@effect-scalingo/core/Environment"
 * import { Effect } from "effect"
 *
 * const missingInProduction = Effect.gen(function*() {
 *   const environment = yield* Environment
 *   const staging = yield* environment.list("my-app-staging")
 *   const production = yield* environment.list("my-app")
 *   return diff(production, toRecord(staging)).added.map(({ name }) => name)
 * })
 * ```
 */
export const diff = <V extends NamedValue>(current: Iterable<V>, wanted: Values): EnvironmentDiff<V> => {
  const present = new Map(Array.from(current, (variable) => [variable.name, variable]))
  const added: Array<NamedValue> = []
  const changed: Array<NamedValue> = []
  const unchanged: Array<V> = []
  for (const [name, value] of Object.entries(wanted)) {
    const known = present.get(name)
    present.delete(name)
    const text = secretText(value)
    if (known !== undefined && Redacted.value(known.value) === text) unchanged.push(known)
    else (known === undefined ? added : changed).push({ name, value: Redacted.make(text) })
  }
  return { added, changed, unchanged, extra: [...present.values()] }
}

/**
 * Whether the platform or one of its addons sets a variable: its name begins with `SCALINGO_`, or its value is a
 * reference to such a variable, as in `DATABASE_URL=$SCALINGO_POSTGRESQL_URL`. The API does not tell who has set a
 * variable, so those of third-party addons are not recognized.
 *
 * @category predicates
 */
export const isFromPlatform = ({ name, value }: NamedValue): boolean =>
  name.startsWith("SCALINGO_") || /^\$\{?SCALINGO_\w*\}?$/.test(Redacted.value(value))

const isSelected = (remove: SyncOptions["remove"]): Predicate<Variable> => {
  if (remove === undefined) return () => false
  if (remove === "extra") return (variable) => !isFromPlatform(variable)
  if (typeof remove === "function") return remove
  const names = new Set(remove)
  return ({ name }) => names.has(name)
}

const nameOf = ({ name }: NamedValue): string => name

export const make: Effect.Effect<EnvironmentService, never, RegionalApi> = Effect.map(
  RegionalApi,
  (api) => {
    const setAll = (app: string, variables: ReadonlyArray<SetVariable>) =>
      call(api, bulkUpdate, { path: { app }, body: variables })
    const deleteAll = (app: string, variableIds: ReadonlyArray<string>) =>
      call(api, bulkDelete, { path: { app }, body: { variable_ids: variableIds } })
    return Environment.of({
      list: (app, options) => call(api, list, { path: { app }, query: { aliases: options?.aliases } }),
      create: (app, variable) => call(api, create, { path: { app }, body: variable }),
      bulkUpdate: setAll,
      update: (app, variableId, value) => call(api, update, { path: { app, variableId }, body: { value } }),
      delete: (app, variableId) => call(api, remove, { path: { app, variableId } }),
      bulkDelete: deleteAll,
      sync: (app, wanted, options) =>
        Effect.gen(function*() {
          const current = yield* call(api, strictList, { path: { app } })
          const { added, changed, extra, unchanged } = diff(current, wanted)
          const [kept, removed] = Arr.partition(extra, isSelected(options?.remove))
          const toSet = [...added, ...changed]
          if (toSet.length > 0) yield* setAll(app, toSet)
          if (removed.length > 0) yield* deleteAll(app, removed.map(({ id }) => id))
          return {
            added: added.map(nameOf),
            changed: changed.map(nameOf),
            removed: removed.map(nameOf),
            unchanged: unchanged.map(nameOf),
            kept: kept.map(nameOf),
            hasChanged: toSet.length + removed.length > 0
          }
        })
    })
  }
)

export const layer: Layer.Layer<Environment, never, RegionalApi> = Layer.effect(Environment, make)
