/**
 * Accounts and their API tokens.
 */
import { day } from "./durations.js"
import type { Account, ApiToken } from "./models.js"
import type { State } from "./state.js"

export const createAccount = (state: State, input: {
  readonly username: string
  readonly email: string
  readonly password: string
  readonly otp?: string | undefined
  readonly paymentMethod?: boolean | undefined
  readonly fullname?: string | undefined
  readonly company?: string | undefined
}): Account => {
  const account: Account = {
    id: state.ids.uuid("us-"),
    username: input.username,
    email: input.email,
    password: input.password,
    fullname: input.fullname ?? input.username,
    company: input.company ?? null,
    location: null,
    newsletter: false,
    otp: input.otp,
    paymentMethod: input.paymentMethod ?? true,
    freeTrialEndsAt: state.now() + 30 * day,
    createdAt: state.now(),
    flags: {}
  }
  state.accounts.set(account.id, account)
  return account
}

export const createToken = (state: State, account: Account, name: string, secret?: string): ApiToken => {
  const token: ApiToken = {
    id: state.ids.uuid(),
    accountId: account.id,
    name,
    secret: secret ?? `tk-us-${state.ids.secret(48)}`,
    createdAt: state.now(),
    lastUsedAt: null
  }
  state.tokens.set(token.id, token)
  return token
}

export const renderUser = (account: Account) => ({
  id: account.id,
  username: account.username,
  email: account.email
})

/** The account with an id. Accounts are never removed from the state. */
export const accountById = (state: State, id: string): Account => state.accounts.get(id)!
