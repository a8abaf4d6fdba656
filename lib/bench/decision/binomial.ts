/** How probable it is that so many or more of `of` come about, each with this probability. Exact. */
export function atLeast(many: number, of: number, probability: number): number {
  if (many <= 0) return 1
  let [sum, lnChoose] = [0, 0]
  for (let k = 0; k < many; k += 1) {
    if (k > 0) lnChoose += Math.log((of - k + 1) / k)
    sum += Math.exp(lnChoose + k * Math.log(probability) + (of - k) * Math.log1p(-probability))
  }
  return Math.max(0, 1 - sum)
}
