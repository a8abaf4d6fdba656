import { paths } from '#lib/paths.ts'
import { type CheckpointVerdict, verifyCheckpoints } from '#lib/record/checkpoints.ts'
import { sortLines } from '#lib/record/published.ts'
import { openVerification, type RecordVerdict } from '#lib/record/verification.ts'

/** Reads the whole record that the reader may see, and computes every hash again, here. */

export interface BrowserVerdict {
  readonly record: RecordVerdict
  readonly checkpoints: CheckpointVerdict
}

/** `onProgress` hears how many lines were read. Throws when the record cannot be read to its end. */
export async function verifyInBrowser(
  onProgress: (lines: number) => void,
  signal: AbortSignal,
): Promise<BrowserVerdict> {
  const answer = await fetch(paths.auditExport('jsonl'), { signal })
  if (!answer.ok || !answer.body) throw new Error(`The record could not be read (${answer.status})`)
  const chunks = linesOf(answer.body)
  const { head, next } = await readHead(chunks)
  const published = sortLines(head)
  const checkpoints = await verifyCheckpoints(published.checkpoints, published.key)
  // Checkpoints come only to whoever may see every chain.
  const verification = openVerification({ checkpoints, isEveryChain: head.length > 0 })
  await verification.add(head.map(() => ''))
  let read = 0
  const take = async (lines: readonly string[]) => {
    await verification.add(lines)
    read += lines.length
    onProgress(read)
  }
  await take(next)
  for (;;) {
    const { done, value } = await chunks.next()
    if (done) break
    await take(value)
  }
  return { record: verification.end(), checkpoints }
}

/** The key and the checkpoints, which stand first, and the lines that came with the last of them. */
async function readHead(chunks: AsyncGenerator<string[]>) {
  const head: string[] = []
  for (;;) {
    const { done, value } = await chunks.next()
    if (done) return { head, next: [] }
    const first = value.findIndex((text) => !text.startsWith('{"kind":'))
    head.push(...value.slice(0, first === -1 ? value.length : first))
    if (first !== -1) return { head, next: value.slice(first) }
  }
}

async function* linesOf(body: ReadableStream<Uint8Array>): AsyncGenerator<string[]> {
  const reader = body.getReader()
  const decoder = new TextDecoder()
  let rest = ''
  for (;;) {
    const { done, value } = await reader.read()
    const lines = (rest + decoder.decode(value, { stream: !done })).split('\n')
    rest = lines.pop() ?? ''
    if (lines.length > 0) yield lines
    if (done) break
  }
  if (rest !== '') yield [rest]
}
