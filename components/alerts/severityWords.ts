import type { Severity } from '#lib/domain/alertRoute.ts'

/** What a way takes. */
export const severityWords = {
  info: 'Everything',
  warning: 'Warnings and what is graver',
  critical: 'Only what is critical',
} as const satisfies Record<Severity, string>
