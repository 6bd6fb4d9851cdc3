/**
 * SCM integrations, and the simulated GitHub and GitLab behind them. Every account starts with an integration of
 * github.com, since the API cannot create those of github.com and gitlab.com. Every repository exists, unless its name
 * is `missing`, and has three open pull requests: 42, 43 and, from a fork, 44.
 */
import { accountById, renderUser } from "./accounts.js"
import type { Ids } from "./ids.js"
import type { Account } from "./models.js"
import { iso, select, type State, statePart } from "./state.js"

type ScmType = "github" | "gitlab" | "github-enterprise" | "gitlab-self-hosted"

export interface Integration {
  readonly id: string
  readonly accountId: string
  readonly type: ScmType
  /** Without a trailing slash. */
  readonly url: string
  readonly accessToken: string
  readonly uid: string
  readonly username: string
  readonly createdAt: number
}

const integrations = statePart(() => new Map<string, Integration>())
const started = statePart(() => new Set<string>())

export const addIntegration = (
  state: State,
  account: Account,
  input: Pick<Integration, "type" | "url" | "accessToken">,
  ids: Ids = state.ids
): Integration => {
  const integration: Integration = {
    id: ids.uuid(),
    accountId: account.id,
    type: input.type,
    url: input.url.replace(/\/+$/, ""),
    accessToken: input.accessToken,
    uid: String(ids.count()),
    username: account.username,
    createdAt: state.now()
  }
  integrations(state).set(integration.id, integration)
  return integration
}

export const integrationsOf = (state: State, account: Account): Array<Integration> => {
  if (!started(state).has(account.id)) {
    started(state).add(account.id)
    const ids = state.idsOf(`integration ${account.id}`)
    addIntegration(state, account, { type: "github", url: "https://github.com", accessToken: ids.secret(40) }, ids)
  }
  return select(integrations(state), (it) => it.accountId === account.id)
}

export const removeIntegration = (state: State, integration: Integration): void => {
  integrations(state).delete(integration.id)
}

export const renderIntegration = (state: State, it: Integration) => {
  const account = accountById(state, it.accountId)
  return {
    id: it.id,
    scm_type: it.type,
    url: it.url,
    access_token: it.accessToken,
    created_at: iso(it.createdAt),
    uid: it.uid,
    username: it.username,
    avatar_url: `${it.url}/avatars/u/${it.uid}`,
    email: account.email,
    profile_url: `${it.url}/${it.username}`,
    owner: renderUser(account)
  }
}

export interface PullRequest {
  readonly id: number
  readonly number: number
  readonly title: string
  readonly branch: string
  readonly fork: boolean
  /** The commit hash. */
  readonly ref: string
  readonly createdAt: number
}

export interface Repository {
  readonly id: number
  readonly host: string
  readonly owner: string
  readonly name: string
  readonly description: string
  readonly fork: boolean
  readonly branches: ReadonlyArray<string>
  readonly pulls: ReadonlyArray<PullRequest>
}

const repositories = statePart(() => new Map<string, Repository>())

export const fullName = (it: Repository): string => `${it.owner}/${it.name}`
export const repositoryUrl = (it: Repository): string => `${it.host}/${it.owner}/${it.name}`

/** The repository with a name; `undefined` for one that does not exist. */
export const repositoryOf = (
  state: State,
  host: string,
  owner: string,
  name: string,
  more: { readonly description?: string; readonly fork?: boolean } = {}
): Repository | undefined => {
  if (name === "missing") return undefined
  const key = `${host}/${owner}/${name}`.toLowerCase()
  const known = repositories(state).get(key)
  if (known !== undefined) return known
  const ids = state.idsOf(key)
  const pull = (number: number, title: string, branch: string, fork: boolean): PullRequest => ({
    id: 1_431_000_000 + ids.count(),
    number,
    title,
    branch,
    fork,
    ref: ids.commit(),
    createdAt: state.now()
  })
  const repository: Repository = {
    id: 89_000_000 + ids.count(),
    host,
    owner,
    name,
    description: more.description ?? "",
    fork: more.fork ?? false,
    branches: ["master", "main", "develop"],
    pulls: [
      pull(42, "Add logo", "add-logo", false),
      pull(43, "Add feature", "add-feature", false),
      pull(44, "Correct a typo", "correct-a-typo", true)
    ]
  }
  repositories(state).set(key, repository)
  return repository
}

/** The repositories that an integration can see. */
export const repositoriesOf = (state: State, integration: Integration): Array<Repository> => {
  const { url, username } = integration
  repositoryOf(state, url, username, "example-repository", { description: "Example Repository" })
  repositoryOf(state, url, username, "project-docs-example", { description: "Project documentation example" })
  repositoryOf(state, url, username, "forked-example", { description: "Someone's example", fork: true })
  return select(repositories(state), (it) => it.host === url)
}

export const pullUrl = (repository: Repository, number: number): string => `${repositoryUrl(repository)}/pull/${number}`

/** The full name of the repository that a pull request comes from. */
export const sourceOf = (repository: Repository, pull: PullRequest): string =>
  pull.fork ? `contributor/${repository.name}` : fullName(repository)
