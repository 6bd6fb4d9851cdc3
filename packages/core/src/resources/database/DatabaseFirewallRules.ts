/**
 * The firewall rules of a database, which allow connections from outside.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { DatabaseApi, type DatabaseRef } from "../../client/ApiClient.js"
import { endpoint } from "../../client/internal/endpoint.js"
import { body } from "../../client/internal/requestBody.js"
import * as Decode from "../../client/ResponseDecoder.js"
import type { ScalingoError } from "../../client/ScalingoError.js"
import { lazy, struct } from "../../internal/lazySchema.js"
import { nullish, openEnum, optionalTimestamp } from "../../schema/ScalingoSchema.js"
import { callDatabase } from "../internal/databaseClient.js"
import { rootOrBare } from "../internal/decoders.js"

/**
 * A firewall rule: an IP range that may connect to a database.
 *
 * @category schemas
 */
export const FirewallRule = struct(() => ({
  id: Schema.String,
  /** A range that Scalingo maintains, or a custom one. */
  type: nullish(openEnum("managed_range", "custom_range")),
  /** The IP range of a custom range: `203.0.113.0/24`. */
  cidr: nullish(Schema.String),
  label: nullish(Schema.String),
  /** The id of a managed range, see `listManagedRanges`. */
  range_id: nullish(Schema.String),
  database_id: nullish(Schema.String),
  created_at: optionalTimestamp,
  updated_at: optionalTimestamp
}))

export interface FirewallRule extends Schema.Schema.Type<typeof FirewallRule> {}

/**
 * An IP range that Scalingo maintains, such as that of a whole region.
 *
 * @category schemas
 */
export const FirewallManagedRange = struct(() => ({
  /** Such as `mr-scalingo-osc-fr1`. */
  id: Schema.String,
  name: nullish(Schema.String)
}))

export interface FirewallManagedRange extends Schema.Schema.Type<typeof FirewallManagedRange> {}

/**
 * The fields of a new rule: a custom range with an optional label, or a managed range, which already has a name.
 *
 * @category schemas
 */
export const CreateFirewallRule = lazy(() =>
  Schema.Union(
    Schema.Struct({
      type: Schema.Literal("custom_range"),
      /** `203.0.113.0/24` */
      cidr: Schema.NonEmptyString,
      label: Schema.optional(Schema.String)
    }),
    Schema.Struct({
      type: Schema.Literal("managed_range"),
      /** See `listManagedRanges`. */
      range_id: Schema.NonEmptyString
    })
  )
)

export type CreateFirewallRule = Schema.Schema.Type<typeof CreateFirewallRule>

/**
 * The fields of a rule that can be changed.
 *
 * @category schemas
 */
export const UpdateFirewallRule = struct(() => ({
  label: Schema.String
}))

export interface UpdateFirewallRule extends Schema.Schema.Type<typeof UpdateFirewallRule> {}

/**
 * The methods of {@link DatabaseFirewallRules}. Only databases with dedicated resources have a firewall.
 *
 * @category models
 */
export interface DatabaseFirewallRulesService {
  /**
   * The rules of a database: `GET /databases/:databaseId/firewall_rules`.
   *
   * @experimental the documentation does not have this endpoint, only the official clients
   */
  readonly list: (database: DatabaseRef) => Effect.Effect<ReadonlyArray<FirewallRule>, ScalingoError>

  /**
   * Adds a rule: `POST /databases/:databaseId/firewall_rules`.
   *
   * ```ts
   * yield* firewallRules.create(database, { type: "custom_range", cidr: "203.0.113.0/24", label: "Office" })
   * yield* firewallRules.create(database, { type: "managed_range", range_id: "mr-scalingo-osc-fr1" })
   * ```
   *
   * @experimental the documentation does not have this endpoint, and the official clients disagree on the body: this is
   * that of the JavaScript client
   */
  readonly create: (database: DatabaseRef, rule: CreateFirewallRule) => Effect.Effect<FirewallRule, ScalingoError>

  /**
   * Changes the label of a rule: `PATCH /databases/:databaseId/firewall_rules/:ruleId`.
   *
   * @experimental the documentation does not have this endpoint, only the official JavaScript client
   */
  readonly update: (
    database: DatabaseRef,
    ruleId: string,
    changes: UpdateFirewallRule
  ) => Effect.Effect<FirewallRule, ScalingoError>

  /**
   * Deletes a rule: `DELETE /databases/:databaseId/firewall_rules/:ruleId`.
   *
   * @experimental the documentation does not have this endpoint, only the official clients
   */
  readonly delete: (database: DatabaseRef, ruleId: string) => Effect.Effect<void, ScalingoError>

  /**
   * The managed ranges: `GET /firewall/managed_ranges`. They belong to no database, but the API requires the token of
   * one: any database of the account works.
   *
   * @experimental the documentation does not have this endpoint, only the official clients
   */
  readonly listManagedRanges: (
    database: DatabaseRef
  ) => Effect.Effect<ReadonlyArray<FirewallManagedRange>, ScalingoError>
}

/**
 * The firewall rules of databases.
 *
 * @category tags
 */
export class DatabaseFirewallRules extends Context.Tag("@effect-scalingo/core/DatabaseFirewallRules")<
  DatabaseFirewallRules,
  DatabaseFirewallRulesService
>() {}

const rule = rootOrBare("rule", FirewallRule)

const list = endpoint(
  "DatabaseFirewallRules.list",
  "GET /databases/:databaseId/firewall_rules",
  Decode.list("rules", FirewallRule)
)
const create = endpoint("DatabaseFirewallRules.create", "POST /databases/:databaseId/firewall_rules", rule, {
  body: body(CreateFirewallRule, "firewall_rule")
})
const update = endpoint("DatabaseFirewallRules.update", "PATCH /databases/:databaseId/firewall_rules/:ruleId", rule, {
  body: body(UpdateFirewallRule, "firewall_rule")
})
const remove = endpoint(
  "DatabaseFirewallRules.delete",
  "DELETE /databases/:databaseId/firewall_rules/:ruleId",
  Decode.empty
)
const listManagedRanges = endpoint(
  "DatabaseFirewallRules.listManagedRanges",
  "GET /firewall/managed_ranges",
  Decode.list("ranges", FirewallManagedRange)
)

export const make: Effect.Effect<DatabaseFirewallRulesService, never, DatabaseApi> = Effect.map(
  DatabaseApi,
  (api) =>
    DatabaseFirewallRules.of({
      list: (database) => callDatabase(api, database, list, {}),
      create: (database, rule) => callDatabase(api, database, create, { body: rule }),
      update: (database, ruleId, changes) => callDatabase(api, database, update, { path: { ruleId }, body: changes }),
      delete: (database, ruleId) => callDatabase(api, database, remove, { path: { ruleId } }),
      listManagedRanges: (database) => callDatabase(api, database, listManagedRanges, {})
    })
)

export const layer: Layer.Layer<DatabaseFirewallRules, never, DatabaseApi> = Layer.effect(DatabaseFirewallRules, make)
