/**
 * Calls to the API of databases.
 */
import type * as Effect from "effect/Effect"
import type * as Stream from "effect/Stream"
import type { ApiClient, DatabaseApiClient, DatabaseRef } from "../../client/ApiClient.js"
import { call, type CallInput, type Endpoint } from "../../client/internal/endpoint.js"
import { callPage, callPages } from "../../client/internal/pages.js"
import type { Page, PageOptions, WalkOptions } from "../../client/Pagination.js"
import type { ScalingoError } from "../../client/ScalingoError.js"

type WithoutDatabaseId<Path extends string> = Path extends `${infer Head}/:databaseId${infer Tail}` ? `${Head}${Tail}`
  : Path

/** The input of a single call. The path parameter `databaseId` comes from the database. */
export type DatabaseCallInput<Path extends string, Body> = CallInput<WithoutDatabaseId<Path>, Body>

/** The API with the token of that database. */
const clientOf = (api: DatabaseApiClient, database: DatabaseRef): ApiClient => ({
  request: (request) => api.request(database, request)
})

const withDatabaseId = <Path extends string, Body>(
  database: DatabaseRef,
  path: Path,
  input: DatabaseCallInput<Path, Body>
): CallInput<Path, Body> => {
  const params: { readonly [name: string]: string } | undefined = input.path
  const filled = path.includes("/:databaseId") ? { ...params, databaseId: database.addonId } : params
  return { ...input, path: filled } as CallInput<Path, Body>
}

/** Calls an endpoint with the token of a database. */
export const callDatabase = <Path extends string, Body, A>(
  api: DatabaseApiClient,
  database: DatabaseRef,
  endpoint: Endpoint<Path, Body, A>,
  input: DatabaseCallInput<Path, Body>
): Effect.Effect<A, ScalingoError> =>
  call(clientOf(api, database), endpoint, withDatabaseId(database, endpoint.path, input))

/** One page of a list, with the token of a database. */
export const callDatabasePage = <Path extends string, A>(
  api: DatabaseApiClient,
  database: DatabaseRef,
  endpoint: Endpoint<Path, never, Page<A>>,
  input: DatabaseCallInput<Path, never>,
  options?: PageOptions
): Effect.Effect<Page<A>, ScalingoError> =>
  callPage(clientOf(api, database), endpoint, withDatabaseId(database, endpoint.path, input), options)

/** The items of all pages of a list, with the token of a database. */
export const callDatabasePages = <Path extends string, A>(
  api: DatabaseApiClient,
  database: DatabaseRef,
  endpoint: Endpoint<Path, never, Page<A>>,
  input: DatabaseCallInput<Path, never>,
  options?: WalkOptions
): Stream.Stream<A, ScalingoError> =>
  callPages(clientOf(api, database), endpoint, withDatabaseId(database, endpoint.path, input), options)
