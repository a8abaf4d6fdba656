import { setTimeout as pause } from 'node:timers/promises'
import type { Switchback } from '#sdk/client.ts'

/** One person who talks to the agent: one to four turns, each by the version that the SDK names for it. */

export interface ConversationOptions {
  readonly agent: string
  readonly conversationId: string
  readonly client: Switchback
  readonly random: () => number
  /** Where the versions answer. */
  readonly urls: ReadonlyMap<string, string>
  /** Told before a turn is sent. */
  readonly onTurn: (version: string, isFirst: boolean) => void
  /** No turn begins after it; the one that runs is let finish. */
  readonly ending: AbortSignal
}

const turnsMax = 4
const thinkMs = 1_500
/** People give up on an answer. */
const patienceMs = 30_000
const messages = [
  'Where is my order?',
  'It still has not come. Can you look again?',
  'I want my money back.',
  'Please have it sent to the neighbours.',
]

export async function converse(options: ConversationOptions): Promise<void> {
  const { agent, conversationId, client, random, urls, ending } = options
  let pin: ReturnType<Switchback['decide']>['pin']
  for (let left = 1 + Math.floor(random() * turnsMax); left > 0 && !ending.aborted; left -= 1) {
    const before = pin?.version
    const decided = client.decide(agent, { conversationId, pin })
    pin = decided.pin
    const url = decided.version === null ? undefined : urls.get(decided.version)
    if (url === undefined || decided.version === null) return
    options.onTurn(decided.version, decided.version !== before)
    await say(url, conversationId, messages[Math.floor(random() * messages.length)] ?? '')
    if (left > 1) await pause(thinkMs * (0.5 + random()), undefined, { signal: ending }).catch(() => null)
  }
}

async function say(url: string, conversationId: string, message: string): Promise<void> {
  const answer = await fetch(`${url}/chat`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ conversationId, message }),
    signal: AbortSignal.timeout(patienceMs),
  }).catch(() => null)
  await answer?.arrayBuffer().catch(() => null)
}
