/** Evidence and seconds as people read them. */

/** `1,979 : 1`. */
export function evidenceWords(evidence: number): string {
  if (evidence > 1e6) return '> 1,000,000 : 1'
  return `${evidence >= 10 ? Math.round(evidence).toLocaleString('en') : evidence.toFixed(1)} : 1`
}

/** Where evidence stands between nothing and well above the threshold, on a logarithmic scale, 0 to 1. */
export function evidenceFill(evidence: number, threshold: number): number {
  const top = Math.log(threshold) * 1.15
  return Math.min(1, Math.max(0.02, Math.log(Math.max(1, evidence)) / top))
}

/** Where the threshold itself stands on that scale. */
export const thresholdMark = 1 / 1.15

/** `+ 0.04 s`, `9.4 s`, `3 min 12 s`. */
export function secondsWords(seconds: number): string {
  if (seconds < 1) return `${Number(seconds.toFixed(2))} s`
  if (seconds < 60) return `${Number(seconds.toFixed(1))} s`
  return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`
}
