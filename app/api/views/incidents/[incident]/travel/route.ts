import { readIncidentTravel } from '#lib/views/incidentTravel.ts'
import { answerView } from '../../../answerView.ts'

export async function GET(
  _request: Request,
  context: { params: Promise<{ incident: string }> },
): Promise<Response> {
  const { incident } = await context.params
  return await answerView({}, (actor) => readIncidentTravel(incident, actor))
}
