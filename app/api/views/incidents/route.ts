import { readIncidents } from '#lib/views/incidents.ts'
import { answerView } from '../answerView.ts'

export async function GET(): Promise<Response> {
  return await answerView({}, (actor) => readIncidents(actor))
}
