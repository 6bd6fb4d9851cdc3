/**
 * The rules that have been injected.
 */
import type { Fault, Match, Rule, Seen } from "../Fault.js"

interface Injected {
  readonly rule: Rule
  /** Requests that matched. */
  seen: number
  /** Requests that had the fault. */
  hits: number
}

export interface Faults {
  readonly add: (rule: Rule) => Injected
  readonly remove: (injected: Injected) => void
  readonly clear: () => void
  /** The fault of the first rule that applies to a request. Every rule that matches counts the request. */
  readonly find: (request: Seen) => Fault | undefined
}

const matchesTemplate = (template: string, path: string): boolean => {
  const wanted = template.split("/")
  const given = path.split("/")
  for (let index = 0; index < wanted.length; index++) {
    const segment = wanted[index]!
    if (segment === "*" && index === wanted.length - 1) return given.length >= wanted.length
    if (given[index] === undefined) return false
    if (segment.startsWith(":") ? given[index] === "" : segment !== given[index]) return false
  }
  return wanted.length === given.length
}

const matchesPath = (wanted: NonNullable<Match["path"]>, path: string): boolean =>
  typeof wanted === "string"
    ? matchesTemplate(wanted, path)
    : typeof wanted === "function"
    ? wanted(path)
    // `search` keeps no state, unlike `test` with a global expression.
    : path.search(wanted) !== -1

const matches = (match: Match | undefined, request: Seen): boolean =>
  match === undefined ||
  ((match.api === undefined || match.api === request.api) &&
    (match.method === undefined || match.method.toUpperCase() === request.method) &&
    (match.region === undefined || match.region === request.region) &&
    (match.path === undefined || matchesPath(match.path, request.path)) &&
    (match.where === undefined || match.where(request)))

export const makeFaults = (): Faults => {
  const rules: Array<Injected> = []
  return {
    add: (rule) => {
      const injected: Injected = { rule, seen: 0, hits: 0 }
      rules.push(injected)
      return injected
    },
    remove: (injected) => {
      const index = rules.indexOf(injected)
      if (index !== -1) rules.splice(index, 1)
    },
    clear: () => {
      rules.length = 0
    },
    find: (request) => {
      let found: Fault | undefined
      for (const injected of rules) {
        const { after = 0, fault, on, times = 1 } = injected.rule
        if (!matches(on, request)) continue
        injected.seen++
        if (found === undefined && injected.seen > after && injected.hits < times) {
          injected.hits++
          found = fault
        }
      }
      return found
    }
  }
}
