import { readAgents } from '#lib/views/agents.ts'
import { answerView } from '../answerView.ts'

export async function GET(): Promise<Response> {
  return await answerView({}, (actor) => readAgents(actor))
}
