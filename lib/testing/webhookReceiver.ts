import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { Webhook } from 'standardwebhooks'

/** A receiver of signed webhooks as somebody else would build it: verifies, keeps ids, takes each message once. */
export interface WebhookReceiver {
  readonly url: string
  /** What a reader sees now, oldest first. */
  read(): { readonly text: string; readonly ts: string; readonly parentTs: string | null }[]
  /** The headers and bodies of the posts that were answered, good and bad. */
  readonly posts: readonly { readonly headers: IncomingMessage['headers']; readonly body: string }[]
  /** The next post meets this: the connection ends before or after it is taken, or this answer is given. */
  meet(trouble: 'unreachable' | 'answer_lost' | { status: number; headers?: Record<string, string> }): void
  close(): Promise<void>
}

interface Shown {
  readonly id: string
  text: string
  readonly parent: string | null
}

export async function startWebhookReceiver(secret: string): Promise<WebhookReceiver> {
  const webhook = new Webhook(secret)
  const shown: Shown[] = []
  const seenIds = new Set<string>()
  const posts: { headers: IncomingMessage['headers']; body: string }[] = []
  const troubles: Parameters<WebhookReceiver['meet']>[0][] = []

  /** The status that a post deserves. */
  function take(headers: IncomingMessage['headers'], body: string): number {
    const { type, data } = webhook.verify(body, headers as Record<string, string>) as {
      type: string
      data: { id: string; text: string; in_reply_to?: string | null }
    }
    if (type === 'alert.updated') {
      const there = shown.find(({ id }) => id === data.id)
      if (!there) return 404
      there.text = data.text
      return 204
    }
    const id = String(headers['webhook-id'])
    if (!seenIds.has(id)) shown.push({ id, text: data.text, parent: data.in_reply_to ?? null })
    seenIds.add(id)
    return 204
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const trouble = troubles.shift()
    if (trouble === 'unreachable') return void request.socket.destroy()
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const body = Buffer.concat(chunks).toString()
    posts.push({ headers: request.headers, body })
    if (typeof trouble === 'object') return void response.writeHead(trouble.status, trouble.headers).end()
    const status = take(request.headers, body)
    if (trouble === 'answer_lost') return void request.socket.destroy()
    response.writeHead(status).end()
  }

  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.writeHead(401).end())
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The receiver has no port')
  return {
    url: `http://127.0.0.1:${address.port}/alerts`,
    read: () => shown.map(({ id, text, parent }) => ({ text, ts: id, parentTs: parent })),
    posts,
    meet: (trouble) => troubles.push(trouble),
    async close() {
      const closed = new Promise((done) => server.close(done))
      server.closeAllConnections()
      await closed
    },
  }
}
