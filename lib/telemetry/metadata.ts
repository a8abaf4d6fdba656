import type { Attributes } from './otlpSpan.ts'

/**
 * What stands under one of these names in the JSON that OpenInference and pydantic-ai send as `metadata`, as text; null
 * when nothing does.
 */
export function metadataText(attributes: Attributes, ...names: readonly string[]): string | null {
  const json = attributes['metadata']
  if (typeof json !== 'string') return null
  try {
    const metadata: unknown = JSON.parse(json)
    if (typeof metadata !== 'object' || metadata === null) return null
    for (const name of names) {
      if (!Object.hasOwn(metadata, name)) continue
      const value = (metadata as Record<string, unknown>)[name]
      if (typeof value === 'number') return String(value)
      if (typeof value === 'string' && value.trim() !== '') return value.trim()
    }
    return null
  } catch {
    return null
  }
}
