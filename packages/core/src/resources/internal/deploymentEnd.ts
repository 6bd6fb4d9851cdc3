/**
 * How deployments end.
 */

const advice: { readonly [status: string]: string } = {
  "build-error": "The build failed, its output says why",
  "crashed-error": "The app stopped right after its start, its logs say why",
  "timeout-error": "The app did not listen on its PORT in time, its logs may say why",
  "hook-error": "The postdeploy hook failed, the output says why",
  "aborted": "It was stopped before its end"
}

/** What a final status means, and where to look. */
export const adviceOf = (status: string | null | undefined): string | undefined => advice[status ?? ""]

/** Whether a deployment has failed. Also matches failures that the platform may add later. */
export const hasFailed = (status: string | null | undefined): boolean =>
  typeof status === "string" && (status === "aborted" || status.endsWith("-error"))

/** Whether a deployment has ended. */
export const isFinal = (status: string | null | undefined): status is string =>
  status === "success" || hasFailed(status)
