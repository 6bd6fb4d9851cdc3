/**
 * Several accounts in one program: which token a call has, and how often each signs in.
 */
import type { AppsService } from "@effect-scalingo/core/Apps"
import * as Scalingo from "@effect-scalingo/core/Scalingo"
import { Sandbox, type Seed } from "@effect-scalingo/core/testing"
import { assert, describe, it } from "@effect/vitest"
import { ConfigProvider, Context, Effect, Layer, Redacted, TestClock } from "effect"
import { Accounts, appNames, program, UserAccounts, UserTokens } from "../../../examples/accounts/Accounts.js"
import { exchanges } from "./kit.js"

const seed: Seed.Seed = {
  accounts: [{ username: "shop", tokens: ["tk-us-shop"] }, { username: "agency", tokens: ["tk-us-agency"] }],
  apps: [
    { name: "shop-web" },
    { name: "shop-secnum", region: "osc-secnum-fr1" },
    { name: "agency-web", owner: "agency" }
  ]
}

const withSandbox = Effect.provide(Sandbox.layer(seed))

const tokens = ConfigProvider.fromMap(
  new Map([["SCALINGO_API_TOKEN_SHOP", "tk-us-shop"], ["SCALINGO_API_TOKEN_AGENCY", "tk-us-agency"]])
)

describe("several accounts in one program", () => {
  it.effect("have their own token, and sign in once for any number of calls", () =>
    Effect.gen(function*() {
      const all = yield* Effect.replicateEffect(program, 5)
      for (const { agency, shop } of all) {
        assert.deepStrictEqual(shop, ["shop-web", "shop-secnum"])
        assert.deepStrictEqual(agency, ["agency-web"])
      }
      assert.strictEqual(yield* exchanges, 2)
    }).pipe(Effect.provide(Accounts.Default), Effect.withConfigProvider(tokens), withSandbox))

  it.effect("have their own rate limit", () =>
    Effect.gen(function*() {
      const list = Effect.flatMap(Scalingo.Apps, (apps) => apps.list)
      // 59 requests and an exchange: the next request of this account has to wait, those of the other do not.
      yield* Effect.provide(Effect.replicateEffect(list, 59, { discard: true }), Accounts.get("shop"))
      yield* Effect.provide(Effect.replicateEffect(list, 59, { discard: true }), Accounts.get("agency"))
      assert.strictEqual(yield* TestClock.currentTimeMillis, 0)
      const waiting = yield* Effect.fork(Effect.provide(list, Accounts.get("shop")))
      yield* TestClock.adjust("59 seconds")
      assert.isNull(waiting.unsafePoll())
      yield* TestClock.adjust("2 seconds")
      assert.isNotNull(waiting.unsafePoll())
    }).pipe(Effect.provide(Accounts.Default), Effect.withConfigProvider(tokens), withSandbox))

  it.effect("may be any number of users, released when nobody uses them", () =>
    Effect.gen(function*() {
      const namesOf = (user: string) => Effect.provide(appNames, UserAccounts.get(user))
      assert.deepStrictEqual(yield* namesOf("agency"), ["agency-web"])
      yield* TestClock.adjust("9 minutes")
      assert.deepStrictEqual(yield* namesOf("agency"), ["agency-web"])
      assert.strictEqual(yield* exchanges, 1)
      yield* TestClock.adjust("11 minutes")
      assert.deepStrictEqual(yield* namesOf("agency"), ["agency-web"])
      assert.strictEqual(yield* exchanges, 2)
    }).pipe(
      Effect.provide(UserAccounts.Default),
      Effect.provideService(UserTokens, { tokenOf: (user) => Effect.succeed(Redacted.make(`tk-us-${user}`)) }),
      withSandbox
    ))

  it.effect("do not mix when their layers are merged", () =>
    Effect.gen(function*() {
      const { tokenOf } = yield* Sandbox.Sandbox
      class Shop extends Context.Tag("Shop")<Shop, AppsService>() {}
      class Agency extends Context.Tag("Agency")<Agency, AppsService>() {}
      class Again extends Context.Tag("Again")<Again, AppsService>() {}
      const shop = Scalingo.layer({ apiToken: tokenOf("shop") })
      const agency = Scalingo.layer({ apiToken: tokenOf("agency") })
      const live = Layer.mergeAll(
        Layer.provide(Layer.effect(Shop, Scalingo.Apps), shop),
        Layer.provide(Layer.effect(Agency, Scalingo.Apps), agency),
        Layer.provide(Layer.effect(Again, Scalingo.Apps), shop)
      )
      yield* Effect.gen(function*() {
        const names = yield* Effect.forEach([yield* Shop, yield* Agency, yield* Again], (apps) =>
          Effect.map(apps.list, (all) => all.map(({ name }) => name)))
        assert.deepStrictEqual(names, [["shop-web"], ["agency-web"], ["shop-web"]])
      }).pipe(Effect.provide(live))
      // A layer that is used twice is built once.
      assert.strictEqual(yield* exchanges, 2)
    }).pipe(withSandbox))
})
