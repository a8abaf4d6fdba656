import { queryOptions } from '@tanstack/react-query'
import { paths } from '#lib/paths.ts'
import type { PolicyView } from '#lib/views/policy.ts'
import { keys } from './keys.ts'
import { readView } from './readView.ts'

export const policyQuery = (agent: string) =>
  queryOptions({
    queryKey: keys.policy(agent),
    queryFn: ({ signal }) => readView<PolicyView>(paths.views.policy(agent), signal),
  })
