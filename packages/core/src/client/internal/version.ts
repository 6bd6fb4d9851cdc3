/** Kept equal to the version in package.json by a test. */
export const version = "0.1.0"

export const userAgent = `effect-scalingo/${version}`
