import { readReadiness } from '#lib/views/readiness.ts'
import { answerView } from '../../../answerView.ts'

export async function GET(
  _request: Request,
  context: { params: Promise<{ agent: string }> },
): Promise<Response> {
  const { agent } = await context.params
  return await answerView({}, (actor, now) => readReadiness(decodeURIComponent(agent), actor, now))
}
