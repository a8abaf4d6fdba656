import { routes } from '#lib/services/api/routes.ts'
import { openApiDocument } from '#lib/services/openapi.ts'
import { sendJson } from '../../door.ts'

export const dynamic = 'force-dynamic'

/** What the doors for machines take and answer, generated from the schemas that check it. Open to all: it holds no data. */
export async function GET(request: Request): Promise<Response> {
  const address = process.env.SWITCHBACK_PUBLIC_URL ?? new URL(request.url).origin
  return sendJson(openApiDocument(routes, address))
}
