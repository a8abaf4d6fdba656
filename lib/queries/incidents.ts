import { infiniteQueryOptions } from '@tanstack/react-query'
import { paths } from '#lib/paths.ts'
import type { IncidentsView } from '#lib/views/incidents.ts'
import { keys } from './keys.ts'
import { readView } from './readView.ts'

/** The incidents under these conditions, newest first, a page at a time towards the older. */
export const incidentsQuery = (conditions: Readonly<Record<string, string>>) =>
  infiniteQueryOptions({
    queryKey: keys.incidents(conditions),
    queryFn: ({ pageParam, signal }) =>
      readView<IncidentsView>(
        paths.views.incidents(pageParam ? { ...conditions, before: pageParam } : conditions),
        signal,
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page: IncidentsView) => page.older,
  })
