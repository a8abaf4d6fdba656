import { may } from '#lib/domain/actor.ts'
import { readableCheckpoints } from '#lib/services/audit/readableCheckpoints.ts'
import { problem } from '#lib/services/problem.ts'
import { parseAuditFilter } from '#lib/views/audit.ts'
import { auditFile, exportFormats, fileName, isWhole } from '#lib/views/auditFile.ts'
import { sendProblem } from '../../door.ts'
import { personDoor } from '../../session.ts'

const types = { csv: 'text/csv; charset=utf-8; header=present', jsonl: 'application/x-ndjson' } as const

/** The record as a file, under the conditions of the page. A whole one begins with the checkpoints and their key. */
export const GET = personDoor(async ({ request, actor }) => {
  if (!may(actor, 'audit.read')) return sendProblem(problem('forbidden', 'Your role cannot read the record'))
  const given = Object.fromEntries(new URL(request.url).searchParams)
  const format = exportFormats.find((each) => each === given['format'])
  if (!format) {
    const error = { path: 'format', given: given['format'] ?? null, expected: exportFormats.join(' or ') }
    return sendProblem(problem('bad_input', 'The export cannot be made', [error]))
  }

  const { before: _page, ...filter } = parseAuditFilter(given)
  const wrong = Object.entries(given).filter(([key, value]) => key !== 'format' && value && !(key in filter))
  if (wrong.length > 0) {
    const errors = wrong.map(([path, value]) => ({
      path,
      given: value,
      expected: 'a condition of the record',
    }))
    return sendProblem(problem('bad_input', 'The record cannot be narrowed so', errors))
  }
  const head = format === 'jsonl' && isWhole(filter, actor) ? (await readableCheckpoints(actor)).lines : []
  const pieces = auditFile(filter, format, actor)
  const encoder = new TextEncoder()
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      if (head.length > 0) controller.enqueue(encoder.encode(`${head.join('\n')}\n`))
    },
    async pull(controller) {
      const { done, value } = await pieces.next()
      if (done) controller.close()
      else controller.enqueue(encoder.encode(value))
    },
    async cancel() {
      await pieces.return(undefined)
    },
  })
  return new Response(body, {
    headers: {
      'content-type': types[format],
      'content-disposition': `attachment; filename="${fileName(filter, format)}"`,
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    },
  })
})
