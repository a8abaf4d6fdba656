import type { Prisma } from '#lib/store/generated/client.ts'

/** A plain value as a JSON column takes it. */
export function toJson(value: unknown): Prisma.InputJsonObject {
  return JSON.parse(JSON.stringify(value)) as Prisma.InputJsonObject
}
