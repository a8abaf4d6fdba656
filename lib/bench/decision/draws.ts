/** Draws from a seeded source of numbers in [0, 1). */
export interface Draws {
  readonly share: () => number
  readonly within: (low: number, high: number) => number
  readonly isOne: (share: number) => boolean
  /** Standard normal (Box and Muller 1958). */
  readonly normal: () => number
  readonly exponential: (mean: number) => number
  readonly poisson: (mean: number) => number
}

export function drawsFrom(random: () => number): Draws {
  const exponential = (mean: number) => -mean * Math.log(1 - random())
  return {
    share: random,
    within: (low, high) => low + (high - low) * random(),
    isOne: (share) => random() < share,
    normal: () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random()),
    exponential,
    poisson: (mean) => {
      let count = 0
      for (let left = mean - exponential(1); left > 0; left -= exponential(1)) count += 1
      return count
    },
  }
}

/** Ranks from 0, the first the most frequent: the share of rank r is as 1/(r + 1). */
export function zipfRanks(many: number): (share: number) => number {
  const sums = new Float64Array(many)
  let sum = 0
  for (let rank = 0; rank < many; rank += 1) sums[rank] = sum += 1 / (rank + 1)
  return (share) => {
    let [low, high] = [0, many - 1]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((sums[middle] ?? 0) > share * sum) high = middle
      else low = middle + 1
    }
    return low
  }
}
