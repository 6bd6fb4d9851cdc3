/**
 * The firewall rules of databases.
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { nullish } from "../../../schema/ScalingoSchema.js"
import { managedRange } from "../databaseCatalog.js"
import { type Database, findDatabase, perDatabase } from "../databases.js"
import { inputWithOptionalRoot, oneOf } from "../inputSchemas.js"
import { empty, invalid, json, notFound, type Refusal } from "../responses.js"
import { type AddonCall, database, type Route } from "../route.js"
import { iso, type State } from "../state.js"

interface Rule {
  readonly id: string
  readonly type: "custom_range" | "managed_range"
  readonly cidr: string | undefined
  label: string | undefined
  readonly rangeId: string | undefined
  readonly createdAt: number
  updatedAt: number
}

const rules = perDatabase(() => new Map<string, Rule>())

const managedRanges = (state: State) => Array.from(state.regions.keys(), managedRange)

const isCidr = (text: string): boolean => {
  const parts = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(text)
  return parts !== null && parts.slice(1, 5).every((part) => Number(part) <= 255) && Number(parts[5]) <= 32
}

const Input = Schema.Struct({
  type: oneOf(["custom_range", "managed_range"]),
  cidr: nullish(Schema.String),
  label: nullish(Schema.String),
  range_id: nullish(Schema.String)
})

const given = (text: string | null | undefined): string | undefined =>
  text === null || text === undefined || text === "" ? undefined : text

/** 422 for an invalid rule: each type requires its own fields. */
const checkRule = (call: AddonCall, it: Database, input: typeof Input.Type): Effect.Effect<void, Refusal> => {
  const cidr = given(input.cidr)
  const rangeId = given(input.range_id)
  const known = Array.from(rules(call.state, it).values())
  if (input.type === "custom_range") {
    if (cidr === undefined) return invalid({ cidr: ["can't be blank"] })
    if (!isCidr(cidr)) return invalid({ cidr: ["is invalid"] })
    if (rangeId !== undefined) return invalid({ range_id: ["must be blank"] })
    return known.some((rule) => rule.cidr === cidr) ? invalid({ cidr: ["has already been taken"] }) : Effect.void
  }
  if (rangeId === undefined) return invalid({ range_id: ["can't be blank"] })
  if (!managedRanges(call.state).some((range) => range.id === rangeId)) return invalid({ range_id: ["is invalid"] })
  if (cidr !== undefined) return invalid({ cidr: ["must be blank"] })
  return known.some((rule) => rule.rangeId === rangeId)
    ? invalid({ range_id: ["has already been taken"] })
    : Effect.void
}

const render = (it: Database, rule: Rule) => ({
  id: rule.id,
  type: rule.type,
  ...(rule.cidr === undefined ? {} : { cidr: rule.cidr }),
  ...(rule.label === undefined ? {} : { label: rule.label }),
  ...(rule.rangeId === undefined ? {} : { range_id: rule.rangeId }),
  database_id: it.id,
  created_at: iso(rule.createdAt),
  updated_at: iso(rule.updatedAt)
})

const findRule = (call: AddonCall, it: Database): Effect.Effect<Rule, Refusal> => {
  const rule = rules(call.state, it).get(call.param("ruleId"))
  return rule === undefined ? notFound("firewall_rule") : Effect.succeed(rule)
}

export const databaseFirewallRules: ReadonlyArray<Route> = [
  database.get(
    "/databases/:databaseId/firewall_rules",
    (call) =>
      Effect.map(
        findDatabase(call),
        (it) => json({ rules: Array.from(rules(call.state, it).values(), (rule) => render(it, rule)) })
      )
  ),

  database.post("/databases/:databaseId/firewall_rules", (call) =>
    Effect.gen(function*() {
      const it = yield* findDatabase(call)
      const input = yield* inputWithOptionalRoot(call, "firewall_rule", Input)
      yield* checkRule(call, it, input)
      const rule: Rule = {
        id: call.state.ids.uuid("fr-"),
        type: input.type,
        cidr: given(input.cidr),
        label: given(input.label),
        rangeId: given(input.range_id),
        createdAt: call.now,
        updatedAt: call.now
      }
      rules(call.state, it).set(rule.id, rule)
      return json({ rule: render(it, rule) }, 201)
    })),

  database.patch("/databases/:databaseId/firewall_rules/:ruleId", (call) =>
    Effect.gen(function*() {
      const it = yield* findDatabase(call)
      const rule = yield* findRule(call, it)
      const { label } = yield* inputWithOptionalRoot(
        call,
        "firewall_rule",
        Schema.Struct({ label: nullish(Schema.String) })
      )
      rule.label = given(label)
      rule.updatedAt = call.now
      return json({ rule: render(it, rule) })
    })),

  database.delete("/databases/:databaseId/firewall_rules/:ruleId", (call) =>
    Effect.gen(function*() {
      const it = yield* findDatabase(call)
      const rule = yield* findRule(call, it)
      rules(call.state, it).delete(rule.id)
      return empty()
    })),

  database.get("/firewall/managed_ranges", (call) => json({ ranges: managedRanges(call.state) }))
]
