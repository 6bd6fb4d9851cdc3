/**
 * Options without the keys whose value is `undefined`: they leave what they would change as it is.
 */
export const withoutUndefined = <A extends object>(options: A): Partial<A> =>
  Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Partial<A>
