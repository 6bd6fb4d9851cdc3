/**
 * The models of the state. Instants are milliseconds of the Clock.
 */

export interface Region {
  readonly name: string
  readonly displayName: string
  /** Whether it is listed without authentication. */
  readonly public: boolean
  readonly default: boolean
}

export interface Account {
  readonly id: string
  username: string
  email: string
  password: string
  fullname: string
  company: string | null
  location: string | null
  newsletter: boolean
  /** The valid code of an account with two-factor authentication. */
  otp: string | undefined
  /** An account without a payment method gets 402 for what costs money. */
  paymentMethod: boolean
  freeTrialEndsAt: number
  readonly createdAt: number
  /** A deleted account stays in the state, since events refer to it. It has no access to anything. */
  deleted: boolean
  readonly flags: { [name: string]: boolean }
}

export interface ApiToken {
  readonly id: string
  readonly accountId: string
  readonly name: string
  secret: string
  readonly createdAt: number
  /** The instant of the creation or of the last renewal. */
  issuedAt: number
  lastUsedAt: number | null
}

export interface Bearer {
  readonly accountId: string
  expiresAt: number
}

export interface AddonToken {
  readonly accountId: string
  readonly addonId: string
  expiresAt: number
}

export interface Project {
  readonly id: string
  readonly region: string
  ownerId: string
  name: string
  default: boolean
  readonly createdAt: number
  updatedAt: number
}

export type InvitationStatus = "pending" | "accepted" | "declined" | "canceled"

export interface TransferInvitation {
  readonly id: string
  readonly projectId: string
  readonly invitedId: string
  readonly inviterId: string
  status: InvitationStatus
  readonly expiresAt: number
  readonly createdAt: number
  updatedAt: number
}

/** The status of an app. */
export type AppStatus = "new" | "running" | "stopped" | "crashed" | "restarting" | "scaling"

export interface ContainerType {
  readonly id: string
  readonly name: string
  amount: number
  size: string
  command: string
}

export interface Container {
  readonly id: string
  readonly type: string
  readonly index: number
  readonly size: string
  readonly command: string
  readonly createdAt: number
  state: string
}

export interface Variable {
  readonly id: string
  readonly name: string
  value: string
  /** The addon that set it. */
  readonly addonId?: string | undefined
}

export interface Collaborator {
  readonly id: string
  readonly email: string
  /** `undefined` until the invitation is accepted. */
  accountId: string | undefined
  status: "accepted" | "pending"
  role: "collaborator" | "limited"
  readonly invitationToken: string
}

export interface App {
  readonly id: string
  readonly region: string
  name: string
  ownerId: string
  projectId: string
  status: AppStatus
  readonly createdAt: number
  updatedAt: number
  gitSource: string | null
  stackId: string
  forceHttps: boolean
  stickySession: boolean
  routerLogs: boolean
  readonly hds: boolean
  parentId: string | undefined
  lastDeployedAt: number | null
  lastDeployedBy: string | null
  lastDeploymentId: string | null
  formation: Array<ContainerType>
  containers: Array<Container>
  variables: Array<Variable>
  collaborators: Array<Collaborator>
  /** The operation under way, at most one. */
  operationId: string | undefined
  readonly flags: { [name: string]: boolean }
}

export interface Operation {
  readonly id: string
  readonly appId: string
  readonly type: string
  status: "pending" | "running" | "done" | "error"
  error: string | undefined
  readonly createdAt: number
  finishedAt: number | null
  /** The one-off that the operation starts. */
  readonly oneOffId: string | undefined
  /** Set once the one-off can be attached to. */
  attachUrl: string | undefined
}

/** The status of a deployment. */
export type DeploymentStatus =
  | "queued"
  | "building"
  | "pushing"
  | "starting"
  | "success"
  | "crashed-error"
  | "timeout-error"
  | "build-error"
  | "hook-error"
  | "aborted"

/** The final statuses of deployments that did not succeed. */
export type FailedDeploymentStatus = Exclude<
  DeploymentStatus,
  "queued" | "building" | "pushing" | "starting" | "success"
>

export interface Deployment {
  readonly id: string
  readonly appId: string
  readonly pusherId: string
  readonly createdAt: number
  finishedAt: number | null
  status: DeploymentStatus
  readonly gitRef: string
  readonly previousGitRef: string | undefined
  readonly type: string
  readonly postdeployHook: string | undefined
  imageSize: number
  /** Each status that it has had since it is no longer queued, with the output that belongs to it. */
  readonly steps: Array<OutputStep>
}

/** A status of a deployment, and its output. */
export interface OutputStep {
  readonly status: DeploymentStatus
  readonly from: number
  /** When the last of the lines is due at the latest. Equal to `from` for a final status. */
  readonly until: number
  readonly lines: ReadonlyArray<string>
}

export interface Plan {
  readonly id: string
  readonly name: string
  readonly displayName: string
  /** Euros for 30 days. */
  readonly price: number
  readonly position: number
  readonly sku: string
  readonly disabled: boolean
}

export interface AddonProvider {
  readonly id: string
  readonly name: string
  readonly shortDescription: string
  readonly categoryId: string
  readonly plans: ReadonlyArray<Plan>
  /** Whether each of its databases is an app of its own, rather than an addon of an app. */
  readonly dedicated: boolean
  /** The variable that holds the URL of the resource. */
  readonly variable: string
  readonly scheme: string
  readonly port: number
}

export interface Addon {
  readonly id: string
  readonly appId: string
  readonly providerId: string
  planId: string
  readonly resourceId: string
  readonly provisionedAt: number
  updatedAt: number
  status: "running" | "provisioning" | "suspended"
  /** Whether it has ever run. If so, `provisioning` means a change of plan. */
  hasRun: boolean
}

/** A mail that the platform would have sent. */
export interface Mail {
  readonly to: string
  readonly subject: string
  /** What the links of the mail contain: ids and tokens. */
  readonly data: { readonly [name: string]: string }
}

export interface Event {
  readonly id: string
  readonly at: number
  readonly type: string
  readonly userId: string | undefined
  readonly appId: string | undefined
  readonly appName: string | undefined
  readonly projectId: string | undefined
  readonly projectName: string | undefined
  readonly data: { readonly [name: string]: unknown } | undefined
}
