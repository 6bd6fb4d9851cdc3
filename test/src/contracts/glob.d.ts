/** `import.meta.glob` of Vite, whose own types are not among the dependencies. */
interface ImportMeta {
  /** Imports the modules of a pattern at once. */
  glob<Module>(pattern: string | ReadonlyArray<string>, options: { readonly eager: true }): Record<string, Module>
  /** Imports each module of a pattern on demand. */
  glob<Module>(pattern: string | ReadonlyArray<string>): Record<string, () => Promise<Module>>
}
