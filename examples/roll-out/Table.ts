/**
 * Plain-text tables for a terminal.
 */

const width = (text: string) => Array.from(text).length

const pad = (text: string, columns: number, right: boolean) => {
  const space = " ".repeat(Math.max(0, columns - width(text)))
  return right ? space + text : text + space
}

/** Columns of numbers are right-aligned. */
export const table = (header: ReadonlyArray<string>, rows: ReadonlyArray<ReadonlyArray<string>>): string => {
  const widths = header.map((title, column) => Math.max(width(title), ...rows.map((row) => width(row[column] ?? ""))))
  const numeric = header.map((_, column) => rows.length > 0 && rows.every((row) => /^[\d.]+$/.test(row[column] ?? "")))
  const line = (cells: ReadonlyArray<string>) =>
    cells.map((cell, column) => pad(cell, widths[column]!, numeric[column]!)).join("  ").trimEnd()
  return [line(header), widths.map((columns) => "─".repeat(columns)).join("  "), ...rows.map(line)].join("\n")
}
