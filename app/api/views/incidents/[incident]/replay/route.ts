import { replayIncident } from '#lib/views/incidentReplay.ts'
import { answerView } from '../../../answerView.ts'

export async function GET(
  _request: Request,
  context: { params: Promise<{ incident: string }> },
): Promise<Response> {
  const { incident } = await context.params
  return await answerView({}, (actor) => replayIncident(incident, actor))
}
