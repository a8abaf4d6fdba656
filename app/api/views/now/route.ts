import { readNow } from '#lib/views/now.ts'
import { answerView } from '../answerView.ts'

export async function GET(): Promise<Response> {
  return await answerView({}, readNow)
}
