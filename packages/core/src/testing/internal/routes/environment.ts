/**
 * Environment variables.
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { findApp } from "../access.js"
import { findAppToChange, hideValues, isLimited } from "../collaboratorRoles.js"
import { record } from "../events.js"
import { atMost, NonBlank } from "../inputSchemas.js"
import type { App, Variable } from "../models.js"
import { empty, invalid, json, notFound, type Refusal } from "../responses.js"
import { type Call, regional, type Route } from "../route.js"
import { expandAliases } from "../variables.js"

const Name = NonBlank.pipe(
  atMost(64),
  Schema.pattern(/^[A-Za-z0-9_]*$/, { message: () => "is invalid" }),
  Schema.pattern(/^([A-Za-z]|$)/, { message: () => "must start with a letter" })
)
const Value = Schema.String.pipe(atMost(32_768))
const NewVariable = Schema.Struct({ name: Name, value: Value })

const render = (app: App) => (variable: Variable) => ({
  id: variable.id,
  app_id: app.id,
  name: variable.name,
  value: variable.value
})

/** The ids to delete: in the body as documented, or in the query as the Ruby client sends them. */
const readIds = (call: Call): Effect.Effect<ReadonlyArray<string>, Refusal> => {
  const asked = call.query.getAll("variable_ids[]")
  return asked.length > 0
    ? Effect.succeed(asked)
    : Effect.map(
      call.input(undefined, Schema.Struct({ variable_ids: Schema.Array(Schema.String) })),
      (input) => input.variable_ids
    )
}

const findVariable = (call: Call, app: App): Effect.Effect<Variable, Refusal> => {
  const wanted = call.param("variableId")
  const variable = app.variables.find((it) => it.id === wanted || it.name === wanted)
  return variable === undefined ? notFound("variable") : Effect.succeed(variable)
}

const update = (call: Call) =>
  Effect.gen(function*() {
    const app = yield* findAppToChange(call)
    const variable = yield* findVariable(call, app)
    const { value } = yield* call.input("variable", Schema.Struct({ value: Value }))
    const before = variable.value
    variable.value = value
    record(call.state, {
      type: "edit_variable",
      user: call.account,
      app,
      data: { name: variable.name, value, old_value: before }
    })
    return json({ variable: render(app)(variable) })
  })

export const environment: ReadonlyArray<Route> = [
  regional.get("/apps/:app/variables", (call) =>
    Effect.map(findApp(call), (app) => {
      const keep = call.query.get("aliases") !== "false"
      const variables = app.variables.map((variable) => ({
        ...render(app)(variable),
        value: keep ? variable.value : expandAliases(app, variable.value)
      }))
      return json({ variables: isLimited(app, call.account) ? hideValues(variables) : variables })
    })),

  regional.post("/apps/:app/variables", (call) =>
    Effect.gen(function*() {
      const app = yield* findAppToChange(call)
      const { name, value } = yield* call.input("variable", NewVariable)
      if (app.variables.some((variable) => variable.name === name)) {
        return yield* invalid({ name: ["has already been taken"] })
      }
      const variable: Variable = { id: call.state.ids.hex(), name, value }
      app.variables.push(variable)
      record(call.state, { type: "new_variable", user: call.account, app, data: { name, value } })
      return json({ variable: render(app)(variable) }, 201)
    })),

  regional.put("/apps/:app/variables", (call) =>
    Effect.gen(function*() {
      const app = yield* findAppToChange(call)
      const input = yield* call.input("variables", Schema.Array(NewVariable))
      const created: Array<unknown> = []
      const updated: Array<unknown> = []
      const changed = input.map(({ name, value }) => {
        const known = app.variables.find((variable) => variable.name === name)
        if (known === undefined) {
          const variable: Variable = { id: call.state.ids.hex(), name, value }
          app.variables.push(variable)
          created.push({ name, value })
          return variable
        }
        updated.push({ name, value, old_value: known.value })
        known.value = value
        return known
      })
      record(call.state, {
        type: "edit_variables",
        user: call.account,
        app,
        data: { new_vars: created, updated_vars: updated, deleted_vars: [] }
      })
      return json({ variables: changed.map(render(app)) })
    })),

  regional.delete("/apps/:app/variables", (call) =>
    Effect.gen(function*() {
      const app = yield* findAppToChange(call)
      const variable_ids = yield* readIds(call)
      const gone = app.variables.filter((variable) => variable_ids.includes(variable.id))
      if (gone.length < new Set(variable_ids).size) return yield* notFound("variable")
      app.variables = app.variables.filter((variable) => !gone.includes(variable))
      record(call.state, {
        type: "edit_variables",
        user: call.account,
        app,
        data: { new_vars: [], updated_vars: [], deleted_vars: gone.map(({ name, value }) => ({ name, value })) }
      })
      return empty()
    })),

  regional.patch("/apps/:app/variables/:variableId", update),
  regional.put("/apps/:app/variables/:variableId", update),

  regional.delete("/apps/:app/variables/:variableId", (call) =>
    Effect.gen(function*() {
      const app = yield* findAppToChange(call)
      const variable = yield* findVariable(call, app)
      app.variables = app.variables.filter((it) => it !== variable)
      record(call.state, {
        type: "delete_variable",
        user: call.account,
        app,
        data: { name: variable.name, value: variable.value }
      })
      return empty()
    }))
]
