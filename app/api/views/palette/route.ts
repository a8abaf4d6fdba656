import { readPalette } from '#lib/views/palette.ts'
import { answerView } from '../answerView.ts'

export async function GET(request: Request): Promise<Response> {
  const typed = new URL(request.url).searchParams.get('q') ?? ''
  return await answerView({}, (actor) => readPalette(typed, actor))
}
