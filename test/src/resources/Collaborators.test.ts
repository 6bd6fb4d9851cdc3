import { Collaborators, layer } from "@effect-scalingo/core/Collaborators"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Redacted } from "effect"
import { fakeService, json } from "../fakePlatform.js"
import { shown } from "../shown.js"

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

const collaborators = (body: unknown) => fakeService(Collaborators, layer, () => json(body))

describe("Collaborators", () => {
  for (const [form, body] of [["alone", collaborator], ["in a list", [collaborator]]] as const) {
    it.effect(`returns an invited collaborator whom the platform returns ${form}, without showing the link`, () =>
      Effect.gen(function*() {
        const { service } = yield* collaborators({ collaborator: body })
        const invited = yield* service.invite("my-app", { email: "collaborator@example.com" })
        assert.strictEqual(invited.id, collaborator.id)
        assert.notInclude(shown(invited), "abc123")
        assert.strictEqual(
          invited.invitation_link && Redacted.value(invited.invitation_link),
          collaborator.invitation_link
        )
      }))
  }

  it.effect("accepts an invitation only once, and reads the app with or without its root key", () =>
    Effect.gen(function*() {
      const rooted = yield* collaborators({ app })
      assert.strictEqual((yield* rooted.service.acceptInvitation(Redacted.make("abc123"))).name, "example-app")
      assert.strictEqual(rooted.sent[0]?.api, "regional")
      assert.deepStrictEqual(rooted.sent[0]?.query, { token: "abc123" })
      assert.isFalse(rooted.sent[0]?.request.idempotent)
      const bare = yield* collaborators(app)
      assert.strictEqual((yield* bare.service.acceptInvitation("abc123")).name, "example-app")
    }))
})
