/**
 * Accounts and their API tokens.
 */
import { day } from "./durations.js"
import type { Account, ApiToken } from "./models.js"
import { iso, type State } from "./state.js"

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
    deleted: false,
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
    issuedAt: state.now(),
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

/** An account with all the fields of the regional API. */
export const renderWholeUser = (account: Account) => ({
  id: account.id,
  uuid: account.id,
  created_at: iso(account.createdAt),
  email: account.email,
  username: account.username,
  fullname: account.fullname,
  company: account.company,
  location: account.location,
  tos_accepted: true,
  email_newsletter: account.newsletter,
  flags: account.flags,
  limits: {},
  referral_url: `https://sclng.io/r/${account.id.slice(3, 11)}`,
  referral_clicks: 0,
  free_trial_started_at: iso(account.createdAt),
  free_trial_end_time: iso(account.freeTrialEndsAt),
  suspended_at: null,
  suspension_reason: null
})

/** The account with an id. Accounts are never removed from the state. */
export const accountById = (state: State, id: string): Account => state.accounts.get(id)!
