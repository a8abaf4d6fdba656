import { readRolloutSeries } from '#lib/views/rolloutSeries.ts'
import { answerView } from '../../../answerView.ts'

export async function GET(
  _request: Request,
  context: { params: Promise<{ rollout: string }> },
): Promise<Response> {
  const { rollout } = await context.params
  return await answerView({}, (actor, now) => readRolloutSeries(rollout, actor, now))
}
