/**
 * Errors that print one line.
 */

/**
 * Replaces the stack of an error class, whose frames are those of Effect and of this library, by the message.
 * `Cause.pretty` appends the spans of the caller.
 */
export const withoutFrames = <C extends new(...args: Array<any>) => Error>(Base: C): C =>
  // TypeScript demands this form of the constructor of a mixin.
  class extends Base {
    constructor(...args: Array<any>) {
      super(...args)
      Object.defineProperty(this, "stack", {
        value: `${this.name}: ${this.message}`,
        configurable: true,
        writable: true
      })
    }
  }
