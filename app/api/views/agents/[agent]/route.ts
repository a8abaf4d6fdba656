import { readAgent } from '#lib/views/agent.ts'
import { answerView } from '../../answerView.ts'

export async function GET(
  _request: Request,
  context: { params: Promise<{ agent: string }> },
): Promise<Response> {
  const { agent } = await context.params
  return await answerView({ agent }, (actor, now) => readAgent(agent, actor, now))
}
