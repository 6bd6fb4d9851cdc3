/**
 * How waiting for the platform can end badly: what was awaited failed, or it took too long.
 *
 * @since 0.1.0
 */
import * as Duration from "effect/Duration"
import * as Schema from "effect/Schema"
import { Deployment } from "../schema/Deployment.js"
import { Operation } from "../schema/Operation.js"
import { ScalingoError } from "./ScalingoError.js"

const because = (text: string | null | undefined) =>
  text === null || text === undefined || text.trim() === "" ? "" : `: ${text.trim()}`

/**
 * An operation has ended without success. `operation.error` says why, when the platform does.
 *
 * @category errors
 */
export class OperationFailed extends Schema.TaggedError<OperationFailed>("@effect-scalingo/core/OperationFailed")(
  "OperationFailed",
  {
    /** The app's name or id. */
    app: Schema.String,
    /** The operation in its last state. */
    operation: Operation
  }
) {
  override get message(): string {
    const { error, id, status, type } = this.operation
    const end = status === "cancelled" ? "was cancelled" : "failed"
    return `Operation ${id} (${type}) of the app ${this.app} ${end}${because(error)}`
  }
}

const deploymentAdvice: Record<string, string> = {
  "build-error": "The build failed, its output says why",
  "crashed-error": "The app stopped right after its start, its logs say why",
  "timeout-error": "The app did not listen on its PORT in time, its logs may say why",
  "hook-error": "The postdeploy hook failed, the output says why",
  "aborted": "It was stopped before its end"
}

/**
 * A deployment has ended without success. `deployment.status` says in which phase, `Deployments.output` why.
 *
 * @category errors
 */
export class DeploymentFailed extends Schema.TaggedError<DeploymentFailed>("@effect-scalingo/core/DeploymentFailed")(
  "DeploymentFailed",
  {
    /** The app's name or id. */
    app: Schema.String,
    /** The deployment in its last state. */
    deployment: Deployment
  }
) {
  override get message(): string {
    const { id, status } = this.deployment
    return `Deployment ${id} of the app ${this.app} ended with ${status ?? "no status"}${
      because(deploymentAdvice[status ?? ""])
    }`
  }
}

/**
 * The time given for a wait is over. What was awaited goes on: waiting again is possible.
 *
 * @category errors
 */
export class WaitTimeout extends Schema.TaggedError<WaitTimeout>("@effect-scalingo/core/WaitTimeout")("WaitTimeout", {
  /** What was awaited, in words: `operation 54… of the app my-app`. */
  subject: Schema.String,
  /** How long the wait was allowed to take. */
  timeout: Schema.Duration,
  /** The status that was seen last, when one was. */
  status: Schema.optional(Schema.String),
  /** The operation as it was seen last, when it is one that was awaited. */
  operation: Schema.optional(Operation),
  /** The deployment as it was seen last, when it is one that was awaited. */
  deployment: Schema.optional(Deployment),
  /** Why the last look failed, when it did: the platform or the network was down at the end. */
  lastFailure: Schema.optional(ScalingoError)
}) {
  override get message(): string {
    const seen = this.status === undefined ? "its state was never seen" : `its status was ${this.status}`
    return `Waited ${Duration.format(this.timeout)} for ${this.subject}; ${seen}${because(this.lastFailure?.message)}`
  }
}
