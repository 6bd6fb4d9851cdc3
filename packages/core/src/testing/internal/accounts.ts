/**
 * Accounts, their tokens and their projects.
 */
import type { Account, ApiToken, Project } from "./records.js"
import { iso, select, type State } from "./state.js"
import { day } from "./time.js"

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
    flags: {},
    suspendedAt: null
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

export const projectsOf = (state: State, region: string, account: Account): Array<Project> =>
  select(state.projects, (project) => project.region === region && project.ownerId === account.id)

/** Makes a project the default one: the one that was stops being it. */
export const makeDefault = (state: State, project: Project): void => {
  for (const other of state.projects.values()) {
    if (other.region === project.region && other.ownerId === project.ownerId) other.default = other === project
  }
}

export const createProject = (
  state: State,
  region: string,
  owner: Account,
  name: string,
  asDefault: boolean
): Project => {
  const first = select(state.projects, (it) => it.region === region && it.ownerId === owner.id).length === 0
  const project: Project = {
    id: state.ids.uuid("pr-"),
    region,
    ownerId: owner.id,
    name,
    default: false,
    createdAt: state.now(),
    updatedAt: state.now()
  }
  state.projects.set(project.id, project)
  if (first || asDefault) makeDefault(state, project)
  return project
}

/** The project of an account that new apps go to; every account has one in every region. */
export const defaultProject = (state: State, region: string, account: Account): Project =>
  projectsOf(state, region, account).find((it) => it.default) ??
    createProject(state, region, account, "default", true)

export const renderUser = (account: Account) => ({
  id: account.id,
  username: account.username,
  email: account.email
})

const renderOwner = (account: Account) => ({ ...renderUser(account), flags: account.flags })

/** The account of an id; accounts are never taken out of the state. */
export const accountById = (state: State, id: string): Account => state.accounts.get(id)!

export const renderProject = (state: State, project: Project) => ({
  id: project.id,
  name: project.name,
  default: project.default,
  created_at: iso(project.createdAt),
  updated_at: iso(project.updatedAt),
  owner: renderOwner(accountById(state, project.ownerId)),
  flags: {}
})
