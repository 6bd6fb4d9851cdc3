/**
 * Decoders of answers, for requests that one makes oneself with `RegionalApi.request` and the other APIs.
 *
 * @since 0.1.0
 */
import type * as Schema from "effect/Schema"
import type { AnswerDecoder } from "./ApiRequest.js"
import * as internal from "./internal/response.js"
import type { Page } from "./Pagination.js"

/**
 * The whole body, by a schema.
 *
 * @category constructors
 */
export const json: <A, I>(schema: Schema.Schema<A, I>) => AnswerDecoder<A> = internal.json

/**
 * What stands below a root key, by a schema: `root("app", App)`.
 *
 * @category constructors
 */
export const root: <A, I>(name: string, schema: Schema.Schema<A, I>) => AnswerDecoder<A> = internal.root

/**
 * The list below a root key: `list("apps", App)`.
 *
 * @category constructors
 */
export const list: <A, I>(name: string, item: Schema.Schema<A, I>) => AnswerDecoder<ReadonlyArray<A>> = internal.list

/**
 * A page: the list below a root key, and `meta.pagination`. `Pagination.walkPages` makes a stream of such pages.
 *
 * @category constructors
 */
export const page: <A, I>(name: string, item: Schema.Schema<A, I>) => AnswerDecoder<Page<A>> = internal.page

/**
 * Any JSON, as it came.
 *
 * @category constructors
 */
export const anyJson: AnswerDecoder<unknown> = internal.anyJson

/**
 * The body as text.
 *
 * @category constructors
 */
export const text: AnswerDecoder<string> = internal.text

/**
 * Nothing, whatever the body is.
 *
 * @category constructors
 */
export const empty: AnswerDecoder<void> = internal.empty
