import type { AlertMessage } from '#lib/domain/alert.ts'
import type { MessageHandle, Messenger, Sent, TryAgain } from '#lib/ports/messenger.ts'

export interface MemoryMessage {
  readonly deliveryId: string
  readonly handle: MessageHandle
  readonly threadOf: MessageHandle | null
  readonly message: AlertMessage
}

/** What the next call meets: no way there, an answer that is lost after the message arrived, or too many messages. */
export type MemoryTrouble = 'unreachable' | 'answer_lost' | 'busy'

export interface MemoryMessenger extends Messenger {
  /** What a reader of the channels sees now, oldest first. */
  readonly messages: readonly MemoryMessage[]
  /** What single people were told, oldest first. */
  readonly whispers: readonly { readonly user: string; readonly text: string }[]
  /** The next call meets this. */
  trouble(kind: MemoryTrouble): void
}

/** A messenger that is all in memory, with the channels named: for tests, and to see what the others promise. */
export function memoryMessenger(channels: readonly string[]): MemoryMessenger {
  const messages: MemoryMessage[] = []
  const troubles: MemoryTrouble[] = []
  const whispers: { user: string; text: string }[] = []

  /** Says what happened to the caller; `act` runs unless the call never got there. */
  function meet(act: () => Sent): Sent {
    const trouble = troubles.shift()
    if (trouble === 'unreachable') return failure('No way to the messenger', 5, false)
    if (trouble === 'busy') return failure('Too many messages', 7, false)
    const result = act()
    return trouble === 'answer_lost' ? failure('No answer came', 5, true) : result
  }

  return {
    messages,
    whispers,
    async whisper({ user }, text) {
      whispers.push({ user, text })
      return { ok: true }
    },
    trouble(kind) {
      troubles.push(kind)
    },
    async send({ deliveryId, channel, message, threadOf, inDoubtSince }) {
      return meet(() => {
        const name = threadOf?.channel ?? channel.replace(/^#/, '')
        if (!channels.includes(name))
          return { ok: false, retry: false, reason: `There is no channel ${name}` }
        const arrived = inDoubtSince && messages.find((sent) => sent.deliveryId === deliveryId)
        if (arrived) return { ok: true, handle: arrived.handle }
        const handle = { channel: name, ts: String(messages.length + 1) }
        messages.push({ deliveryId, handle, threadOf, message })
        return { ok: true, handle }
      })
    },
    async update(handle, message) {
      return meet(() => {
        const at = messages.findIndex((sent) => isSame(sent.handle, handle))
        const before = messages[at]
        if (!before) return { ok: false, retry: false, reason: 'The message is not there any more' }
        messages[at] = { ...before, message }
        return { ok: true, handle }
      })
    },
    check: async () => ({ ok: true, as: 'memory' }),
  }
}

function failure(reason: string, afterSeconds: number, mayHaveArrived: boolean): TryAgain {
  return { ok: false, retry: true, afterSeconds, reason, mayHaveArrived }
}

function isSame(one: MessageHandle, other: MessageHandle): boolean {
  return one.channel === other.channel && one.ts === other.ts
}
