import { queryOptions } from '@tanstack/react-query'
import { paths } from '#lib/paths.ts'
import type { IncidentsView } from '#lib/views/incidents.ts'
import { keys } from './keys.ts'
import { readView } from './readView.ts'

export const incidentsQuery = () =>
  queryOptions({
    queryKey: keys.incidents,
    queryFn: ({ signal }) => readView<IncidentsView>(paths.views.incidents(), signal),
  })
