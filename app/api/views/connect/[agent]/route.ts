import { readConnect } from '#lib/views/connect.ts'
import { answerView } from '../../answerView.ts'

interface Params {
  params: Promise<{ agent: string }>
}

export async function GET(_request: Request, { params }: Params): Promise<Response> {
  const name = decodeURIComponent((await params).agent)
  return await answerView({ agent: name }, (actor, now) => readConnect(name, actor, now))
}
