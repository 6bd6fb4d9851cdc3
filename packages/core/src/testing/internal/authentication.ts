/**
 * Authentication: bearers, API tokens, passwords and addon tokens.
 */
import * as Either from "effect/Either"
import * as Encoding from "effect/Encoding"
import { hour } from "./durations.js"
import type { Account, ApiToken } from "./models.js"
import type { State } from "./state.js"

export type Identity =
  | { readonly _tag: "None" }
  /** Wrong or expired credentials. `account` is the account whose username was given. */
  | { readonly _tag: "Wrong"; readonly account: Account | undefined }
  | { readonly _tag: "Bearer"; readonly account: Account }
  /** A bearer as the password of Basic authentication, as for attached one-offs. */
  | { readonly _tag: "BasicBearer"; readonly account: Account }
  | { readonly _tag: "Token"; readonly account: Account; readonly token: ApiToken }
  | { readonly _tag: "Password"; readonly account: Account }
  | { readonly _tag: "Addon"; readonly account: Account; readonly addonId: string }

const none: Identity = { _tag: "None" }
const wrong: Identity = { _tag: "Wrong", account: undefined }

/** User and password of Basic authentication. */
export const basicCredentials = (
  authorization: string | undefined
): { readonly user: string; readonly password: string } | undefined => {
  const match = /^basic\s+(.+)$/i.exec(authorization ?? "")
  if (match === null) return undefined
  const decoded = Encoding.decodeBase64String(match[1]!.trim())
  if (Either.isLeft(decoded)) return undefined
  const colon = decoded.right.indexOf(":")
  return colon === -1
    ? undefined
    : { user: decoded.right.slice(0, colon), password: decoded.right.slice(colon + 1) }
}

export const findAccount = (state: State, login: string): Account | undefined => {
  for (const account of state.accounts.values()) {
    if (account.deleted) continue
    if (account.username === login || account.email === login || account.id === login) return account
  }
  return undefined
}

const bearerAccount = (state: State, token: string): Account | undefined => {
  const bearer = state.bearers.get(token)
  return bearer !== undefined && state.now() < bearer.expiresAt ? state.accounts.get(bearer.accountId) : undefined
}

const identifyBasic = (state: State, user: string, password: string): Identity => {
  if (user === "") {
    for (const token of state.tokens.values()) {
      if (token.secret === password) {
        const account = state.accounts.get(token.accountId)
        return account === undefined ? wrong : { _tag: "Token", account, token }
      }
    }
    const account = bearerAccount(state, password)
    return account === undefined ? wrong : { _tag: "BasicBearer", account }
  }
  const account = findAccount(state, user)
  return account !== undefined && account.password === password
    ? { _tag: "Password", account }
    : { _tag: "Wrong", account }
}

export const identify = (state: State, authorization: string | undefined): Identity => {
  if (authorization === undefined) return none
  const basic = basicCredentials(authorization)
  if (basic !== undefined) return identifyBasic(state, basic.user, basic.password)
  const match = /^bearer\s+(.+)$/i.exec(authorization)
  if (match === null) return wrong
  const token = match[1]!.trim()
  const account = bearerAccount(state, token)
  if (account !== undefined) return { _tag: "Bearer", account }
  const addonToken = state.addonTokens.get(token)
  const holder = addonToken === undefined || state.now() >= addonToken.expiresAt
    ? undefined
    : state.accounts.get(addonToken.accountId)
  return addonToken === undefined || holder === undefined
    ? wrong
    : { _tag: "Addon", account: holder, addonId: addonToken.addonId }
}

/** A token in the form of a JWT. The sandbox looks tokens up in its state, and never reads their claims. */
const makeJwt = (
  state: State,
  claims: { readonly [name: string]: unknown },
  issuedAt: number,
  expiresAt: number
): string => {
  const part = (value: unknown) => Encoding.encodeBase64Url(JSON.stringify(value))
  const head = part({ alg: "HS256", typ: "JWT" })
  const payload = part({
    iss: "Scalingo Sandbox",
    iat: Math.floor(issuedAt / 1000),
    exp: Math.floor(expiresAt / 1000),
    jti: state.ids.uuid(),
    ...claims
  })
  return `${head}.${payload}.${Encoding.encodeBase64Url(state.ids.secret(32))}`
}

export const issueBearer = (state: State, account: Account): string => {
  const issuedAt = state.now()
  const expiresAt = issuedAt + state.settings.bearerLife
  const token = makeJwt(state, { uuid: account.id, username: account.username }, issuedAt, expiresAt)
  state.bearers.set(token, { accountId: account.id, expiresAt })
  return token
}

/** Issues a token for the database of an addon, valid for one hour. */
export const issueAddonToken = (state: State, account: Account, addonId: string): string => {
  const issuedAt = state.now()
  const expiresAt = issuedAt + hour
  const token = makeJwt(state, { uuid: account.id, addon: addonId }, issuedAt, expiresAt)
  state.addonTokens.set(token, { accountId: account.id, addonId, expiresAt })
  return token
}
