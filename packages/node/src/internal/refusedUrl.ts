/**
 * Pre-signed URLs that a server takes no longer.
 */
import * as Predicate from "effect/Predicate"

/** Whether the failure says that the URL has expired, so that another one may help. */
export const isRefusedUrl = (error: unknown): boolean =>
  Predicate.hasProperty(error, "status") && (error.status === 401 || error.status === 403 || error.status === 410)
