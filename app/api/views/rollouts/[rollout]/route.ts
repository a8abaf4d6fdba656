import { readRollout } from '#lib/views/rollout.ts'
import { answerView } from '../../answerView.ts'

export async function GET(
  _request: Request,
  context: { params: Promise<{ rollout: string }> },
): Promise<Response> {
  const { rollout } = await context.params
  return await answerView({}, (actor, now) => readRollout(rollout, actor, now))
}
