import { readIncidentMoment } from '#lib/views/incidentMoment.ts'
import { answerView } from '../../../answerView.ts'

/** A moment that is none reads as now: the address is the browser's own, and a page it came from is no reason to fail. */
export async function GET(
  request: Request,
  context: { params: Promise<{ incident: string }> },
): Promise<Response> {
  const { incident } = await context.params
  const asked = new Date(new URL(request.url).searchParams.get('at') ?? Number.NaN)
  return await answerView({}, (actor, now) =>
    readIncidentMoment(incident, Number.isNaN(asked.getTime()) ? now : asked, actor, now),
  )
}
