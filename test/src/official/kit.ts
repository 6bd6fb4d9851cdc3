/**
 * The official JavaScript client against the sandbox's server: a client that we did not write checks the sandbox.
 */
import type { Seed } from "@effect-scalingo/core/testing"
import { Sandbox } from "@effect-scalingo/core/testing"
import * as SandboxServer from "@effect-scalingo/node/SandboxServer"
import { Data, Effect, Redacted } from "effect"
import { type Client, clientFromToken } from "scalingo"

export { Fault, Sandbox } from "@effect-scalingo/core/testing"
export type { Seed } from "@effect-scalingo/core/testing"

/** How the official client fails: an `APIError`, which it does not export. */
export class Refused extends Data.TaggedError("Refused")<{
  readonly status: number
  readonly message: string
  readonly data: unknown
}> {}

const isApiError = (u: unknown): u is Error & { readonly status: number; readonly data: unknown } =>
  u instanceof Error && /^_?APIError$/.test(u.constructor.name) && "status" in u && "data" in u

/** A call of the official client; what is not its own error class is a defect. */
export const ask = <A>(call: () => Promise<A>): Effect.Effect<A, Refused> =>
  Effect.catchTag(Effect.tryPromise(call), "UnknownException", ({ error }) =>
    isApiError(error)
      ? Effect.fail(new Refused({ status: error.status, message: error.message, data: error.data }))
      : Effect.die(error))

/** How a call is refused. */
export const refusal = <A>(call: () => Promise<A>): Effect.Effect<Refused, A> => Effect.flip(ask(call))

/** The official client, signed in as it does it itself: with an API token that it exchanges. */
export const signIn = (options: { readonly as?: string; readonly region?: string } = {}): Effect.Effect<
  Client,
  Refused,
  SandboxServer.SandboxServer | Sandbox.Sandbox
> =>
  Effect.gen(function*() {
    const server = yield* SandboxServer.SandboxServer
    const sandbox = yield* Sandbox.Sandbox
    const token = options.as === undefined ? sandbox.token : sandbox.tokenOf(options.as)
    // Its base addresses are without a version: it adds `/v1/` itself.
    const withoutVersion = (url: string) => url.replace(/\/v1$/, "")
    return yield* ask(() =>
      clientFromToken(Redacted.value(token), {
        apiUrl: withoutVersion(server.apiUrl(options.region ?? "osc-fr1")),
        authApiUrl: withoutVersion(server.authUrl),
        billingApiUrl: server.billingUrl
      })
    )
  })

/** The server follows the TestClock, the official client the real one. */
export const withServer = (seed?: Seed.Seed, options?: SandboxServer.Options) =>
  Effect.provide(SandboxServer.layer(seed, { requestLimit: "unlimited", ...options }))

/** How long an operation of the sandbox takes, and a deployment. */
export const operationTime = "20 seconds"
export const deploymentTime = "90 seconds"

/** Something in a response: `at(page, "meta.pagination.total_count")`; `undefined` when it is not there. */
export const at = (value: unknown, path: string): unknown =>
  path.split(".").reduce<unknown>(
    (part, key) => typeof part === "object" && part !== null ? Reflect.get(part, key) : undefined,
    value
  )

/** The same property of each of a list. */
export const each = (list: ReadonlyArray<unknown>, path: string): ReadonlyArray<unknown> =>
  list.map((item) => at(item, path))
