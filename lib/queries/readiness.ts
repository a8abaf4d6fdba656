import { queryOptions } from '@tanstack/react-query'
import { paths } from '#lib/paths.ts'
import type { AlertsView } from '#lib/views/alerts.ts'
import type { ReadinessView } from '#lib/views/readiness.ts'
import { keys } from './keys.ts'
import { readView } from './readView.ts'

export const readinessQuery = (agent: string) =>
  queryOptions({
    queryKey: keys.readiness(agent),
    queryFn: ({ signal }) => readView<ReadinessView>(paths.views.readiness(agent), signal),
  })

export const alertsQuery = (before: string | null) =>
  queryOptions({
    queryKey: keys.alerts(before),
    queryFn: ({ signal }) => readView<AlertsView>(paths.views.alerts(before), signal),
  })
