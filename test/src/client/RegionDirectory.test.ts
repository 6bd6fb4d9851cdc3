import { DatabaseApi, type RegionalApi } from "@effect-scalingo/core/ApiClient"
import { CurrentRegion, withRegion } from "@effect-scalingo/core/CurrentRegion"
import { forEachRegion } from "@effect-scalingo/core/RegionDirectory"
import { Apps, Regions } from "@effect-scalingo/core/Scalingo"
import type { ScalingoError } from "@effect-scalingo/core/ScalingoError"
import { Fault, layerClient, Sandbox } from "@effect-scalingo/core/testing"
import { assert, describe, it } from "@effect/vitest"
import { Deferred, Effect, Either, Option } from "effect"
import { type HttpRequest, json, type Pipeline, pipeline, type PipelineOptions, send } from "../fakePlatform.js"

/** A request to the database API. */
const sendToDatabase = Effect.flatMap(DatabaseApi, (api) =>
  api.request<unknown>({ app: "my-app", addonId: "ad-1" }, {
    name: "Test.database",
    method: "GET",
    path: "/databases/ad-1",
    decoder: { decode: ({ text }) => Either.right(text) }
  }))

const hosts = (sent: ReadonlyArray<HttpRequest>) => sent.map(({ url }) => url.host)

interface RegionEntry {
  readonly name: string
  readonly api: string
  readonly database_api: string
}

const two: RegionEntry = { name: "two", api: "https://api.two.example.com", database_api: "https://db.two.example.com" }

const overRegions = <A, E>(
  regions: ReadonlyArray<RegionEntry>,
  effect: (sent: ReadonlyArray<HttpRequest>) => Effect.Effect<A, E, Pipeline>,
  options: PipelineOptions = {}
) => {
  const sent: Array<HttpRequest> = []
  return Effect.provide(
    effect(sent),
    pipeline(sent, ({ url }) => url.pathname.endsWith("/regions") ? json({ regions }) : json({}), {
      bearer: "bearer",
      addonBearer: "addon-bearer",
      authUrl: "https://auth.example.com",
      ...options
    })
  )
}

describe("the URL of a region", () => {
  const regions = [
    { name: "osc-fr1", api: "https://api.one.example.com", database_api: "https://db.one.example.com" },
    two
  ]

  it.effect("is known without a request on Scalingo's own platform", () => {
    const sent: Array<HttpRequest> = []
    return Effect.gen(function*() {
      yield* send()
      yield* withRegion(send(), "osc-secnum-fr1")
      assert.deepStrictEqual(hosts(sent), ["api.osc-fr1.scalingo.com", "api.osc-secnum-fr1.scalingo.com"])
    }).pipe(Effect.provide(pipeline(sent, () => json({}), { bearer: "bearer" })))
  })

  it.effect("is requested once on another platform, for all regions that effects choose", () =>
    overRegions(regions, (sent) =>
      Effect.gen(function*() {
        yield* Effect.all([send(), withRegion(send(), "two"), send()], { concurrency: "unbounded" })
        assert.deepStrictEqual(hosts(sent).sort(), [
          "api.one.example.com",
          "api.one.example.com",
          "api.two.example.com",
          "auth.example.com"
        ])
      })))

  it.effect("is refused for an unknown region, with the names of the known ones", () =>
    overRegions(regions, () =>
      Effect.gen(function*() {
        const error = yield* Effect.flip(withRegion(send(), "mars"))
        assert.strictEqual(error._tag, "InvalidRequest")
        if (error._tag !== "InvalidRequest") return
        assert.strictEqual(error.endpoint, "Test.call")
        assert.strictEqual(error.field, "region")
        assert.include(error.expected, "osc-fr1, two")
      })))
})

describe("the list of regions", () => {
  /** Requests both APIs of a region with these hosts; the hosts that got a bearer. */
  const reached = (host: string, options: PipelineOptions = {}) =>
    overRegions(
      [{ name: "two", api: host, database_api: host }],
      (sent) =>
        Effect.gen(function*() {
          const calls: ReadonlyArray<Effect.Effect<unknown, ScalingoError, RegionalApi | DatabaseApi>> = [
            send(),
            sendToDatabase
          ]
          for (const call of calls) {
            const outcome = yield* Effect.either(withRegion(call, "two"))
            if (Either.isRight(outcome)) continue
            assert.deepInclude(outcome.left, { _tag: "InvalidRequest", field: "region" })
            assert.include(String(outcome.left), host)
          }
          return hosts(sent.filter(({ path }) => !path.endsWith("/regions")))
        }),
      options
    )

  for (
    const host of [
      "https://api.two.example.org",
      "https://evilexample.com",
      "https://example.com.evil.org",
      "https://auth.example.com.evil.org",
      "https://auth.example.com@evil.org",
      "https://10.0.0.1",
      "https://localhost",
      "http://localhost:4000",
      "http://api.two.example.com",
      "ftp://api.two.example.com",
      "https://api.two.example.com/?to=x",
      "api.two.example.com",
      ""
    ]
  ) {
    it.effect(`cannot send the bearer to ${JSON.stringify(host)}`, () =>
      Effect.map(reached(host), (sentTo) => assert.deepStrictEqual(sentTo, [])))
  }

  it.effect("may name every host under the parent domain of the auth API", () =>
    Effect.gen(function*() {
      for (const host of ["api.two.example.com", "example.com", "a.b.c.example.com:8443", "auth.example.com"]) {
        assert.deepStrictEqual(yield* reached(`https://${host}`), [host, host])
      }
    }))

  it.effect("may name this machine when the auth API is on this machine, and then nothing else", () =>
    Effect.gen(function*() {
      const authUrl = "http://localhost:4000/auth"
      assert.deepStrictEqual(yield* reached("http://127.0.0.1:4001", { authUrl }), ["127.0.0.1:4001", "127.0.0.1:4001"])
      assert.deepStrictEqual(yield* reached("https://api.two.example.com", { authUrl }), [])
    }))

  it.effect("may name plain http on the insecureHosts only", () =>
    Effect.gen(function*() {
      const options = { authUrl: "http://sandbox:4000", insecureHosts: ["sandbox", "db.internal"] }
      assert.deepStrictEqual(yield* reached("http://sandbox:4000", options), ["sandbox:4000", "sandbox:4000"])
      assert.deepStrictEqual(yield* reached("http://db.internal", options), ["db.internal", "db.internal"])
      assert.deepStrictEqual(yield* reached("http://other", options), [])
      assert.deepStrictEqual(yield* reached("https://other", options), [])
    }))

  it.effect("belongs to one domain for an auth API without a parent domain", () =>
    Effect.gen(function*() {
      const authUrl = "https://platform.dev"
      assert.deepStrictEqual(yield* reached("https://api.platform.dev", { authUrl }), [
        "api.platform.dev",
        "api.platform.dev"
      ])
      assert.deepStrictEqual(yield* reached("https://other.dev", { authUrl }), [])
      assert.deepStrictEqual(yield* reached("https://10.0.0.2", { authUrl: "https://10.0.0.1" }), [])
    }))
})

describe("a configured URL", () => {
  const over = <A, E>(
    options: PipelineOptions,
    effect: (sent: ReadonlyArray<HttpRequest>) => Effect.Effect<A, E, Pipeline>
  ) => {
    const sent: Array<HttpRequest> = []
    return Effect.provide(
      effect(sent),
      pipeline(sent, () => json({}), { bearer: "bearer", addonBearer: "addon-bearer", ...options })
    )
  }

  it.effect("of a public regional API gives its region to the database API", () =>
    over({ apiUrl: "https://api.osc-secnum-fr1.scalingo.com" }, (sent) =>
      Effect.gen(function*() {
        yield* send()
        yield* sendToDatabase
        assert.deepStrictEqual(hosts(sent), ["api.osc-secnum-fr1.scalingo.com", "db-api.osc-secnum-fr1.scalingo.com"])
      })))

  it.effect("of a public database API gives its region to the regional API", () =>
    over({ databaseUrl: "https://db-api.osc-secnum-fr1.scalingo.com" }, (sent) =>
      Effect.gen(function*() {
        yield* send()
        yield* sendToDatabase
        assert.deepStrictEqual(hosts(sent), ["api.osc-secnum-fr1.scalingo.com", "db-api.osc-secnum-fr1.scalingo.com"])
      })))

  it.effect("of an unknown regional API leaves database calls without a URL, and they say what to set", () =>
    over({ apiUrl: "https://api.proxy.example.com" }, (sent) =>
      Effect.gen(function*() {
        yield* send()
        const error = yield* Effect.flip(sendToDatabase)
        assert.deepInclude(error, { _tag: "InvalidRequest", field: "region" })
        assert.include(String(error), "SCALINGO_DB_URL")
        assert.include(String(error), "SCALINGO_REGION")
        assert.deepStrictEqual(hosts(sent), ["api.proxy.example.com"])
        yield* withRegion(sendToDatabase, "osc-secnum-fr1")
        assert.strictEqual(hosts(sent)[1], "db-api.osc-secnum-fr1.scalingo.com", "a region that the effect names")
      })))

  it.effect("of an unknown database API leaves regional calls without a URL, and they say what to set", () =>
    over({ databaseUrl: "https://db.proxy.example.com" }, (sent) =>
      Effect.gen(function*() {
        yield* sendToDatabase
        assert.include(String(yield* Effect.flip(send())), "SCALINGO_API_URL")
        assert.deepStrictEqual(hosts(sent), ["db.proxy.example.com"])
      })))

  it.effect("of an unknown regional API with a region leaves the database API of that region", () =>
    over({ apiUrl: "https://api.proxy.example.com", region: "osc-secnum-fr1" }, (sent) =>
      Effect.gen(function*() {
        yield* send()
        yield* sendToDatabase
        assert.deepStrictEqual(hosts(sent), ["api.proxy.example.com", "db-api.osc-secnum-fr1.scalingo.com"])
      })))
})

describe("forEachRegion", () => {
  const seed = {
    apps: [{ name: "paris" }, { name: "secnum-1", region: "osc-secnum-fr1" }, {
      name: "secnum-2",
      region: "osc-secnum-fr1"
    }]
  }
  const names = Effect.flatMap(Apps, (apps) => Effect.map(apps.list, (all) => all.map(({ name }) => name)))

  it.effect("runs in every region of the account, and returns the results by region", () =>
    Effect.gen(function*() {
      const sandbox = yield* Sandbox.Sandbox
      const expected = { "osc-fr1": ["paris"], "osc-secnum-fr1": ["secnum-1", "secnum-2"] }
      assert.deepStrictEqual(yield* forEachRegion(names), expected)
      assert.deepStrictEqual(yield* names.pipe(forEachRegion({ concurrency: 2 })), expected)
      // Each time one request for the list, and one in each region.
      assert.strictEqual(yield* sandbox.countRequests(({ path }) => path === "/regions"), 2)
      assert.strictEqual(yield* sandbox.countRequests(), 1 + 2 * 3)
      const listed = yield* Effect.flatMap(Regions, (regions) => regions.list)
      assert.deepStrictEqual(Object.keys(expected), listed.map(({ name }) => name))
    }).pipe(Effect.provide(layerClient(seed))))

  it.effect("needs no further list for the URLs of a platform that is not Scalingo's own", () =>
    overRegions([{ ...two, name: "one" }, two], (sent) =>
      Effect.gen(function*() {
        yield* forEachRegion(send())
        yield* withRegion(send(), "two")
        assert.strictEqual(sent.filter(({ path }) => path.endsWith("/regions")).length, 1)
      })))

  it.effect("tells the effect where it is", () =>
    Effect.gen(function*() {
      assert.deepStrictEqual(yield* forEachRegion(CurrentRegion), {
        "osc-fr1": Option.some("osc-fr1"),
        "osc-secnum-fr1": Option.some("osc-secnum-fr1")
      })
    }).pipe(Effect.provide(layerClient())))

  it.effect("runs in one region at a time, or in several", () =>
    Effect.gen(function*() {
      const both = yield* Deferred.make<void>()
      let running = 0
      let most = 0
      const meet = Effect.suspend(() => {
        most = Math.max(most, ++running)
        return running === 2 ? Deferred.succeed(both, undefined) : Effect.void
      })
      yield* forEachRegion(Effect.zipRight(meet, Deferred.await(both)), { concurrency: "unbounded" })
      assert.strictEqual(most, 2)
      running = most = 0
      yield* forEachRegion(meet.pipe(Effect.zipRight(Effect.yieldNow()), Effect.ensuring(Effect.sync(() => running--))))
      assert.strictEqual(most, 1)
    }).pipe(Effect.provide(layerClient())))

  it.effect("ends with the first failure, or keeps the failure of each region apart", () =>
    Effect.gen(function*() {
      const sandbox = yield* Sandbox.Sandbox
      const on = { method: "GET", path: "/apps", region: "osc-secnum-fr1" } as const
      yield* sandbox.inject({ on, fault: Fault.status(403) })
      const error = yield* Effect.flip(forEachRegion(names))
      assert.strictEqual(error._tag, "Forbidden")
      yield* sandbox.inject({ on, fault: Fault.status(403) })
      const byRegion = yield* forEachRegion(Effect.either(names))
      assert.deepStrictEqual(byRegion["osc-fr1"], Either.right(["paris"]))
      assert.strictEqual(
        Option.getOrThrow(Either.getLeft(byRegion["osc-secnum-fr1"]!))._tag,
        "Forbidden"
      )
    }).pipe(Effect.provide(layerClient(seed))))

  it.effect("fails when the regions cannot be listed", () =>
    Effect.gen(function*() {
      const sandbox = yield* Sandbox.Sandbox
      yield* sandbox.inject({ on: { method: "GET", path: "/regions" }, fault: Fault.status(403) })
      assert.strictEqual((yield* Effect.flip(forEachRegion(Effect.either(names))))._tag, "Forbidden")
    }).pipe(Effect.provide(layerClient(seed))))
})
