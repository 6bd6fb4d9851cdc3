/**
 * Descriptions of endpoints, and calls to them. Every resource is written on these.
 */
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import type { ApiClient, ApiRequest, Credential, HttpMethod, QueryValue } from "../ApiClient.js"
import type { ResponseDecoder } from "../ResponseDecoder.js"
import { InvalidRequest, type ScalingoError } from "../ScalingoError.js"
import type { BodyEncoder } from "./requestBody.js"

/** The names behind the colons of a path template. */
export type PathParams<Path extends string> = Path extends `${infer Head}/${infer Tail}`
  ? PathParams<Head> | PathParams<Tail>
  : Path extends `:${infer Name}` ? Name
  : never

interface EndpointOptions<Body> {
  readonly body?: BodyEncoder<Body> | undefined
  /** By default every method but POST is idempotent. */
  readonly idempotent?: boolean | undefined
  readonly credential?: Credential | undefined
  /** Statuses that count as success in addition to 2xx. */
  readonly acceptStatus?: ReadonlyArray<number> | undefined
}

/** What all calls of an endpoint have in common. */
export interface Endpoint<Path extends string, Body, A> extends EndpointOptions<Body> {
  /** `Resource.method` */
  readonly name: string
  readonly method: HttpMethod
  /** As the documentation writes it: `/apps/:app/addons/:addonId`. */
  readonly path: Path
  readonly response: ResponseDecoder<A>
}

/** Describes an endpoint: `endpoint("Apps.get", "GET /apps/:app", Decode.root("app", App))`. */
export const endpoint = <const Path extends string, A, Body = never>(
  name: string,
  request: `${HttpMethod} ${Path}`,
  response: ResponseDecoder<A>,
  options?: EndpointOptions<Body>
): Endpoint<Path, Body, A> => {
  const space = request.indexOf(" ")
  return {
    name,
    method: request.slice(0, space) as HttpMethod,
    path: request.slice(space + 1) as Path,
    response,
    ...options
  }
}

/** What a single call adds. */
export type CallInput<Path extends string, Body> =
  & ([PathParams<Path>] extends [never] ? { readonly path?: undefined }
    : { readonly path: { readonly [Name in PathParams<Path>]: string } })
  & ([Body] extends [never] ? { readonly body?: undefined } : { readonly body: Body })
  & {
    readonly query?: { readonly [name: string]: QueryValue } | undefined
    readonly headers?: { readonly [name: string]: string } | undefined
    readonly credential?: Credential | undefined
  }

const toRequest = <Path extends string, Body, A>(
  endpoint: Endpoint<Path, Body, A>,
  input: CallInput<Path, Body>,
  body: unknown
): ApiRequest<A> => ({
  name: endpoint.name,
  method: endpoint.method,
  path: endpoint.path,
  pathParams: input.path,
  query: input.query,
  headers: input.headers,
  body,
  decoder: endpoint.response,
  idempotent: endpoint.idempotent,
  credential: input.credential ?? endpoint.credential,
  acceptStatus: endpoint.acceptStatus
})

/** Calls an endpoint. Fails with `InvalidRequest` when the body does not fit its schema. */
export const call = <Path extends string, Body, A>(
  api: ApiClient,
  endpoint: Endpoint<Path, Body, A>,
  input: CallInput<Path, Body>
): Effect.Effect<A, ScalingoError> => {
  if (endpoint.body === undefined) return api.request(toRequest(endpoint, input, undefined))
  const encoder = endpoint.body
  return Effect.suspend(() =>
    Either.match(encoder.encode(input.body as Body), {
      onLeft: ({ expected, field }) => Effect.fail(new InvalidRequest({ endpoint: endpoint.name, field, expected })),
      onRight: (body) => api.request(toRequest(endpoint, input, body))
    })
  )
}
