import { readAddress } from '#lib/address/readAddress.ts'
import { rolloutAddress } from '#lib/address/rollout.ts'
import { readRolloutSeries } from '#lib/views/rolloutSeries.ts'
import { answerView } from '../../../answerView.ts'

export async function GET(
  request: Request,
  context: { params: Promise<{ rollout: string }> },
): Promise<Response> {
  const { rollout } = await context.params
  const { range } = readAddress(rolloutAddress, Object.fromEntries(new URL(request.url).searchParams)).wishes
  return await answerView({}, (actor, now) => readRolloutSeries(rollout, actor, now, range ?? undefined))
}
