import type { PrismaClient } from './generated/client.ts'
import type { Tx } from './transaction.ts'

/** Which span a model's response came from. */
export interface ResponseSpan {
  readonly responseId: string
  readonly traceId: string
  readonly spanId: string
}

/** Keeps them; one that is there already changes nothing. */
export async function keepResponses(
  db: PrismaClient,
  spans: readonly ResponseSpan[],
  receivedAt: Date,
): Promise<void> {
  if (spans.length === 0) return
  await db.$executeRaw`
    INSERT INTO model_response (response_id, trace_id, span_id, received_at)
    SELECT t.response_id, t.trace_id, t.span_id, ${receivedAt}
    FROM unnest(
      ${spans.map((span) => span.responseId)}::text[], ${spans.map((span) => span.traceId)}::text[],
      ${spans.map((span) => span.spanId)}::text[]
    ) AS t(response_id, trace_id, span_id)
    ON CONFLICT DO NOTHING`
}

/** The newest span of each of these responses. */
export async function findResponses(tx: Tx, responseIds: readonly string[]): Promise<ResponseSpan[]> {
  if (responseIds.length === 0) return []
  return await tx.$queryRaw<ResponseSpan[]>`
    SELECT DISTINCT ON (response_id) response_id AS "responseId", trace_id AS "traceId", span_id AS "spanId"
    FROM model_response WHERE response_id = ANY(${responseIds})
    ORDER BY response_id, received_at DESC`
}

const hourMs = 3_600_000

/**
 * Forgets what is a day old; and after an hour where nobody has sent a score by response within a day, since there are
 * as many responses as calls of models.
 */
export async function forgetResponses(db: PrismaClient, now: Date): Promise<void> {
  const dayAgo = new Date(now.getTime() - 24 * hourMs)
  const isUsed = await db.score.findFirst({
    where: { responseId: { not: null }, traceId: null, receivedAt: { gte: dayAgo } },
    select: { id: true },
  })
  const before = isUsed ? dayAgo : new Date(now.getTime() - hourMs)
  await db.modelResponse.deleteMany({ where: { receivedAt: { lt: before } } })
}
