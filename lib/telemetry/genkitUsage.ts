/** The attribute in which Genkit sends a whole answer of a model, and the only place where it tells the tokens. */
export const genkitOutput = 'genkit:output'

const names = {
  inputTokens: 'gen_ai.usage.input_tokens',
  outputTokens: 'gen_ai.usage.output_tokens',
  cachedContentTokens: 'gen_ai.usage.cache_read.input_tokens',
  thoughtsTokens: 'gen_ai.usage.reasoning_tokens',
} as const

/** The tokens in such an answer, under the names of the conventions; nothing else of it is read. */
export function genkitUsage(output: string): [string, number][] {
  const usage = usageIn(output)
  return Object.entries(names).flatMap(([key, name]): [string, number][] => {
    const tokens = usage[key]
    return typeof tokens === 'number' && Number.isFinite(tokens) ? [[name, tokens]] : []
  })
}

function usageIn(output: string): Readonly<Record<string, unknown>> {
  if (!output.includes('"usage"')) return {}
  try {
    const answer = JSON.parse(output) as { readonly usage?: unknown } | null
    const usage = answer?.usage
    return typeof usage === 'object' && usage !== null ? (usage as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}
