/**
 * Decoders whose value is never unchecked.
 */
import * as Either from "effect/Either"
import type { ResponseDecoder } from "../ResponseDecoder.js"
import type { Endpoint } from "./endpoint.js"

/**
 * The same decoder without an unchecked value: a lenient client fails with `DecodeError` as well. For values that the
 * library itself goes on with, such as the hosts that bearers are sent to.
 */
export const strict = <A>(decoder: ResponseDecoder<A>): ResponseDecoder<A> => ({
  decode: (response) => Either.mapLeft(decoder.decode(response), ({ path, reason, value }) => ({ path, reason, value }))
})

/** The same endpoint with a strict decoder. */
export const strictly = <Path extends string, Body, A>(endpoint: Endpoint<Path, Body, A>): Endpoint<Path, Body, A> => ({
  ...endpoint,
  response: strict(endpoint.response)
})
