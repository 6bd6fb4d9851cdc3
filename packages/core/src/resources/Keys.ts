/**
 * The SSH public keys that an account pushes code with.
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
import { Owner } from "../schema/Owner.js"
import { nullish, optionalTimestamp } from "../schema/ScalingoSchema.js"

/**
 * An SSH public key of the account.
 *
 * @category schemas
 */
export const Key = struct(() => ({
  id: Schema.String,
  name: Schema.String,
  /** The public key in OpenSSH format: `ssh-rsa AAAA… user@host`. */
  content: Schema.String,
  /** The MD5 hash in pairs of hexadecimal digits. */
  fingerprint: nullish(Schema.String),
  created_at: optionalTimestamp,
  owner: nullish(Owner)
}))

export interface Key extends Schema.Schema.Type<typeof Key> {}

/**
 * The fields of a new key.
 *
 * @category schemas
 */
export const CreateKey = struct(() => ({
  name: Schema.NonEmptyString,
  /** The public key in OpenSSH format: `ssh-rsa AAAA… user@host`. */
  content: Schema.NonEmptyString
}))

export interface CreateKey extends Schema.Schema.Type<typeof CreateKey> {}

/**
 * The methods of {@link Keys}.
 *
 * @category models
 */
export interface KeysService {
  /**
   * The keys of the account: `GET /keys`.
   */
  readonly list: Effect.Effect<ReadonlyArray<Key>, ScalingoError>

  /**
   * One key: `GET /keys/:keyId`.
   */
  readonly get: (keyId: string) => Effect.Effect<Key, ScalingoError>

  /**
   * Adds a key to the account: `POST /keys`.
   */
  readonly create: (key: CreateKey) => Effect.Effect<Key, ScalingoError>

  /**
   * Removes a key from the account: `DELETE /keys/:keyId`.
   */
  readonly delete: (keyId: string) => Effect.Effect<void, ScalingoError>
}

/**
 * SSH public keys of the account.
 *
 * @category tags
 */
export class Keys extends Context.Tag("@effect-scalingo/core/Keys")<Keys, KeysService>() {}

const key = Decode.root("key", Key)

const list = endpoint("Keys.list", "GET /keys", Decode.list("keys", Key))
const get = endpoint("Keys.get", "GET /keys/:keyId", key)
const create = endpoint("Keys.create", "POST /keys", key, { body: body(CreateKey, "key") })
const remove = endpoint("Keys.delete", "DELETE /keys/:keyId", Decode.empty)

export const make: Effect.Effect<KeysService, never, AuthApi> = Effect.map(AuthApi, (api) =>
  Keys.of({
    list: call(api, list, {}),
    get: (keyId) => call(api, get, { path: { keyId } }),
    create: (key) => call(api, create, { body: key }),
    delete: (keyId) => call(api, remove, { path: { keyId } })
  }))

export const layer: Layer.Layer<Keys, never, AuthApi> = Layer.effect(Keys, make)
