import { readRunConditions } from '#lib/address/runs.ts'
import { readRuns } from '#lib/views/runs.ts'
import { answerView } from '../../../answerView.ts'

export async function GET(
  request: Request,
  context: { params: Promise<{ agent: string }> },
): Promise<Response> {
  const { agent } = await context.params
  const { before, ...given } = Object.fromEntries(new URL(request.url).searchParams)
  const filter = { ...readRunConditions(given), before: before ?? null }
  return await answerView({}, (actor) => readRuns(decodeURIComponent(agent), filter, actor))
}
