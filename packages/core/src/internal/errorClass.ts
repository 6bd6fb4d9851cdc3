/**
 * Error classes that print one line, and whose schema is built on its first use: an error has a dozen schemas, and
 * most programs meet few of the errors.
 */

/** Any class of errors is one of these, whatever its constructor takes. */
type AnyErrorClass = new(...args: ReadonlyArray<never>) => Error

/**
 * Stands for the class that `build` returns. Replaces the stack of its instances, whose frames are those of Effect and of
 * this library, by the message. `Cause.pretty` appends the spans of the caller.
 */
export const errorClass = <C extends AnyErrorClass>(build: () => C): C => {
  let built: C | undefined
  const base = (): C => {
    if (built === undefined) {
      built = build()
      // There is no instance yet.
      Object.setPrototypeOf(StandIn.prototype, built.prototype)
    }
    return built
  }
  class StandIn extends Error {}
  return new Proxy<AnyErrorClass>(StandIn, {
    construct: (_, args, subclass) => withoutFrames(Reflect.construct(base(), args, subclass)),
    get: (_, key, subclass) => key === "prototype" ? StandIn.prototype : Reflect.get(base(), key, subclass),
    has: (_, key) => Reflect.has(base(), key)
  }) as C
}

const withoutFrames = (error: Error): Error =>
  Object.defineProperty(error, "stack", {
    value: `${error.name}: ${error.message}`,
    configurable: true,
    writable: true
  })
