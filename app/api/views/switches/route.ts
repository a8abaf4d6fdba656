import { readSwitches } from '#lib/views/switches.ts'
import { answerView } from '../answerView.ts'

export async function GET(): Promise<Response> {
  return await answerView({}, (actor, now) => readSwitches(actor, now))
}
