/**
 * Raw requests to the sandbox. The tests of the sandbox do not use the client of the library.
 */
import { type Fault, Sandbox, type Seed } from "@effect-scalingo/core/testing"
import * as HttpClient from "@effect/platform/HttpClient"
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import { Effect, type Redacted } from "effect"

export { Fault, Sandbox, Seed } from "@effect-scalingo/core/testing"

export interface SandboxResponse {
  readonly status: number
  readonly headers: { readonly [name: string]: string }
  readonly text: string
  /** The body as JSON; `undefined` when it is not JSON. */
  readonly body: unknown
}

/** A value in the body of a response, or `undefined`: `at(response, "project.owner.id")`. */
export const at = (response: SandboxResponse, path: string): unknown =>
  path.split(".").reduce<unknown>(
    (value, key) => typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined,
    response.body
  )

/** A list in the body of a response, or an empty one. */
export const listOf = (response: SandboxResponse, path: string): ReadonlyArray<{ readonly [key: string]: unknown }> => {
  const list = at(response, path)
  return Array.isArray(list) ? list : []
}

export interface Send {
  readonly as?: string | undefined
  readonly bearer?: Redacted.Redacted | undefined
  readonly headers?: { readonly [name: string]: string } | undefined
  /** JSON, or bytes with the content type of the headers. */
  readonly body?: unknown
  readonly region?: string | undefined
}

type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE"

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

export const sendTo = (method: Method, url: string, options: Send = {}) =>
  Effect.gen(function*() {
    const client = yield* HttpClient.HttpClient
    let request = HttpClientRequest.make(method)(url, { headers: options.headers })
    if (options.bearer !== undefined) {
      request = HttpClientRequest.bearerToken(request, options.bearer)
    }
    if (options.body instanceof Uint8Array) {
      request = HttpClientRequest.bodyUint8Array(request, options.body, options.headers?.["content-type"])
    } else if (options.body !== undefined) request = HttpClientRequest.bodyUnsafeJson(request, options.body)
    const response = yield* client.execute(request)
    const text = yield* response.text
    const read: SandboxResponse = { status: response.status, headers: response.headers, text, body: parse(text) }
    return read
  })

/** Sends a request to the regional API; by default as the first account. */
export const api = (method: Method, path: string, options: Send = {}) =>
  Effect.gen(function*() {
    const sandbox = yield* Sandbox.Sandbox
    const bearer = options.bearer ?? (yield* sandbox.bearer(options.as))
    return yield* sendTo(method, `${sandbox.urls.api(options.region ?? "osc-fr1")}${path}`, { ...options, bearer })
  })

/** Sends a request to the auth API; by default as the first account. */
export const auth = (method: Method, path: string, options: Send = {}) =>
  Effect.gen(function*() {
    const sandbox = yield* Sandbox.Sandbox
    const bearer = options.bearer ?? (yield* sandbox.bearer(options.as))
    return yield* sendTo(method, `${sandbox.urls.auth}${path}`, { ...options, bearer })
  })

export const basic = (user: string, password: string) => ({
  authorization: `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`
})

export const withSandbox = (seed?: Seed.Seed, options?: Sandbox.Options) =>
  Effect.provide(Sandbox.layer(seed, { requestLimit: "unlimited", ...options }))

export const faulty = (fault: Fault.Fault, times = 1) =>
  Effect.flatMap(Sandbox.Sandbox, (sandbox) => sandbox.inject({ fault, times }))
