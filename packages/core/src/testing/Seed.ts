/**
 * What a sandbox holds in the beginning, said in a few words. Everything has a default; accounts, projects and apps
 * are named, and refer to one another, by their names.
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
 * An account, with its credentials.
 *
 * @category models
 */
export interface AccountSeed {
  readonly username: string
  /** `<username>@example.com` by default. */
  readonly email?: string | undefined
  /** `<username>-password` by default. */
  readonly password?: string | undefined
  /** The API tokens' own texts; one that is made up by default. */
  readonly tokens?: ReadonlyArray<string> | undefined
  /** Gives the account a second factor; this is the code that is right. */
  readonly otp?: string | undefined
  /** `false` for an account to which the platform answers 402. */
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
  /** The first account by default. */
  readonly owner?: string | undefined
  /** The first region by default. */
  readonly region?: string | undefined
  readonly default?: boolean | undefined
}

/**
 * An app, and what belongs to it.
 *
 * @category models
 */
export interface AppSeed {
  readonly name: string
  /** The first account by default. */
  readonly owner?: string | undefined
  /** The first region by default. */
  readonly region?: string | undefined
  /** The name of a project of the owner, which is made when it is not there; the default project by default. */
  readonly project?: string | undefined
  /** The formation: a number of containers of size M, or number and size. `{ web: 1 }` by default. */
  readonly containers?: {
    readonly [type: string]: number | { readonly amount: number; readonly size: string }
  } | undefined
  readonly variables?: { readonly [name: string]: string } | undefined
  /**
   * Providers (`postgresql`, with its first plan, which is free and has no backups) or plans
   * (`postgresql-starter-512`).
   */
  readonly addons?: ReadonlyArray<string> | undefined
  /** Names of accounts. */
  readonly collaborators?: ReadonlyArray<string> | undefined
  /** Names of accounts that have the limited role. */
  readonly limitedCollaborators?: ReadonlyArray<string> | undefined
  /** `false` for an app that was never deployed; it has no containers then. */
  readonly deployed?: boolean | undefined
  /** The name of an app. */
  readonly parent?: string | undefined
}

/**
 * Many apps alike.
 *
 * @category models
 */
export interface Fleet extends Omit<AppSeed, "name"> {
  readonly count: number
  /** `app` by default: `app-001`, `app-002`… */
  readonly prefix?: string | undefined
}

/**
 * All there is. Without accounts, those of {@link standard} are taken, and so are its projects and apps where the seed
 * names none. A name that refers to nothing is a defect when the sandbox is built.
 *
 * @category models
 */
export interface Seed {
  /** `osc-fr1` and `osc-secnum-fr1` by default; the first is the one of everything that does not name another. */
  readonly regions?: ReadonlyArray<string> | undefined
  readonly accounts?: ReadonlyArray<AccountSeed> | undefined
  readonly projects?: ReadonlyArray<ProjectSeed> | undefined
  readonly apps?: ReadonlyArray<AppSeed> | Fleet | undefined
  /** So many events in the past of the apps, one a minute. */
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
 * What a sandbox holds when nothing is said: the accounts john and alice, and two apps of john's, `example-app`,
 * which is deployed and has a database, and `another-app`, which is new.
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
