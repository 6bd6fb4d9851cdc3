/**
 * Accounts: profile, usage, sign-up and deletion.
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { nullish } from "../../../schema/ScalingoSchema.js"
import { createAccount, renderWholeUser } from "../accounts.js"
import { planOf, renderAddon } from "../addons.js"
import { removeApp } from "../apps.js"
import { findAccount } from "../authentication.js"
import { findSize, renderSize } from "../catalog.js"
import { hour } from "../durations.js"
import { record } from "../events.js"
import { atLeast, EmailAddress, NonBlank } from "../inputSchemas.js"
import type { Account, App } from "../models.js"
import { badRequest, empty, forbidden, invalid, json, notFound, type Refusal } from "../responses.js"
import { auth, type Call, type PublicCall, regional, regionalPublic, type Route } from "../route.js"
import { ofApp, select, type State, statePart } from "../state.js"

/** Deletions of accounts that wait for the token in the mail. */
const deletions = statePart(() => new Map<string, { readonly accountId: string; readonly token: string }>())

const Password = Schema.String.pipe(atLeast(10))

const Changes = Schema.Struct({
  email: Schema.optional(EmailAddress),
  username: Schema.optional(NonBlank),
  company: nullish(Schema.String),
  location: nullish(Schema.String),
  fullname: Schema.optional(Schema.String),
  tos_accepted: Schema.optional(Schema.Boolean),
  email_newsletter: Schema.optional(Schema.Boolean),
  password: Schema.optional(Password),
  password_confirmation: Schema.optional(Schema.String),
  current_password: Schema.optional(Schema.String)
})

/** The fields of the auth API, which has more. */
const renderFull = (account: Account) => ({
  ...renderWholeUser(account),
  role: null,
  confirmed: true,
  unconfirmed_email: null,
  profile_valid: account.paymentMethod,
  contracts: {},
  new_contracts: {}
})

const taken = (call: PublicCall, login: string | undefined, self?: Account) => {
  const other = login === undefined ? undefined : findAccount(call.state, login)
  return other !== undefined && other !== self
}

const change = (call: Call, withPassword: boolean): Effect.Effect<Account, Refusal> =>
  Effect.gen(function*() {
    const { account } = call
    const input = yield* call.input("user", Changes)
    if (taken(call, input.email, account)) return yield* invalid({ email: ["has already been taken"] })
    if (taken(call, input.username, account)) return yield* invalid({ username: ["has already been taken"] })
    if (withPassword && input.password !== undefined) {
      if (input.password_confirmation !== undefined && input.password_confirmation !== input.password) {
        return yield* invalid({ password_confirmation: ["doesn't match Password"] })
      }
      if (input.current_password !== undefined && input.current_password !== account.password) {
        return yield* invalid({ current_password: ["is invalid"] })
      }
      account.password = input.password
    }
    account.email = input.email ?? account.email
    account.username = input.username ?? account.username
    account.fullname = input.fullname ?? account.fullname
    account.newsletter = input.email_newsletter ?? account.newsletter
    if (input.company !== undefined) account.company = input.company
    if (input.location !== undefined) account.location = input.location
    return account
  })

const updateDocumented = (call: Call) =>
  Effect.gen(function*() {
    if (call.param("userId") !== call.account.id) return yield* forbidden("this is not your account")
    return json({ user: renderWholeUser(yield* change(call, false)) })
  })

/** Deletes an account with what it owns. Nothing that it signed in with works any more. */
const erase = (state: State, account: Account) => {
  for (const app of select(state.apps, (it) => it.ownerId === account.id)) removeApp(state, app)
  for (const app of state.apps.values()) {
    app.collaborators = app.collaborators.filter((it) => it.accountId !== account.id)
  }
  for (const token of state.tokens.values()) if (token.accountId === account.id) state.tokens.delete(token.id)
  for (const tokens of [state.bearers, state.addonTokens]) {
    for (const token of tokens.values()) if (token.accountId === account.id) token.expiresAt = state.now()
  }
  account.deleted = true
}

const usageOf = (state: State, app: App) => ({
  app: app.name,
  app_id: app.id,
  status: app.status,
  runtimes: app.formation.filter((type) => type.amount > 0).map((type) => {
    const size = findSize(type.size)
    const hours = Math.max(1, Math.floor((state.now() - app.createdAt) / hour))
    return {
      size: size === undefined ? null : renderSize(app.region, size),
      price: Math.round(hours * type.amount * (size?.hourlyPrice ?? 0)) / 1000,
      duration: hours * type.amount
    }
  }),
  addon_usages: ofApp(state.addons, app).map((addon) => {
    const { provisioned_at, deprovisioned_at, status, updated_at: _, ...rendered } = renderAddon(addon)
    return { addon: rendered, price: planOf(addon).price, runtime: 1, provisioned_at, deprovisioned_at, status }
  }),
  first_month: `${new Date(app.createdAt).getUTCMonth() + 1}/${new Date(app.createdAt).getUTCFullYear()}`
})

export const users: ReadonlyArray<Route> = [
  regional.get("/users/self", (call) => json({ user: renderWholeUser(call.account) })),
  auth.get("/users/self", (call) => json({ user: renderFull(call.account) })),

  regional.patch("/users/:userId", updateDocumented),
  regional.put("/users/:userId", updateDocumented),
  auth.put("/users/account", (call) => Effect.map(change(call, true), (it) => json({ user: renderFull(it) }))),
  auth.patch("/account/profile", (call) => Effect.map(change(call, true), (it) => json({ user: renderFull(it) }))),

  regional.get("/account/usage", (call) =>
    Effect.gen(function*() {
      for (const name of ["from", "to"]) {
        const day = call.query.get(name)
        if (day !== null && !/^\d{4}-\d{2}-\d{2}$/.test(day)) return yield* badRequest(`${name} is not a date`)
      }
      return json({
        usage: select(call.state.apps, (app) => app.region === call.region && app.ownerId === call.account.id)
          .map((app) => usageOf(call.state, app))
      })
    })),

  regional.delete("/users", (call) => {
    erase(call.state, call.account)
    return empty()
  }),

  auth.post("/users/stop_free_trial", (call) => {
    call.account.freeTrialEndsAt = Math.min(call.account.freeTrialEndsAt, call.now)
    return json({})
  }),

  auth.post("/users/delete", (call) => {
    const id = call.state.ids.uuid()
    const token = call.state.ids.secret(32)
    deletions(call.state).set(id, { accountId: call.account.id, token })
    call.state.mails.push({
      to: call.account.email,
      subject: "account deletion",
      data: { deletion_id: id, token }
    })
    return json({})
  }),

  auth.post("/users/delete/:deletionId/confirm", (call) =>
    Effect.gen(function*() {
      const deletion = deletions(call.state).get(call.param("deletionId"))
      if (deletion === undefined || deletion.accountId !== call.account.id) return yield* notFound("deletion")
      const { token } = yield* call.input(
        "deletion",
        Schema.Struct({
          token: NonBlank,
          reason: nullish(Schema.String),
          details: nullish(Schema.String)
        })
      )
      if (token !== deletion.token) return yield* invalid({ token: ["is invalid"] })
      deletions(call.state).delete(call.param("deletionId"))
      erase(call.state, call.account)
      return json({})
    })),

  auth.get("/users/roles", () => json({ roles: ["developer", "devops", "product_owner", "manager", "student"] })),

  regionalPublic.post("/users", (call) =>
    Effect.gen(function*() {
      const input = yield* call.input("user", Schema.Struct({ email: EmailAddress, password: Password }))
      if (taken(call, input.email)) return yield* invalid({ email: ["has already been taken"] })
      const account = createAccount(call.state, {
        username: `user-${call.state.ids.count()}`,
        email: input.email,
        password: input.password,
        paymentMethod: false
      })
      record(call.state, { type: "new_user", user: account })
      return json({ user: renderWholeUser(account) }, 201)
    }))
]
