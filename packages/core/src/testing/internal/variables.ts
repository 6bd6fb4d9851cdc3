/**
 * The values of environment variables.
 */
import type { App } from "./models.js"

/** Replaces `$NAME` with the value of that variable. Unknown names stay. */
export const expandAliases = (app: App, value: string, depth = 0): string =>
  depth > 10 ? value : value.replace(/\$([A-Za-z_][A-Za-z0-9_]*)/g, (whole, name: string) => {
    const target = app.variables.find((variable) => variable.name === name)
    return target === undefined ? whole : expandAliases(app, target.value, depth + 1)
  })
