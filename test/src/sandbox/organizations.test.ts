import { Organization } from "@effect-scalingo/core/Organizations"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { decodeListAt } from "./decodeResponse.js"
import { auth, listOf, Sandbox, sendTo, withSandbox } from "./sandboxClient.js"

describe("sandbox: organizations", () => {
  it.effect("are named by the company of the account", () =>
    Effect.gen(function*() {
      const [one] = yield* decodeListAt(Organization, yield* auth("GET", "/organizations"), "organizations")
      assert.deepStrictEqual([one?.name, one?.slug], ["Example Corp", "example-corp"])
      assert.deepStrictEqual(listOf(yield* auth("GET", "/organizations", { as: "alice" }), "organizations"), [])
      const sandbox = yield* Sandbox.Sandbox
      assert.strictEqual((yield* sendTo("GET", `${sandbox.urls.auth}/organizations`)).status, 401)
    }).pipe(withSandbox({ accounts: [{ username: "john", company: "Example Corp" }, { username: "alice" }] })))
})
