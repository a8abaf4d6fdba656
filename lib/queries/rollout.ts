import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { type SeriesRange, usualRange } from '#lib/domain/series.ts'
import { paths } from '#lib/paths.ts'
import type { RolloutView } from '#lib/views/rollout.ts'
import type { SeriesView } from '#lib/views/rolloutSeries.ts'
import { keys } from './keys.ts'
import { readView } from './readView.ts'

/** The rollout. The event stream sends it again when it is another one. */
export const rolloutQuery = (rolloutId: string) =>
  queryOptions({
    queryKey: keys.rollout(rolloutId),
    queryFn: ({ signal }) => readView<RolloutView>(paths.views.rollout(rolloutId), signal),
  })

const againMs = 10_000

/** What the charts draw. The event stream sends the usual range; any other is asked for again. */
export const seriesQuery = (rolloutId: string, range: SeriesRange) =>
  queryOptions({
    queryKey: range === usualRange ? keys.series(rolloutId) : keys.seriesOver(rolloutId, range),
    queryFn: ({ signal }) => readView<SeriesView>(paths.views.series(rolloutId, range), signal),
    refetchInterval: range === usualRange ? false : againMs,
    placeholderData: keepPreviousData,
  })
