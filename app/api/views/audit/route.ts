import { parseAuditFilter, readAudit } from '#lib/views/audit.ts'
import { answerView } from '../answerView.ts'

export async function GET(request: Request): Promise<Response> {
  const filter = parseAuditFilter(Object.fromEntries(new URL(request.url).searchParams))
  return await answerView({ capability: 'audit.read' }, (actor) => readAudit(filter, actor))
}
