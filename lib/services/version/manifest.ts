import { z } from 'zod'
import { isManifest, type Manifest, manifestFaults, manifestParts } from '#lib/domain/manifest.ts'

/** A manifest as it comes in. Passed on untouched: what is digested is what was sent. */
export const manifestSchema = z
  .unknown()
  .transform((value, context): Manifest => {
    if (isManifest(value)) return value
    for (const fault of manifestFaults(value)) {
      context.addIssue({ code: 'custom', message: fault.expected, params: { fault }, input: value })
    }
    return z.NEVER
  })
  .meta({
    type: 'object',
    minProperties: 1,
    additionalProperties: true,
    description: `What the version is made of, as any JSON: ${manifestParts.join(', ')}, and what else the team keeps. All of it counts for the digest.`,
  })
