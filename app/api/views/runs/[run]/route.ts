import { readRun } from '#lib/views/run.ts'
import { answerView } from '../../answerView.ts'

export async function GET(
  _request: Request,
  context: { params: Promise<{ run: string }> },
): Promise<Response> {
  const { run } = await context.params
  return await answerView({}, (actor) => readRun(run, actor))
}
