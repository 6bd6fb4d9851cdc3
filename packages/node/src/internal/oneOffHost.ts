/**
 * The requests to the host of a one-off container, which the platform names once the container runs. They have a bearer
 * as the password of basic authentication, and none of them is traced: the URL and the bearer together give access to a
 * shell.
 */
import type { ConnectClientService, ConnectError, Connection } from "@effect-scalingo/core/ConnectClient"
import type { ScalingoError } from "@effect-scalingo/core/ScalingoError"
import type { TokenManagerService } from "@effect-scalingo/core/TokenManager"
import { withoutRedirects } from "@effect-scalingo/core/Transport"
import type * as HttpBody from "@effect/platform/HttpBody"
import * as HttpClient from "@effect/platform/HttpClient"
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as ExecutionStrategy from "effect/ExecutionStrategy"
import * as Exit from "effect/Exit"
import * as Redacted from "effect/Redacted"
import * as Scope from "effect/Scope"
import { authorityOf } from "./dial.js"
import { wordsOf } from "./systemError.js"

/** There is no response. */
export class NoResponse extends Data.TaggedError("NoResponse")<{ readonly message: string }> {}

export interface HostResponse {
  readonly status: number
  readonly text: string
}

export interface OneOffHost {
  /** Sends a request to the URL, with `suffix` behind its path. A response with any status is a success. */
  readonly request: (
    method: "GET" | "POST" | "PUT",
    suffix: string,
    body?: HttpBody.HttpBody
  ) => Effect.Effect<HostResponse, NoResponse | ScalingoError>
  /** Opens the terminal. Any status is a success. */
  readonly connect: Effect.Effect<Connection, ConnectError | ScalingoError, Scope.Scope>
}

export interface HostDependencies {
  readonly client: HttpClient.HttpClient
  readonly connectClient: ConnectClientService
  readonly tokens: TokenManagerService
  readonly userAgent: string
}

const basic = (bearer: Redacted.Redacted): string =>
  `Basic ${Buffer.from(`:${Redacted.value(bearer)}`).toString("base64")}`

/** Whether a later attempt may succeed. */
export const isTransient = (status: number): boolean => status === 429 || status >= 500

/** `url` must have passed the check of trusted hosts. */
export const make = ({ client, connectClient, tokens, userAgent }: HostDependencies, url: URL): OneOffHost => {
  const silent = HttpClient.withTracerPropagation(HttpClient.withTracerDisabledWhen(client, () => true), false)

  /** A refused bearer is reported, and another one is used if there is one. */
  const withBearer = <A extends { readonly status: number }, E, R>(
    attempt: (authorization: string) => Effect.Effect<A, E, R>
  ): Effect.Effect<A, E | ScalingoError, R> =>
    Effect.gen(function*() {
      const bearer = yield* tokens.get
      const first = yield* attempt(basic(bearer))
      if (first.status !== 401 || !(yield* tokens.reject(bearer))) return first
      return yield* attempt(basic(yield* tokens.get))
    })

  return {
    request: (method, suffix, body) => {
      const target = new URL(url)
      target.pathname = target.pathname.replace(/\/+$/, "") + suffix
      return withBearer((authorization) => {
        const bare = HttpClientRequest.make(method)(target, {
          headers: { authorization, accept: "application/json", "user-agent": userAgent }
        })
        return silent.execute(body === undefined ? bare : HttpClientRequest.setBody(bare, body)).pipe(
          withoutRedirects,
          Effect.flatMap((response) => Effect.map(response.text, (text) => ({ status: response.status, text }))),
          // The error of the client holds the URL and the bearer.
          Effect.mapError(({ cause }) => new NoResponse({ message: `${authorityOf(url)}: ${wordsOf(cause)}` }))
        )
      })
    },
    connect: withBearer((authorization) =>
      Effect.gen(function*() {
        const scope = yield* Scope.fork(yield* Effect.scope, ExecutionStrategy.sequential)
        const connection = yield* Scope.extend(
          connectClient.connect({ url, headers: { authorization, "user-agent": userAgent } }),
          scope
        )
        if (connection.status !== 200) yield* Scope.close(scope, Exit.void)
        return connection
      })
    )
  }
}
