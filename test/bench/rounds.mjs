/**
 * Paired rounds: in each round every contestant has one turn, and the order rotates. The load of the machine changes
 * over minutes, so two contestants are compared within a round, and the median of the rounds counts.
 */
export const median = (numbers) => {
  const sorted = numbers.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

const rotate = (list, by) => [...list.slice(by % list.length), ...list.slice(0, by % list.length)]

/** Calls `turn(name)` for all names in each round. Returns the results of each name, by round. */
export const pairedRounds = async (names, rounds, turn) => {
  const results = Object.fromEntries(names.map((name) => [name, []]))
  for (let round = 0; round < rounds; round++) {
    for (const name of rotate(names, round)) results[name].push(await turn(name))
  }
  return results
}

/** The median of the ratios within the rounds. */
export const pairedRatio = (numbers, reference) => median(numbers.map((number, round) => number / reference[round]))
