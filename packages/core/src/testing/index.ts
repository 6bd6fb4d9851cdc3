/**
 * What can go wrong on purpose: a rule says which requests it is about, and what happens to them.
 *
 * @since 0.1.0
 */
export * as Fault from "./Fault.js"

/**
 * A Scalingo in memory that answers, remembers, and moves on with the Clock.
 *
 * @since 0.1.0
 */
export * as Sandbox from "./Sandbox.js"

/**
 * What a sandbox holds in the beginning, said in a few words.
 *
 * @since 0.1.0
 */
export * as Seed from "./Seed.js"
