import { AuthApi, RegionalApi } from "@effect-scalingo/core/ApiClient"
import * as Collaborators from "@effect-scalingo/core/Collaborators"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Redacted } from "effect"
import { inspect } from "node:util"
import { answering } from "./answering.js"

const shown = (value: unknown) => [inspect(value, { depth: null }), JSON.stringify(value), String(value)].join("\n")

const withBody = (body: unknown) => {
  const regional = answering(() => ({ body }))
  const auth = answering(() => ({ body }))
  const apis = Layer.merge(Layer.succeed(RegionalApi, regional.api), Layer.succeed(AuthApi, auth.api))
  return { regional: regional.requests, auth: auth.requests, apis }
}

describe("Collaborators", () => {
  const collaborator = {
    id: "54101e25736f7563d5060000",
    email: "collaborator@example.com",
    user_id: null,
    username: "n/a",
    tfa_status: null,
    status: "pending",
    is_limited: false,
    invitation_link: "https://my.scalingo.com/apps/collaboration?token=abc123",
    app_id: "54100930736f7563d5030000",
    app_name: "my-app"
  }
  const collaborators = (body: unknown) => {
    const { apis, regional } = withBody(body)
    return Effect.map(Effect.provide(Collaborators.make, apis), (service) => ({ service, regional }))
  }

  for (const [form, body] of [["bare", collaborator], ["in a list", [collaborator]]] as const) {
    it.effect(`an invited collaborator that comes ${form}`, () =>
      Effect.gen(function*() {
        const { service } = yield* collaborators({ collaborator: body })
        const invited = yield* service.invite("my-app", { email: "collaborator@example.com" })
        assert.strictEqual(invited.id, collaborator.id)
        assert.notInclude(shown(invited), "abc123")
        assert.strictEqual(Redacted.value(invited.invitation_link), collaborator.invitation_link)
      }))
  }

  it.effect("an accepted invitation is not repeated, and gives the app with its root key and without", () =>
    Effect.gen(function*() {
      const app = {
        id: "54100930736f7563d5030000",
        name: "example-app",
        created_at: "2014-09-10T10:17:52.690+02:00",
        updated_at: "2014-09-10T10:17:52.690+02:00",
        git_url: "git@scalingo.com:example-app.git",
        last_deployed_at: null,
        last_deployed_by: null,
        owner: { username: "john", email: "user@example.com", id: "54100245736f7563d5000000" },
        url: "https://example-app.scalingo.io",
        links: { deployments_stream: "wss://deployments.scalingo.com/apps/example-app" }
      }
      const below = yield* collaborators({ app })
      assert.strictEqual((yield* below.service.acceptInvitation(Redacted.make("abc123"))).name, "example-app")
      assert.deepInclude(below.regional[0], { query: { token: "abc123" }, idempotent: false })
      const alone = yield* collaborators(app)
      assert.strictEqual((yield* alone.service.acceptInvitation("abc123")).name, "example-app")
    }))
})
