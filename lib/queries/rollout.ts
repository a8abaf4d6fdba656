import { queryOptions } from '@tanstack/react-query'
import { paths } from '#lib/paths.ts'
import type { RolloutView } from '#lib/views/rollout.ts'
import { keys } from './keys.ts'
import { readView } from './readView.ts'

/** The rollout, read again when something about it changed, and every five seconds: the figures move by themselves. */
export const rolloutQuery = (rolloutId: string) =>
  queryOptions({
    queryKey: keys.rollout(rolloutId),
    queryFn: ({ signal }) => readView<RolloutView>(paths.views.rollout(rolloutId), signal),
    refetchInterval: 5_000,
  })
