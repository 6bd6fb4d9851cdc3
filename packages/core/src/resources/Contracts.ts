/**
 * The contracts between an account and Scalingo.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { AuthApi } from "../client/ApiClient.js"
import { call, endpoint } from "../client/internal/endpoint.js"
import { body } from "../client/internal/requestBody.js"
import * as Decode from "../client/ResponseDecoder.js"
import type { ScalingoError } from "../client/ScalingoError.js"
import { struct } from "../internal/lazySchema.js"
import { nullish, openEnum, optionalTimestamp } from "../schema/ScalingoSchema.js"

/**
 * A text or a URL in the languages of Scalingo.
 *
 * @category schemas
 */
export const LocalizedText = struct(() => ({
  en: nullish(Schema.String),
  fr: nullish(Schema.String)
}))

export interface LocalizedText extends Schema.Schema.Type<typeof LocalizedText> {}

/**
 * A document of a contract.
 *
 * @category schemas
 */
export const ContractDocument = struct(() => ({
  name: nullish(LocalizedText),
  /** A short form of the name. */
  short: nullish(LocalizedText),
  /** URLs of the document as a web page. */
  web: nullish(LocalizedText),
  /** URLs of the document as PDF. */
  pdf: nullish(LocalizedText)
}))

export interface ContractDocument extends Schema.Schema.Type<typeof ContractDocument> {}

/**
 * When and in which language a contract was accepted.
 *
 * @category schemas
 */
export const ContractAcceptance = struct(() => ({
  on: optionalTimestamp,
  locale: nullish(Schema.String)
}))

export interface ContractAcceptance extends Schema.Schema.Type<typeof ContractAcceptance> {}

/**
 * When and why a contract was refused.
 *
 * @category schemas
 */
export const ContractRefusal = struct(() => ({
  on: optionalTimestamp,
  reason: nullish(Schema.String)
}))

export interface ContractRefusal extends Schema.Schema.Type<typeof ContractRefusal> {}

/**
 * One version of a contract.
 *
 * @category schemas
 */
export const Contract = struct(() => ({
  id: nullish(Schema.String),
  version: nullish(Schema.String),
  /** Whether there is no newer version. */
  latest: nullish(Schema.Boolean),
  /** The services that require it. */
  required_for: nullish(Schema.Array(openEnum("platform", "hds"))),
  /** When it takes effect. */
  enroll_at: optionalTimestamp,
  next_version_id: nullish(Schema.String),
  /** The contract that must be accepted before this one. */
  depends_on_id: nullish(Schema.String),
  documents: nullish(Schema.Array(ContractDocument)),
  name: nullish(LocalizedText),
  /** A short form of the name. */
  short: nullish(LocalizedText),
  /** URLs of an article that explains it. */
  blog_article: nullish(LocalizedText),
  published_at: optionalTimestamp,
  /** `null` until it is accepted. */
  accepted: nullish(ContractAcceptance),
  refused: nullish(ContractRefusal)
}))

export interface Contract extends Schema.Schema.Type<typeof Contract> {}

/**
 * The acceptance of a contract.
 *
 * @category schemas
 */
export const AcceptContract = struct(() => ({
  /** The language of the accepted text. */
  locale: openEnum("en", "fr")
}))

export interface AcceptContract extends Schema.Schema.Type<typeof AcceptContract> {}

/**
 * The methods of {@link Contracts}. Scalingo documents none of them; they come from the official JavaScript client.
 *
 * @category models
 */
export interface ContractsService {
  /**
   * The contracts of the account: `GET /contracts`.
   *
   * @experimental the documentation does not have this endpoint, only the official JavaScript client
   */
  readonly list: Effect.Effect<ReadonlyArray<Contract>, ScalingoError>

  /**
   * The contracts that are no longer in force: `GET /contracts/history`.
   *
   * @experimental the documentation does not have this endpoint, only the official JavaScript client
   */
  readonly history: Effect.Effect<ReadonlyArray<Contract>, ScalingoError>

  /**
   * One contract: `GET /contracts/:contractId`.
   *
   * @experimental the documentation does not have this endpoint, only the official JavaScript client
   */
  readonly get: (contractId: string) => Effect.Effect<Contract, ScalingoError>

  /**
   * Accepts a contract: `POST /contracts/:contractId/accept`.
   *
   * @experimental the documentation does not have this endpoint, only the official JavaScript client
   */
  readonly accept: (contractId: string, acceptance: AcceptContract) => Effect.Effect<Contract, ScalingoError>
}

/**
 * Contracts of the account.
 *
 * @category tags
 */
export class Contracts extends Context.Tag("@effect-scalingo/core/Contracts")<Contracts, ContractsService>() {}

const contract = Decode.root("contract", Contract)
const contracts = Decode.list("contracts", Contract)

const list = endpoint("Contracts.list", "GET /contracts", contracts)
const history = endpoint("Contracts.history", "GET /contracts/history", contracts)
const get = endpoint("Contracts.get", "GET /contracts/:contractId", contract)
const accept = endpoint("Contracts.accept", "POST /contracts/:contractId/accept", contract, {
  body: body(AcceptContract)
})

export const make: Effect.Effect<ContractsService, never, AuthApi> = Effect.map(AuthApi, (api) =>
  Contracts.of({
    list: call(api, list, {}),
    history: call(api, history, {}),
    get: (contractId) => call(api, get, { path: { contractId } }),
    accept: (contractId, acceptance) => call(api, accept, { path: { contractId }, body: acceptance })
  }))

export const layer: Layer.Layer<Contracts, never, AuthApi> = Layer.effect(Contracts, make)
