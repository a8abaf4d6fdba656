import { readIncident } from '#lib/views/incident.ts'
import { answerView } from '../../answerView.ts'

export async function GET(
  _request: Request,
  context: { params: Promise<{ incident: string }> },
): Promise<Response> {
  const { incident } = await context.params
  return await answerView({}, (actor, now) => readIncident(incident, actor, now))
}
