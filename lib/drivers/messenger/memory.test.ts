import { messengerContract } from '#lib/testing/messengerContract.ts'
import { memoryMessenger } from './memory.ts'

messengerContract('memory', async () => {
  const messenger = memoryMessenger(['releases'])
  return {
    messenger,
    channel: 'releases',
    read: () =>
      messenger.messages.map(({ message, handle, threadOf }) => ({
        text: message.text,
        ts: handle.ts,
        parentTs: threadOf?.ts ?? null,
      })),
    trouble: messenger.trouble,
    close: async () => {},
  }
})
