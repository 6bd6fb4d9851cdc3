/**
 * Text tables.
 */
const width = (text) => [...text].length
const padEnd = (text, to) => text + " ".repeat(to - width(text))
const padStart = (text, to) => " ".repeat(to - width(text)) + text

/** Lines of a table: the first row is the head, the first column is left-aligned. Shorter rows are filled up. */
export const table = (rows) => {
  const columns = Math.max(...rows.map((row) => row.length))
  const widths = Array.from(
    { length: columns },
    (_, column) => Math.max(...rows.map((row) => width(row[column] ?? "")))
  )
  const line = (row) =>
    widths.map((to, column) => column === 0 ? padEnd(row[0] ?? "", to) : padStart(row[column] ?? "", to)).join("  ")
      .trimEnd()
  const [head, ...others] = rows
  return [line(head), widths.map((to) => "-".repeat(to)).join("  "), ...others.map(line)]
}

/** Two digits behind the point for small numbers, none for large ones. */
export const round = (number) =>
  number >= 1000 ? Math.round(number).toLocaleString("en") : number.toFixed(number >= 100 ? 0 : number >= 10 ? 1 : 2)
