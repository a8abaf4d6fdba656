import { agentsWhere, may } from '#lib/domain/actor.ts'
import { auditQuerySchema } from '#lib/services/api/schemas.ts'
import { problem, zodErrors } from '#lib/services/problem.ts'
import { readAuditLines } from '#lib/views/auditExport.ts'
import { machineDoor, sendProblem } from '../../door.ts'

export const GET = machineDoor('read', async ({ request, actor }) => {
  const given = Object.fromEntries(new URL(request.url).searchParams)
  const parsed = auditQuerySchema.safeParse(given)
  if (!parsed.success) {
    return sendProblem(problem('bad_input', 'The query cannot be used', zodErrors(parsed.error, given)))
  }
  const { agent, after, limit } = parsed.data
  if (!may(actor, 'audit.read', agent))
    return sendProblem(problem('forbidden', 'This token may not read this record'))

  const lines = await readAuditLines({
    ...(agent ? { agent } : {}),
    after: BigInt(after),
    limit,
    agents: agentsWhere(actor, 'audit.read'),
  })
  return new Response(lines.map((line) => `${line}\n`).join(''), {
    headers: { 'content-type': 'application/x-ndjson', 'cache-control': 'no-store' },
  })
})
