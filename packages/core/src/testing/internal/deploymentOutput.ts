/**
 * The output of deployments: what each status adds, spread over the time until the next one. Like the lines of logs, a
 * line that is not due yet costs nothing.
 */
import type { App, Deployment, DeploymentStatus, OutputStep } from "./models.js"

const building = (app: App, deployment: Deployment): ReadonlyArray<string> => [
  `<-- Start deployment of ${app.name} -->`,
  "       Fetching source code",
  `       Revision ${deployment.gitRef}`,
  "-----> Building with buildpack",
  "-----> Creating runtime environment",
  "",
  "       NPM_CONFIG_LOGLEVEL=error",
  "       NODE_ENV=production",
  "       NODE_MODULES_CACHE=true",
  "",
  "-----> Installing binaries",
  "       engines.node (package.json):  20.x",
  "       engines.npm (package.json):   unspecified (use default)",
  "",
  "       Resolving node version 20.x...",
  "       Downloading and installing node 20.20.2...",
  "       Using default npm version: 10.8.2",
  "",
  "-----> Restoring cache",
  "       - node_modules",
  "-----> Installing dependencies",
  "       Installing node modules (package.json + package-lock)",
  "       added 312 packages, and audited 313 packages in 14s",
  "       58 packages are looking for funding",
  "-----> Build",
  "       Running build",
  `       > ${app.name}@1.0.0 build`,
  "       > vite build",
  "       vite v6.3.5 building for production...",
  "       transforming...",
  "       ✓ 214 modules transformed.",
  "       dist/index.html                  0.46 kB │ gzip:  0.30 kB",
  "       dist/assets/index-4sK3pP0v.js  142.77 kB │ gzip: 45.82 kB",
  "       ✓ built in 3.21s",
  "-----> Caching build",
  "       - node_modules",
  "-----> Pruning devDependencies",
  "-----> Build succeeded!"
]

const lines: { readonly [status in DeploymentStatus]?: typeof building } = {
  building,
  pushing: () => [
    "-----> Bundling the application",
    "       Compressing 100 MB",
    "       Shipping image to the registry",
    "       Image size: 100 MB"
  ],
  starting: () => ["       Starting your application", "       Waiting for your application to boot..."],
  success: (app) => [
    `<-- https://${app.name}.${app.region}.scalingo.io -->`,
    "<-- https://scalingo.com/deployments successful -->"
  ],
  "build-error": () => [" !     Build failed"],
  "crashed-error": () => [" !     The application crashed while starting"],
  "timeout-error": () => [" !     The application did not start in time"],
  "hook-error": () => [" !     The postdeploy hook failed"],
  aborted: () => [" !     The deployment was aborted"]
}

/** Adds a status to the output, whose lines come from `from` until `until`. What was to come before comes at once. */
export const addStep = (
  app: App,
  deployment: Deployment,
  status: DeploymentStatus,
  from: number,
  until: number,
  reason?: string
): void => {
  const before = reason === undefined ? [] : [` !     ${reason}`]
  deployment.steps.push({ status, from, until, lines: [...before, ...lines[status]?.(app, deployment) ?? []] })
}

/** The lines of a step that have come by an instant. */
const shown = ({ from, lines, until }: OutputStep, isLast: boolean, now: number): ReadonlyArray<string> =>
  !isLast || now >= until
    ? lines
    : lines.slice(0, now < from ? 0 : 1 + Math.floor((lines.length * (now - from)) / (until - from)))

/** What has happened in a deployment, in order. It only grows. */
export type Progress =
  | { readonly _tag: "Status"; readonly status: DeploymentStatus }
  | { readonly _tag: "Line"; readonly line: string }

export const progressOf = (deployment: Deployment, now: number): ReadonlyArray<Progress> =>
  deployment.steps.flatMap((step, index) => {
    // The final status comes behind its output.
    const status: Progress = { _tag: "Status", status: step.status }
    const output = shown(step, index === deployment.steps.length - 1, now)
      .map((line): Progress => ({ _tag: "Line", line }))
    return step.until === step.from ? [...output, status] : [status, ...output]
  })

/** The output so far. */
export const outputOf = (deployment: Deployment, now: number): string =>
  progressOf(deployment, now).map((it) => it._tag === "Line" ? `${it.line}\n` : "").join("")

/** When the next line is due. */
export const nextOutputAt = (deployment: Deployment, now: number): number => {
  const step = deployment.steps.at(-1)
  if (step === undefined || now >= step.until) return Number.POSITIVE_INFINITY
  const next = shown(step, true, now).length
  return next >= step.lines.length
    ? Number.POSITIVE_INFINITY
    : Math.ceil(step.from + (next * (step.until - step.from)) / step.lines.length)
}
