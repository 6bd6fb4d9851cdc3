/**
 * The description of an endpoint, and the calls made from it. Resources are written on these few forms.
 */
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import type * as Stream from "effect/Stream"
import type { AnswerDecoder, ApiClient, Credential, HttpMethod, QueryValue, Repeatability } from "../ApiRequest.js"
import type { Page, PageOptions, WalkOptions } from "../Pagination.js"
import { walkPages } from "../Pagination.js"
import { InvalidRequest, type ScalingoError } from "../ScalingoError.js"
import { type BodyEncoder, checkPage } from "./requestBody.js"

/** The names behind the colons of a path template. */
export type PathParams<Path extends string> = Path extends `${infer Head}/${infer Tail}`
  ? PathParams<Head> | PathParams<Tail>
  : Path extends `:${infer Name}` ? Name
  : never

/** What does not change from call to call. */
export interface Endpoint<Path extends string, Body, A> {
  /** `Resource.method`. */
  readonly name: string
  readonly method: HttpMethod
  /** As the documentation writes it: `/apps/:app/addons/:addonId`. */
  readonly path: Path
  readonly body?: BodyEncoder<Body> | undefined
  readonly response: AnswerDecoder<A>
  /** Only where the method does not tell: a POST that may be repeated, a PATCH that may not. */
  readonly repeatability?: Repeatability | undefined
  readonly credential?: Credential | undefined
  /** Statuses that are a success beside 2xx. */
  readonly acceptStatus?: ReadonlyArray<number> | undefined
}

export const endpoint = <const Path extends string, A, Body = never>(
  spec: Endpoint<Path, Body, A>
): Endpoint<Path, Body, A> => spec

/** What a call adds. */
export type CallInput<Path extends string, Body> =
  & ([PathParams<Path>] extends [never] ? { readonly path?: undefined }
    : { readonly path: { readonly [Name in PathParams<Path>]: string } })
  & ([Body] extends [never] ? { readonly body?: undefined } : { readonly body: Body })
  & {
    readonly query?: { readonly [name: string]: QueryValue } | undefined
    readonly headers?: { readonly [name: string]: string } | undefined
    readonly credential?: Credential | undefined
  }

/** The request as `ApiClient.request` takes it; fails when the body does not fit its schema. */
const toRequest = <Path extends string, Body, A>(
  spec: Endpoint<Path, Body, A>,
  input: CallInput<Path, Body>,
  body: unknown
) => ({
  name: spec.name,
  method: spec.method,
  path: spec.path,
  pathParams: input.path,
  query: input.query,
  headers: input.headers,
  body,
  decoder: spec.response,
  repeatability: spec.repeatability,
  credential: input.credential ?? spec.credential,
  acceptStatus: spec.acceptStatus
})

/**
 * One call. `api` is anything with `request`: for a database it is the `DatabaseApi` bound to its database, see
 * `databaseClient`.
 */
export const call = <Path extends string, Body, A>(
  api: ApiClient,
  spec: Endpoint<Path, Body, A>,
  input: CallInput<Path, Body>
): Effect.Effect<A, ScalingoError> => {
  if (spec.body === undefined) return api.request(toRequest(spec, input, undefined))
  const encoder = spec.body
  return Effect.suspend(() =>
    Either.match(encoder.encode(input.body as Body), {
      onLeft: ({ expected, field }) => Effect.fail(new InvalidRequest({ endpoint: spec.name, field, expected })),
      onRight: (body) => api.request(toRequest(spec, input, body))
    })
  )
}

/** One page: `page` and `per_page` are checked before anything is sent, and the answer must be the page asked for. */
export const callPage = <Path extends string, A>(
  api: ApiClient,
  spec: Endpoint<Path, never, Page<A>>,
  input: CallInput<Path, never>,
  options?: PageOptions
): Effect.Effect<Page<A>, ScalingoError> =>
  Effect.suspend(() => {
    const wrong = checkPage(spec.name, options)
    if (wrong !== undefined) return Effect.fail(wrong)
    const checked = options?.page === undefined ? spec : { ...spec, response: expectPage(spec.response, options.page) }
    return call(api, checked, {
      ...input,
      query: { ...input.query, page: options?.page, per_page: options?.perPage }
    } as CallInput<Path, never>)
  })

/** The items of all pages. */
export const callPages = <Path extends string, A>(
  api: ApiClient,
  spec: Endpoint<Path, never, Page<A>>,
  input: CallInput<Path, never>,
  options?: WalkOptions
): Stream.Stream<A, ScalingoError> =>
  walkPages((page) => callPage(api, spec, input, { page, perPage: options?.perPage }), options)

const expectPage = <A>(decoder: AnswerDecoder<Page<A>>, page: number): AnswerDecoder<Page<A>> => ({
  decode: (answer) =>
    Either.flatMap(decoder.decode(answer), (value) =>
      value.pagination.current_page === page
        ? Either.right(value)
        : Either.left({
          path: "meta.pagination.current_page",
          reason: `Expected page ${page}, the one that was asked for`,
          // Not even a lenient caller gets it: a walk over the same page again and again would never end.
          value
        }))
})
