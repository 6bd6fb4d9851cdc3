/**
 * How much of a long test runs.
 */

/**
 * A part of the values or of the runs of a test in `npm test`, all of them in `npm run test:long`. For tests that try many
 * values of one kind, and cost seconds of CPU time.
 */
export const runs = <A>(few: A, all: A): A => process.env["RUNS"] === "all" ? all : few
