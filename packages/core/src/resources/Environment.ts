/**
 * Environment variables of an app. Changes take effect when the containers restart.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { RegionalApi } from "../client/ApiClient.js"
import { call, endpoint } from "../client/internal/endpoint.js"
import { body } from "../client/internal/requestBody.js"
import * as Decode from "../client/ResponseDecoder.js"
import type { ScalingoError } from "../client/ScalingoError.js"
import { Secret, SecretInput } from "../schema/ScalingoSchema.js"
import { secretText } from "./internal/secret.js"

/**
 * An environment variable.
 *
 * @category schemas
 */
export const Variable = Schema.Struct({
  id: Schema.String,
  name: Schema.String,
  value: Secret
})

export interface Variable extends Schema.Schema.Type<typeof Variable> {}

const Name = Schema.String.pipe(
  Schema.filter((name) => name.length >= 1 && name.length <= 64, { description: "a name of 1 to 64 characters" })
)

const Value = SecretInput.pipe(
  Schema.filter((value) => secretText(value).length <= 8192, { description: "a value of at most 8192 characters" })
)

/**
 * A variable to set. The value may be plain text or `Redacted`.
 *
 * @category schemas
 */
export const SetVariable = Schema.Struct({
  name: Name,
  value: Value
})

export interface SetVariable extends Schema.Schema.Type<typeof SetVariable> {}

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
}

/**
 * Environment variables of apps.
 *
 * @category tags
 */
export class Environment extends Context.Tag("@effect-scalingo/core/Environment")<Environment, EnvironmentService>() {}

const Ids = Schema.Array(Schema.NonEmptyString).pipe(Schema.minItems(1, { description: "a list of at least one id" }))

const variable = Decode.root("variable", Variable)
const variables = Decode.list("variables", Variable)

const list = endpoint("Environment.list", "GET /apps/:app/variables", variables)
const create = endpoint("Environment.create", "POST /apps/:app/variables", variable, {
  body: body(SetVariable, "variable")
})
const bulkUpdate = endpoint("Environment.bulkUpdate", "PUT /apps/:app/variables", variables, {
  body: body(Schema.Array(SetVariable), "variables")
})
const update = endpoint("Environment.update", "PATCH /apps/:app/variables/:variableId", variable, {
  body: body(Schema.Struct({ value: Value }), "variable")
})
const remove = endpoint("Environment.delete", "DELETE /apps/:app/variables/:variableId", Decode.empty)
const bulkDelete = endpoint("Environment.bulkDelete", "DELETE /apps/:app/variables", Decode.empty, {
  body: body(Schema.Struct({ variable_ids: Ids }))
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
export const fromRecord = (
  values: Readonly<Record<string, string | Redacted.Redacted>>
): ReadonlyArray<SetVariable> => Object.entries(values).map(([name, value]) => ({ name, value }))

export const make: Effect.Effect<EnvironmentService, never, RegionalApi> = Effect.map(
  RegionalApi,
  (api) =>
    Environment.of({
      list: (app, options) => call(api, list, { path: { app }, query: { aliases: options?.aliases } }),
      create: (app, variable) => call(api, create, { path: { app }, body: variable }),
      bulkUpdate: (app, variables) => call(api, bulkUpdate, { path: { app }, body: variables }),
      update: (app, variableId, value) => call(api, update, { path: { app, variableId }, body: { value } }),
      delete: (app, variableId) => call(api, remove, { path: { app, variableId } }),
      bulkDelete: (app, variableIds) => call(api, bulkDelete, { path: { app }, body: { variable_ids: variableIds } })
    })
)

export const layer: Layer.Layer<Environment, never, RegionalApi> = Layer.effect(Environment, make)
