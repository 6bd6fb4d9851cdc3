/**
 * All routes of the sandbox.
 */
import type { Route } from "../route.js"
import { addons } from "./addons.js"
import { apps } from "./apps.js"
import { containers } from "./containers.js"
import { deployments } from "./deployments.js"
import { environment } from "./environment.js"
import { events } from "./events.js"
import { operations } from "./operations.js"
import { projects } from "./projects.js"
import { regions } from "./regions.js"
import { stats } from "./stats.js"
import { tokens } from "./tokens.js"
import { users } from "./users.js"

export const routes: ReadonlyArray<Route> = [
  ...addons,
  ...apps,
  ...containers,
  ...deployments,
  ...environment,
  ...events,
  ...operations,
  ...projects,
  ...regions,
  ...stats,
  ...tokens,
  ...users
]
