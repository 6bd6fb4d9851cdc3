/**
 * Constant-time comparison of secrets.
 */

/**
 * Compares in a time that depends only on the length of `given`, which its sender knows.
 */
export const constantTimeEquals = (secret: string, given: string): boolean => {
  let difference = secret.length ^ given.length
  for (let i = 0; i < given.length; i++) {
    // An empty secret gives NaN here, which counts as 0. The lengths differ already.
    difference |= secret.charCodeAt(i % secret.length) ^ given.charCodeAt(i)
  }
  return difference === 0
}
