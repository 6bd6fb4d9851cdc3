/**
 * The errors of waiting, together: what was awaited has failed, or the timeout is over. Each is also exported by the
 * module of its wait.
 *
 * @since 0.1.0
 */
import { WaitTimeout } from "../client/Wait.js"
import { AddonFailed } from "./Addons.js"
import { BackupFailed } from "./database/DatabaseBackups.js"
import { DatabaseOperationFailed } from "./database/Databases.js"
import { DeploymentFailed } from "./Deployments.js"
import { CertificateFailed } from "./Domains.js"
import { OperationFailed } from "./Operations.js"
import { ReviewAppFailed } from "./ScmRepoLinks.js"

export {
  AddonFailed,
  BackupFailed,
  CertificateFailed,
  DatabaseOperationFailed,
  DeploymentFailed,
  OperationFailed,
  ReviewAppFailed,
  WaitTimeout
}
