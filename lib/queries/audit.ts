import { infiniteQueryOptions } from '@tanstack/react-query'
import { paths } from '#lib/paths.ts'
import type { AuditPage } from '#lib/views/audit.ts'
import { keys } from './keys.ts'
import { readView } from './readView.ts'

/** The record under a filter, newest first, a page at a time towards the older. */
export const auditQuery = (filter: Readonly<Record<string, string>>) =>
  infiniteQueryOptions({
    queryKey: keys.audit(filter),
    queryFn: ({ pageParam, signal }) =>
      readView<AuditPage>(
        paths.views.audit(pageParam ? { ...filter, before: pageParam } : { ...filter }),
        signal,
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page: AuditPage) => page.older,
  })
