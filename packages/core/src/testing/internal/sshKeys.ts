/**
 * SSH keys of accounts.
 */
import { accountById, renderWholeUser } from "./accounts.js"
import { record } from "./events.js"
import type { Account } from "./models.js"
import { iso, select, type State, statePart } from "./state.js"

export interface Key {
  readonly id: string
  readonly accountId: string
  readonly name: string
  readonly content: string
  readonly fingerprint: string
  readonly createdAt: number
}

const keys = statePart(() => new Map<string, Key>())

export const keysOf = (state: State, account: Account): Array<Key> =>
  select(keys(state), (it) => it.accountId === account.id)

/** A stand-in for the MD5 fingerprint of a key: sixteen bytes, the same for equal keys. */
const fingerprintOf = (content: string) => {
  const bytes: Array<string> = []
  let hash = 0x811c9dc5
  for (let round = 0; round < 16; round++) {
    for (let index = 0; index < content.length; index++) {
      hash = Math.imul(hash ^ content.charCodeAt(index), 0x01000193)
    }
    bytes.push(((hash >>> 16) & 0xff).toString(16).padStart(2, "0"))
  }
  return bytes.join(":")
}

export const addKey = (state: State, account: Account, name: string, content: string): Key => {
  const key: Key = {
    id: state.ids.uuid(),
    accountId: account.id,
    name,
    content,
    fingerprint: fingerprintOf(content),
    createdAt: state.now()
  }
  keys(state).set(key.id, key)
  record(state, { type: "new_key", user: account, data: { name, fingerprint: key.fingerprint } })
  return key
}

export const removeKey = (state: State, account: Account, key: Key): void => {
  keys(state).delete(key.id)
  record(state, { type: "delete_key", user: account, data: { name: key.name } })
}

export const renderKey = (state: State, key: Key) => ({
  id: key.id,
  name: key.name,
  content: key.content,
  fingerprint: key.fingerprint,
  created_at: iso(key.createdAt),
  owner: renderWholeUser(accountById(state, key.accountId))
})
