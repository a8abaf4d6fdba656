import { readStanding } from '#lib/services/approval/standing.ts'
import { answerView } from '../../answerView.ts'

export async function GET(
  _request: Request,
  context: { params: Promise<{ approval: string }> },
): Promise<Response> {
  const { approval } = await context.params
  return await answerView({}, (actor, now) => readStanding(approval, actor, now))
}
