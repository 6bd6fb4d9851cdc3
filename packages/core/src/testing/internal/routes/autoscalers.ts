/**
 * Autoscalers. The sandbox has no load, so an autoscaler only enforces its bounds: a minute after its creation or
 * change, it scales a container type with too few or too many containers.
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { nullish } from "../../../schema/ScalingoSchema.js"
import { findApp, findOfApp } from "../access.js"
import { copyFormation } from "../apps.js"
import { findAppToChange } from "../collaboratorRoles.js"
import { minute } from "../durations.js"
import { record } from "../events.js"
import { inputWithOptionalRoot, NonBlank, zeroDate } from "../inputSchemas.js"
import type { App } from "../models.js"
import { currentOperation, startScaling } from "../operations.js"
import { Metric, valueText } from "../referenceData.js"
import { empty, invalid, json, type Refusal } from "../responses.js"
import { type Call, regional, type Route } from "../route.js"
import { iso, ofApp, type State, statePart } from "../state.js"

interface Autoscaler {
  readonly id: string
  readonly appId: string
  readonly createdAt: number
  updatedAt: number
  lastScale: number | null
  readonly containerType: string
  minContainers: number
  maxContainers: number
  metric: string
  target: number
  disabled: boolean
  readonly alertUp: string
  readonly alertDown: string
}

const autoscalersOf = statePart(() => new Map<string, Autoscaler>())

const Amount = Schema.Int.pipe(Schema.greaterThanOrEqualTo(1, { message: () => "must be greater than or equal to 1" }))

const CreateAutoscaler = Schema.Struct({
  container_type: NonBlank,
  min_containers: Amount,
  max_containers: Amount,
  metric: Metric,
  target: Schema.Number,
  disabled: nullish(Schema.Boolean)
})

const UpdateAutoscaler = Schema.Struct({
  min_containers: nullish(Amount),
  max_containers: nullish(Amount),
  metric: nullish(Metric),
  target: nullish(Schema.Number),
  disabled: nullish(Schema.Boolean)
})

const render = (it: Autoscaler) => ({
  id: it.id,
  app_id: it.appId,
  created_at: iso(it.createdAt),
  updated_at: iso(it.updatedAt),
  last_scale: it.lastScale === null ? zeroDate : iso(it.lastScale),
  container_type: it.containerType,
  min_containers: it.minContainers,
  max_containers: it.maxContainers,
  metric: it.metric,
  target: it.target,
  disabled: it.disabled,
  alert_id_scale_up: it.alertUp,
  alert_id_scale_down: it.alertDown
})

const checkBounds = (least: number, most: number): Effect.Effect<void, Refusal> =>
  least <= most ? Effect.void : invalid({ max_containers: ["must be greater than or equal to min_containers"] })

const findAutoscaler = (call: Call, app: App) => findOfApp(call, app, autoscalersOf(call.state), "autoscaler")

/** Enforces the bounds in a minute. While the app is busy, it waits for another minute. */
const enforceBoundsLater = (state: State, it: Autoscaler): void => {
  state.after(minute, () => {
    const app = state.apps.get(it.appId)
    const type = app?.formation.find((known) => known.name === it.containerType)
    if (it.disabled || autoscalersOf(state).get(it.id) !== it || app === undefined || type === undefined) return
    if (app.lastDeployedAt === null || type.amount === 0) return
    const wanted = Math.min(it.maxContainers, Math.max(it.minContainers, type.amount))
    if (wanted === type.amount) return
    if (currentOperation(state, app) !== undefined) return enforceBoundsLater(state, it)
    const before = copyFormation(app)
    type.amount = wanted
    it.lastScale = state.now()
    startScaling(state, app, before, undefined)
  })
}

const recordAutoscaler = (call: Call, app: App, type: string, it: Autoscaler) =>
  record(call.state, {
    type,
    user: call.account,
    app,
    data: {
      container_type: it.containerType,
      // Numbers in strings, as documented.
      min_containers: String(it.minContainers),
      max_containers: String(it.maxContainers),
      metric: it.metric,
      target: it.target,
      target_text: valueText(it.metric, it.target)
    }
  })

const update = (call: Call) =>
  Effect.gen(function*() {
    const app = yield* findAppToChange(call)
    const it = yield* findAutoscaler(call, app)
    const input = yield* inputWithOptionalRoot(call, "autoscaler", UpdateAutoscaler)
    yield* checkBounds(input.min_containers ?? it.minContainers, input.max_containers ?? it.maxContainers)
    it.minContainers = input.min_containers ?? it.minContainers
    it.maxContainers = input.max_containers ?? it.maxContainers
    it.metric = input.metric ?? it.metric
    it.target = input.target ?? it.target
    it.disabled = input.disabled ?? it.disabled
    it.updatedAt = call.now
    enforceBoundsLater(call.state, it)
    recordAutoscaler(call, app, "edit_autoscaler", it)
    return json({ autoscaler: render(it) })
  })

export const autoscalers: ReadonlyArray<Route> = [
  regional.get(
    "/apps/:app/autoscalers",
    (call) =>
      Effect.map(
        findApp(call),
        (app) => json({ autoscalers: ofApp(autoscalersOf(call.state), app).map(render) })
      )
  ),

  regional.post("/apps/:app/autoscalers", (call) =>
    Effect.gen(function*() {
      const app = yield* findAppToChange(call)
      const input = yield* call.input("autoscaler", CreateAutoscaler)
      yield* checkBounds(input.min_containers, input.max_containers)
      const it: Autoscaler = {
        id: call.state.ids.uuid("au-"),
        appId: app.id,
        createdAt: call.now,
        updatedAt: call.now,
        lastScale: null,
        containerType: input.container_type,
        minContainers: input.min_containers,
        maxContainers: input.max_containers,
        metric: input.metric,
        target: input.target,
        disabled: input.disabled ?? false,
        alertUp: call.state.ids.uuid("al-"),
        alertDown: call.state.ids.uuid("al-")
      }
      autoscalersOf(call.state).set(it.id, it)
      enforceBoundsLater(call.state, it)
      recordAutoscaler(call, app, "new_autoscaler", it)
      return json({ autoscaler: render(it) }, 201)
    })),

  regional.get("/apps/:app/autoscalers/:autoscalerId", (call) =>
    Effect.gen(function*() {
      const app = yield* findApp(call)
      return json({ autoscaler: render(yield* findAutoscaler(call, app)) })
    })),

  regional.patch("/apps/:app/autoscalers/:autoscalerId", update),
  regional.put("/apps/:app/autoscalers/:autoscalerId", update),

  regional.delete("/apps/:app/autoscalers/:autoscalerId", (call) =>
    Effect.gen(function*() {
      const app = yield* findAppToChange(call)
      const it = yield* findAutoscaler(call, app)
      autoscalersOf(call.state).delete(it.id)
      record(call.state, {
        type: "delete_autoscaler",
        user: call.account,
        app,
        data: { container_type: it.containerType, metric: it.metric }
      })
      return empty()
    }))
]
