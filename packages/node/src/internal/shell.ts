/**
 * Commands as a shell reads them.
 */

const quote = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`

/** A text is a command as it is. The elements of an array are quoted. */
export const commandText = (command: string | ReadonlyArray<string>): string =>
  typeof command === "string" ? command : command.map(quote).join(" ")

/**
 * A command whose terminal does not change its output and shows no input. Input keeps its line editing, so that the byte
 * 04 still ends it. Without `stty` in the container the command does not run.
 */
export const withoutProcessing = (command: string): string =>
  quote(`stty -opost -echo || exit; ${command}`).replace(/^/, "sh -c ")
