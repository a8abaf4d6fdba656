import { readIncidentConditions } from '#lib/address/incidents.ts'
import { readIncidents } from '#lib/views/incidents.ts'
import { answerView } from '../answerView.ts'

export async function GET(request: Request): Promise<Response> {
  const { before, ...given } = Object.fromEntries(new URL(request.url).searchParams)
  const conditions = { ...readIncidentConditions(given), before: before ?? null }
  return await answerView({}, (actor) => readIncidents(conditions, actor))
}
