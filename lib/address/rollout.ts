import { metrics } from '#lib/domain/policy.ts'
import { seriesRanges } from '#lib/domain/series.ts'
import { oneOf } from './readAddress.ts'

/** What the charts of a rollout are asked for. */
export const rolloutAddress = {
  /** One metric, large; without it all of them. */
  metric: oneOf(metrics),
  range: oneOf(seriesRanges),
}
