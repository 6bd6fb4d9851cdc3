/**
 * The errors of waiting: what was awaited has failed, or the timeout is over.
 *
 * @since 0.1.0
 */
import * as Duration from "effect/Duration"
import * as Schema from "effect/Schema"
import { taggedError } from "../internal/taggedError.js"
import { Deployment } from "../schema/Deployment.js"
import { Operation } from "../schema/Operation.js"
import { ScalingoError } from "./ScalingoError.js"

// A lenient client does not check the text.
const because = (text: unknown) =>
  typeof text !== "string" || text.trim() === "" ? "" : `: ${text.replace(/\s+/g, " ").trim()}`

/**
 * An operation has failed or was cancelled. `operation.error` holds the platform's reason, if it gave one.
 *
 * @category errors
 */
export class OperationFailed extends taggedError<OperationFailed>("@effect-scalingo/core/OperationFailed")(
  "OperationFailed",
  {
    /** The app's name or id. */
    app: Schema.String,
    /** The operation in its final state. */
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
 * A deployment has failed. `deployment.status` names the phase; `Deployments.output` has the build's output.
 *
 * @category errors
 */
export class DeploymentFailed extends taggedError<DeploymentFailed>("@effect-scalingo/core/DeploymentFailed")(
  "DeploymentFailed",
  {
    /** The app's name or id. */
    app: Schema.String,
    /** The deployment in its final state. */
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
 * The timeout of a wait is over. What was awaited goes on, and can be awaited again.
 *
 * @category errors
 */
export class WaitTimeout extends taggedError<WaitTimeout>("@effect-scalingo/core/WaitTimeout")("WaitTimeout", {
  /** What was awaited: `operation 54… of the app my-app`. */
  subject: Schema.String,
  /** The timeout. */
  timeout: Schema.Duration,
  /** The last known status. */
  status: Schema.optional(Schema.String),
  /** The last known state of the operation, if one was awaited. */
  operation: Schema.optional(Operation),
  /** The last known state of the deployment, if one was awaited. */
  deployment: Schema.optional(Deployment),
  /** The failure of the last poll, if it failed. */
  lastFailure: Schema.optional(ScalingoError)
}) {
  override get message(): string {
    const seen = this.status === undefined ? "its state was never seen" : `its status was ${this.status}`
    return `Waited ${Duration.format(this.timeout)} for ${this.subject}; ${seen}${because(this.lastFailure?.message)}`
  }
}
