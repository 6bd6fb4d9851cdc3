/**
 * On which runtime this package runs.
 */

/** Bun has no working dispatcher of undici, and a fast `fetch` and `WebSocket`. */
export const isBun = "bun" in process.versions
