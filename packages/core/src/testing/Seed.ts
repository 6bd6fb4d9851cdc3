/**
 * Seeds: what a sandbox holds at first. Every field has a default. Accounts, projects and apps refer to one another by
 * name.
 *
 * ```ts
 * const seed: Seed.Seed = {
 *   accounts: [{ username: "john" }, { username: "alice", otp: "123456" }],
 *   apps: [{ name: "my-app", containers: { web: 2 }, variables: { RACK_ENV: "production" }, addons: ["postgresql"] }]
 * }
 * ```
 *
 * @since 0.1.0
 */

/**
 * An account and its credentials.
 *
 * @category models
 */
export interface AccountSeed {
  readonly username: string
  /** Default `<username>@example.com`. */
  readonly email?: string | undefined
  /** Default `<username>-password`. */
  readonly password?: string | undefined
  /** The API tokens. Default: one generated token. */
  readonly tokens?: ReadonlyArray<string> | undefined
  /** Enables two-factor authentication, with this code. */
  readonly otp?: string | undefined
  /** `false` for an account that gets 402 for what costs money. */
  readonly paymentMethod?: boolean | undefined
  readonly fullname?: string | undefined
  readonly company?: string | undefined
}

/**
 * A project of an account.
 *
 * @category models
 */
export interface ProjectSeed {
  readonly name: string
  /** A username. Default: the first account. */
  readonly owner?: string | undefined
  /** Default: the first region. */
  readonly region?: string | undefined
  readonly default?: boolean | undefined
}

/**
 * An app and what belongs to it.
 *
 * @category models
 */
export interface AppSeed {
  readonly name: string
  /** A username. Default: the first account. */
  readonly owner?: string | undefined
  /** Default: the first region. */
  readonly region?: string | undefined
  /** The name of a project of the owner, created when it does not exist. Default: the default project. */
  readonly project?: string | undefined
  /** The formation: the number of containers of size M, or number and size. Default `{ web: 1 }`. */
  readonly containers?: {
    readonly [type: string]: number | { readonly amount: number; readonly size: string }
  } | undefined
  readonly variables?: { readonly [name: string]: string } | undefined
  /**
   * Plans (`postgresql-starter-512`), or providers: `postgresql` has the smallest plan that a new addon can have. Plans
   * named `…-sandbox` are free and have no backups. Only a seed can have them: the platform offers them no longer.
   */
  readonly addons?: ReadonlyArray<string> | undefined
  /** Usernames. */
  readonly collaborators?: ReadonlyArray<string> | undefined
  /** Usernames of collaborators with the limited role. */
  readonly limitedCollaborators?: ReadonlyArray<string> | undefined
  /** Lines of the log, oldest first: texts of the container `web-1`, or whole lines with a time and a container. */
  readonly logs?: ReadonlyArray<string> | undefined
  /** `false` for an app that was never deployed, and so has no containers. */
  readonly deployed?: boolean | undefined
  /** The name of the parent app. */
  readonly parent?: string | undefined
}

/**
 * Several identical apps.
 *
 * @category models
 */
export interface Fleet extends Omit<AppSeed, "name"> {
  readonly count: number
  /** Default `app`: `app-001`, `app-002`… */
  readonly prefix?: string | undefined
}

/**
 * What a sandbox holds at first. Without `accounts` it has those of {@link standard}, and the projects and apps of
 * {@link standard} unless the seed has its own. A name that refers to nothing is a defect when the sandbox is built.
 *
 * @category models
 */
export interface Seed {
  /** Default `osc-fr1` and `osc-secnum-fr1`. The first one is the default region of projects and apps. */
  readonly regions?: ReadonlyArray<string> | undefined
  readonly accounts?: ReadonlyArray<AccountSeed> | undefined
  readonly projects?: ReadonlyArray<ProjectSeed> | undefined
  readonly apps?: ReadonlyArray<AppSeed> | Fleet | undefined
  /** How many events lie in the past of the apps, one a minute. Default 0. */
  readonly events?: number | undefined
}

/**
 * Apps with numbered names.
 *
 * @category constructors
 */
export const fleet = (options: Fleet): ReadonlyArray<AppSeed> => {
  const { count, prefix = "app", ...rest } = options
  const digits = Math.max(3, String(count).length)
  return Array.from({ length: count }, (_, index) => ({
    ...rest,
    name: `${prefix}-${String(index + 1).padStart(digits, "0")}`
  }))
}

/**
 * The default seed: the accounts john and alice, and two apps of john. `example-app` is deployed and has a database;
 * `another-app` is new.
 *
 * @category constructors
 */
export const standard: Seed = {
  accounts: [{ username: "john" }, { username: "alice" }],
  projects: [{ name: "example-project", default: true }],
  apps: [
    {
      name: "example-app",
      containers: { web: 1, worker: 0 },
      variables: { RAILS_ENV: "production" },
      addons: ["postgresql-starter-512"],
      collaborators: ["alice"]
    },
    { name: "another-app", deployed: false }
  ]
}
