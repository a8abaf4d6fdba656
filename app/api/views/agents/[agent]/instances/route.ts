import { readInstancesPage } from '#lib/views/instances.ts'
import { answerView } from '../../../answerView.ts'

export async function GET(
  _request: Request,
  context: { params: Promise<{ agent: string }> },
): Promise<Response> {
  const { agent } = await context.params
  return await answerView({}, (actor, now) => readInstancesPage(decodeURIComponent(agent), actor, now))
}
