/** What Vite makes of `import.meta.glob`; Vite itself is not a dependency whose types could be named. */
interface ImportMeta {
  /** The modules of a pattern, already loaded. */
  glob<Module>(pattern: string | ReadonlyArray<string>, options: { readonly eager: true }): Record<string, Module>
  /** The modules of a pattern, each loaded when it is called for. */
  glob<Module>(pattern: string | ReadonlyArray<string>): Record<string, () => Promise<Module>>
}
