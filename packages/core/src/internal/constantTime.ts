/**
 * Comparing secrets without telling by the time it takes how much of them was right.
 */

/**
 * Whether what was given is the secret. Goes through all of `given`, equal or not, so that the time it takes depends
 * on the length of `given` only, which its sender knows anyway.
 */
export const constantTimeEquals = (secret: string, given: string): boolean => {
  let difference = secret.length ^ given.length
  for (let i = 0; i < given.length; i++) {
    // An empty secret gives NaN here, which counts as 0: the lengths differ already.
    difference |= secret.charCodeAt(i % secret.length) ^ given.charCodeAt(i)
  }
  return difference === 0
}
