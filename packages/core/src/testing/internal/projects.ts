/**
 * Projects of accounts.
 */
import { accountById, renderUser } from "./accounts.js"
import type { Account, Project } from "./models.js"
import { iso, select, type State } from "./state.js"

export const projectsOf = (state: State, region: string, account: Account): Array<Project> =>
  select(state.projects, (project) => project.region === region && project.ownerId === account.id)

/** Makes a project the default project, in place of the previous one. */
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

/** The project for new apps. Every account has one in every region, created on demand. */
export const defaultProject = (state: State, region: string, account: Account): Project =>
  projectsOf(state, region, account).find((it) => it.default) ??
    createProject(state, region, account, "default", true)

const renderOwner = (account: Account) => ({ ...renderUser(account), flags: account.flags })

export const renderProject = (state: State, project: Project) => ({
  id: project.id,
  name: project.name,
  default: project.default,
  created_at: iso(project.createdAt),
  updated_at: iso(project.updatedAt),
  owner: renderOwner(accountById(state, project.ownerId)),
  flags: {}
})
