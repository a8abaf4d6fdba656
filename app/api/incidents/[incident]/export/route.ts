import { problem } from '#lib/services/problem.ts'
import { readIncident } from '#lib/views/incident.ts'
import { incidentMarkdown } from '#lib/views/incidentText.ts'
import { sendProblem } from '../../../door.ts'
import { personDoor } from '../../../session.ts'

const types = { md: 'text/markdown; charset=utf-8', json: 'application/json' } as const

/** The whole incident as a file, `?format=md` or `json`. Times are UTC. */
export const GET = personDoor<{ incident: string }>(async ({ request, actor, params }) => {
  const format = new URL(request.url).searchParams.get('format') ?? 'md'
  if (format !== 'md' && format !== 'json') {
    const error = { path: 'format', given: format, expected: 'md or json' }
    return sendProblem(problem('bad_input', 'There is no such format', [error]))
  }
  const view = await readIncident(params.incident, actor, new Date())
  if (!view) return sendProblem(problem('missing', 'There is no such incident'))
  return new Response(format === 'md' ? incidentMarkdown(view) : JSON.stringify(view, null, 2), {
    headers: {
      'content-type': types[format],
      'content-disposition': `attachment; filename="incident-${view.id}.${format}"`,
      'cache-control': 'no-store',
    },
  })
})
