import { readShell } from '#lib/views/shell.ts'
import { answerView } from '../answerView.ts'

export async function GET(): Promise<Response> {
  return await answerView({}, readShell)
}
