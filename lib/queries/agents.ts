import { queryOptions } from '@tanstack/react-query'
import { paths } from '#lib/paths.ts'
import type { AgentView } from '#lib/views/agent.ts'
import type { AgentsView } from '#lib/views/agents.ts'
import type { InstancesView } from '#lib/views/instances.ts'
import { keys } from './keys.ts'
import { readView } from './readView.ts'

export const agentsQuery = () =>
  queryOptions({
    queryKey: keys.agents,
    queryFn: ({ signal }) => readView<AgentsView>(paths.views.agents(), signal),
  })

/** The agent. The event stream sends it again when it is another one. */
export const agentQuery = (agent: string) =>
  queryOptions({
    queryKey: keys.agent(agent),
    queryFn: ({ signal }) => readView<AgentView>(paths.views.agent(agent), signal),
  })

export const instancesQuery = (agent: string) =>
  queryOptions({
    queryKey: keys.instances(agent),
    queryFn: ({ signal }) => readView<InstancesView>(paths.views.instances(agent), signal),
  })
