import {
  AddonDashboard,
  AddonManifest,
  AddonProviderApi,
  AddonRefused,
  AddonResources,
  layerAuth,
  signSso,
  verifySso
} from "@effect-scalingo/core/AddonProvider"
import {
  HttpApi,
  HttpApiBuilder,
  HttpApiClient,
  HttpApiError,
  HttpClient,
  HttpClientRequest,
  HttpClientResponse,
  HttpServer,
  HttpServerResponse
} from "@effect/platform"
import { assert, describe, it } from "@effect/vitest"
import { DateTime, Effect, Exit, Layer, Redacted, Schema, TestClock } from "effect"
import { createHash } from "node:crypto"

const salt = Redacted.make("esidTavOnreboudWavwoadBildyon3")
const username = "username-for-basic-auth"
const password = "samyo:iHissowd:OnHugyor"

const resources = HttpApiBuilder.group(AddonProviderApi, "resources", (handlers) =>
  handlers
    .handle("provision", ({ payload }) =>
      payload.plan === "sold-out"
        ? new AddonRefused({ error: "there is none left" })
        : Effect.succeed({
          id: `addon-of-${payload.app_id}`,
          config: { EXAMPLE_VAR1: Redacted.make(`plan=${payload.plan}`) },
          message: "Addon has been provisioned"
        }))
    .handle("changePlan", ({ path, payload }) =>
      path.resourceId === "addon-id-1"
        ? Effect.succeed({ message: `now ${payload.plan}` })
        : new HttpApiError.NotFound())
    .handle("deprovision", () => Effect.void))

const dashboard = HttpApiBuilder.group(
  AddonProviderApi,
  "dashboard",
  (handlers) =>
    handlers.handle(
      "sso",
      ({ urlParams }) => Effect.map(verifySso(urlParams, { salt }), ({ resourceId }) => `<h1>${resourceId}</h1>`)
    )
)

const api = HttpApiBuilder.api(AddonProviderApi).pipe(
  Layer.provide([resources, dashboard]),
  Layer.provide(layerAuth({ username, password: Redacted.make(password) }))
)

/** The provider as a function from requests to responses. */
const served = Effect.acquireRelease(
  Effect.sync(() => HttpApiBuilder.toWebHandler(Layer.mergeAll(api, HttpServer.layerContext))),
  ({ dispose }) => Effect.promise(dispose)
)

const send = (
  method: string,
  path: string,
  options: { readonly body?: unknown; readonly auth?: string | null } = {}
) =>
  Effect.gen(function*() {
    const { handler } = yield* served
    const auth = options.auth === undefined ? basic(username, password) : options.auth
    const response = yield* Effect.promise(() =>
      handler(
        new Request(`https://myaddon.com${path}`, {
          method,
          headers: {
            accept: "application/json",
            ...(auth === null ? {} : { authorization: auth }),
            ...(options.body === undefined ? {} : { "content-type": "application/json" })
          },
          ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) })
        })
      )
    )
    const text = yield* Effect.promise(() => response.text())
    return { status: response.status, type: response.headers.get("content-type"), text }
  })

const basic = (user: string, secret: string) => `Basic ${Buffer.from(`${user}:${secret}`).toString("base64")}`

describe("the endpoints of a provider", () => {
  it.scoped("provision an addon", () =>
    Effect.gen(function*() {
      const body = { plan: "free", app_id: "app-name-id", options: {} }
      const response = yield* send("POST", "/resources", { body })
      assert.strictEqual(response.status, 201)
      assert.deepStrictEqual(JSON.parse(response.text), {
        id: "addon-of-app-name-id",
        config: { EXAMPLE_VAR1: "plan=free" },
        message: "Addon has been provisioned"
      })
      const without = yield* send("POST", "/resources", { body: { plan: "free", app_id: "a" } })
      assert.strictEqual(without.status, 201)
    }))

  it.scoped("change a plan", () =>
    Effect.gen(function*() {
      const body = { plan: "premium", options: { size: 3 } }
      const response = yield* send("PUT", "/resources/addon-id-1", { body })
      assert.deepStrictEqual([response.status, JSON.parse(response.text)], [200, { message: "now premium" }])
      assert.strictEqual((yield* send("PUT", "/resources/none", { body })).status, 404)
    }))

  it.scoped("deprovision an addon", () =>
    Effect.gen(function*() {
      const response = yield* send("DELETE", "/resources/addon-id-1")
      assert.deepStrictEqual([response.status, response.text], [204, ""])
    }))

  it.scoped("refuse a request with a message", () =>
    Effect.gen(function*() {
      const response = yield* send("POST", "/resources", { body: { plan: "sold-out", app_id: "a" } })
      assert.strictEqual(response.status, 422)
      assert.strictEqual(JSON.parse(response.text).error, "there is none left")
    }))

  it.scoped("require the credentials of the manifest", () =>
    Effect.gen(function*() {
      const wrong = [
        null,
        "",
        "Basic",
        "Basic !!!",
        basic("", ""),
        basic(username, ""),
        basic(username, `${password}x`),
        basic(username, password.slice(0, -1)),
        basic(username, password.split(":")[0]!),
        basic("someone", password),
        `Bearer ${basic(username, password).slice("Basic ".length)}`,
        `Basic ${Buffer.from(username).toString("base64")}`
      ]
      for (const auth of wrong) {
        const body = { plan: "free", app_id: "a" }
        for (
          const response of [
            yield* send("POST", "/resources", { auth, body }),
            yield* send("PUT", "/resources/addon-id-1", { auth, body }),
            yield* send("DELETE", "/resources/addon-id-1", { auth })
          ]
        ) assert.strictEqual(response.status, 401, String(auth))
      }
      const shouting = basic(username, password).replace("Basic", "BASIC")
      assert.strictEqual((yield* send("DELETE", "/resources/a", { auth: shouting })).status, 204)
    }))

  it.scoped("refuse an invalid body", () =>
    Effect.gen(function*() {
      assert.strictEqual((yield* send("POST", "/resources", { body: { plan: 3 } })).status, 400)
    }))

  it.scopedLive("show the dashboard to users with a valid sign-on link", () =>
    Effect.gen(function*() {
      const { id, timestamp, token } = yield* signSso("addon-id-1", { salt })
      const link = `/sso?id=${id}&timestamp=${timestamp}&token=${Redacted.value(token)}`
      const response = yield* send("GET", link, { auth: null })
      assert.deepStrictEqual([response.status, response.text], [200, "<h1>addon-id-1</h1>"])
      assert.match(response.type ?? "", /^text\/html/)
      const forged = yield* send("GET", link.replace("addon-id-1", "addon-id-2"), { auth: null })
      assert.strictEqual(forged.status, 403)
      assert.notInclude(forged.text, Redacted.value(salt))
    }))

  it.scoped("can be called with Effect's HttpApiClient", () =>
    Effect.gen(function*() {
      const { handler } = yield* served
      const http = HttpClient.make((request, url) =>
        Effect.promise(async () => {
          const body = request.body._tag === "Uint8Array" ? { body: new TextDecoder().decode(request.body.body) } : {}
          const sent = new Request(url, { method: request.method, headers: request.headers, ...body })
          return HttpClientResponse.fromWeb(request, await handler(sent))
        })
      )
      const client = yield* HttpApiClient.makeWith(AddonProviderApi, {
        baseUrl: "https://myaddon.com",
        httpClient: HttpClient.mapRequest(http, HttpClientRequest.basicAuth(username, password))
      })
      const made = yield* client.resources.provision({ payload: { plan: "free", app_id: "a" } })
      assert.strictEqual(made.id, "addon-of-a")
      assert.strictEqual(Redacted.value(made.config!["EXAMPLE_VAR1"]!), "plan=free")
      const refused = yield* Effect.flip(client.resources.provision({ payload: { plan: "sold-out", app_id: "a" } }))
      assert.strictEqual(refused._tag, "AddonRefused")
      yield* client.resources.deprovision({ path: { resourceId: made.id } })
    }))

  it.scoped("can be served under other paths, and accept an addon that is not ready yet", () =>
    Effect.gen(function*() {
      class Elsewhere extends HttpApi.make("elsewhere")
        .add(AddonResources.prefix("/scalingo/resources"))
        .add(AddonDashboard.prefix("/dashboard"))
      {}
      const later = HttpApiBuilder.group(Elsewhere, "resources", (handlers) =>
        handlers
          .handleRaw("provision", () => HttpServerResponse.unsafeJson({ id: "r-1" }, { status: 202 }))
          .handle("changePlan", () => Effect.succeed({}))
          .handle("deprovision", () => Effect.void))
      const redirect = HttpApiBuilder.group(Elsewhere, "dashboard", (handlers) =>
        handlers.handleRaw("sso", () =>
          Effect.succeed(HttpServerResponse.redirect("https://dashboard.myaddon.com"))))
      const { dispose, handler } = HttpApiBuilder.toWebHandler(Layer.mergeAll(
        HttpApiBuilder.api(Elsewhere).pipe(
          Layer.provide([later, redirect]),
          Layer.provide(layerAuth({ username, password: Redacted.make(password) }))
        ),
        HttpServer.layerContext
      ))
      yield* Effect.addFinalizer(() =>
        Effect.promise(dispose)
      )
      const provisioned = yield* Effect.promise(() =>
        handler(
          new Request("https://addonhost.com/scalingo/resources", {
            method: "POST",
            headers: { authorization: basic(username, password), "content-type": "application/json" },
            body: JSON.stringify({ plan: "free", app_id: "a" })
          })
        )
      )
      assert.strictEqual(provisioned.status, 202)
      const shown = yield* Effect.promise(() =>
        handler(new Request("https://addonhost.com/dashboard/sso?id=1&timestamp=1&token=x"))
      )
      assert.strictEqual(shown.status, 302)
    }))
})

describe("a sign-on link", () => {
  const now = DateTime.unsafeMake("2024-05-06T07:08:09Z")
  const timestamp = String(now.epochMillis / 1000)
  const sign = (id: string, at: string) =>
    createHash("sha1").update(`${id}:${Redacted.value(salt)}:${at}`).digest("hex")
  const secret = (query: { id: string; timestamp: string; token: string }) => ({
    ...query,
    token: Redacted.make(query.token)
  })
  const reasonOf = (query: { id: string; timestamp: string; token: string }) =>
    verifySso(secret(query), { salt }).pipe(Effect.flip, Effect.map((error) => error.reason))

  it.effect("is accepted when it is signed by the documented algorithm", () =>
    Effect.gen(function*() {
      yield* TestClock.setTime(now.epochMillis)
      // echo -n 'addon-id-1:esidTavOnreboudWavwoadBildyon3:1714979289' | sha1sum
      const known = "3f73d7768a139666d878e4402b270f4a3fc79413"
      assert.strictEqual(timestamp, "1714979289")
      const token = sign("addon-id-1", timestamp)
      const login = yield* verifySso(secret({ id: "addon-id-1", timestamp, token }), { salt })
      assert.strictEqual(login.resourceId, "addon-id-1")
      assert.strictEqual(login.issuedAt.epochMillis, now.epochMillis)
      const signed = yield* signSso("addon-id-1", { salt })
      assert.deepStrictEqual(
        { ...signed, token: Redacted.value(signed.token) },
        { id: "addon-id-1", timestamp, token }
      )
      assert.strictEqual(token, known)
    }))

  it.effect("can have an id of any characters", () =>
    Effect.gen(function*() {
      yield* TestClock.setTime(now.epochMillis)
      for (const id of ["", "a:b", "é¢¼", "x".repeat(255)]) {
        const login = yield* verifySso(secret({ id, timestamp, token: sign(id, timestamp) }), { salt })
        assert.strictEqual(login.resourceId, id)
      }
    }))

  it.effect("is refused when one digit of the token differs, or when it is too short or too long", () =>
    Effect.gen(function*() {
      yield* TestClock.setTime(now.epochMillis)
      const token = sign("addon-id-1", timestamp)
      const wrong = [
        ...Array.from(token, (digit, i) => token.slice(0, i) + (digit === "0" ? "1" : "0") + token.slice(i + 1)),
        "",
        token.slice(1),
        token.slice(0, -1),
        `${token}0`,
        token + token,
        token.toUpperCase(),
        sign("addon-id-2", timestamp),
        sign("addon-id-1", String(Number(timestamp) + 1)),
        createHash("sha1").update(`addon-id-1:other-salt:${timestamp}`).digest("hex")
      ]
      for (const candidate of wrong) {
        assert.strictEqual(yield* reasonOf({ id: "addon-id-1", timestamp, token: candidate }), "mismatch", candidate)
      }
    }))

  it.effect("is refused when its timestamp is too old or too far in the future", () =>
    Effect.gen(function*() {
      const query = { id: "a", timestamp, token: sign("a", timestamp) }
      for (const [seconds, fresh] of [[0, true], [300, true], [301, false], [-300, true], [-301, false]] as const) {
        yield* TestClock.setTime(now.epochMillis + seconds * 1000)
        const exit = yield* Effect.exit(verifySso(secret(query), { salt }))
        assert.strictEqual(Exit.isSuccess(exit), fresh, `${seconds} s`)
        if (!fresh) assert.strictEqual(yield* reasonOf(query), "expired")
      }
      yield* TestClock.setTime(now.epochMillis + 20_000)
      assert.isTrue(Exit.isFailure(yield* Effect.exit(verifySso(secret(query), { salt, maxAge: "10 seconds" }))))
      assert.isTrue(Exit.isSuccess(yield* Effect.exit(verifySso(secret(query), { salt, maxAge: "1 hour" }))))
    }))

  it.effect("is refused when its timestamp is malformed, even when it is signed", () =>
    Effect.gen(function*() {
      for (const odd of ["", "now", "-1", "1e9", "1714979289.5", " 1714979289", "0x10", "9".repeat(12)]) {
        assert.strictEqual(yield* reasonOf({ id: "a", timestamp: odd, token: sign("a", odd) }), "malformed", odd)
      }
    }))
})

describe("the manifest", () => {
  const manifest = {
    name: "Example Addon",
    username,
    password,
    sso_salt: Redacted.value(salt),
    logo_url: "//cdn.myaddon.com/logo.png",
    short_description: "This addon is providing an awesome tool",
    description: "# Example Addon",
    log_drain: true,
    config_vars: ["EXAMPLE_VARIABLE_1"],
    production: { base_url: "https://myaddon.com/resources", sso_url: "https://dashboard.myaddon.com/sso" },
    test: { base_url: "http://localhost:3000/resources", sso_url: "https://localhost:3001/sso" },
    plans: [{ name: "free", display_name: "Free Tier addon", price: 0, description: "Markdown" }]
  }

  it("is decoded and encoded, and never shows its secrets", () => {
    const read = Schema.decodeUnknownSync(AddonManifest)(manifest)
    assert.notInclude(JSON.stringify(read), password)
    assert.notInclude(JSON.stringify(read), Redacted.value(salt))
    assert.deepStrictEqual(Schema.encodeSync(AddonManifest)(read), manifest as never)
  })

  it("must name at least one variable", () => {
    assert.throws(() => Schema.decodeUnknownSync(AddonManifest)({ ...manifest, config_vars: [] }))
  })
})
