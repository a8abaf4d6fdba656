import { amountOf, textOf } from './attribute.ts'
import type { Attributes } from './otlpSpan.ts'

/** What a model call used, as far as its span says. */
export interface Usage {
  readonly model: string | null
  /** With what was read from or written to a cache. */
  readonly inputTokens: number | null
  readonly outputTokens: number | null
  readonly costUsd: number | null
}

/**
 * Tokens and cost in the names of both generations of the conventions and of the emitters that have their
 * own.
 */
export function usageOf(attributes: Attributes, spanName: string): Usage {
  const inputTokens = amountOf(attributes, ...inputKeys)
  const outputTokens = amountOf(attributes, ...outputKeys)
  const bare = spanName.startsWith('claude_code.')
  return {
    model: textOf(attributes, ...modelKeys, ...(bare ? ['model'] : [])),
    inputTokens: whole(inputTokens ?? (bare ? claudeCodeInput(attributes) : null)),
    outputTokens: whole(outputTokens ?? (bare ? amountOf(attributes, 'output_tokens') : null)),
    costUsd: costOf(attributes, bare),
  }
}

/** What no one model call or run can use: a figure beyond it is a mistake, and says nothing. */
const tokensMax = 1e9
const costUsdMax = 1e6

const modelKeys = [
  'gen_ai.response.model',
  'gen_ai.request.model',
  'llm.model_name',
  'ai.response.model',
  'ai.model.id',
]

const inputKeys = [
  'gen_ai.usage.input_tokens',
  'gen_ai.usage.prompt_tokens',
  'ai.usage.inputTokens',
  'ai.usage.promptTokens',
  'llm.token_count.prompt',
  'llm.usage.prompt_tokens',
  'usage.prompt_tokens',
]

const outputKeys = [
  'gen_ai.usage.output_tokens',
  'gen_ai.usage.completion_tokens',
  'ai.usage.outputTokens',
  'ai.usage.completionTokens',
  'llm.token_count.completion',
  'llm.usage.completion_tokens',
  'usage.completion_tokens',
]

/** Claude Code counts the cached part beside its input; everyone else counts it inside. */
function claudeCodeInput(attributes: Attributes): number | null {
  const parts = ['input_tokens', 'cache_read_tokens', 'cache_creation_tokens'].map((key) =>
    amountOf(attributes, key),
  )
  const known = parts.filter((part) => part !== null)
  return known.length === 0 ? null : known.reduce((sum, part) => sum + part, 0)
}

function costOf(attributes: Attributes, bare: boolean): number | null {
  const currency = textOf(attributes, 'gen_ai.usage.cost.currency')
  const isUsd = currency === null || currency.toUpperCase() === 'USD'
  const keys = isUsd ? ['gen_ai.usage.cost.amount', 'gen_ai.usage.cost'] : []
  const cost = amountOf(
    attributes,
    ...keys,
    'llm.cost.total',
    'operation.cost',
    ...(bare ? ['cost_usd'] : []),
  )
  return cost !== null && cost > costUsdMax ? null : cost
}

function whole(tokens: number | null): number | null {
  return tokens === null || tokens > tokensMax ? null : Math.round(tokens)
}
