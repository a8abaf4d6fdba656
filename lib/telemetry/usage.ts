import { providerOf } from '#lib/domain/modelName.ts'
import { amountOf, textOf } from './attribute.ts'
import type { Attributes } from './otlpSpan.ts'

/** What a model call used, as far as its span says. */
export interface Usage {
  /** Who is paid for it, as `providerOf` writes it; null where only a framework is named. */
  readonly provider: string | null
  readonly model: string | null
  /** With what was read from or written to a cache. */
  readonly inputTokens: number | null
  /** Of the input, what was read from a cache; null when nothing is said of it. */
  readonly cachedInputTokens: number | null
  /** With what the model thought before it answered. */
  readonly outputTokens: number | null
  /** Of the output, what the model thought; null when nothing is said of it. */
  readonly reasoningTokens: number | null
  readonly costUsd: number | null
}

/**
 * Tokens and cost in the names of both generations of the conventions and of the emitters that have their own.
 *
 * Most count what was read from a cache inside the input, and reasoning inside the output: both generations of the
 * conventions, OpenInference, Traceloop, AI SDK 6 and 7, Mastra, VoltAgent, pydantic-ai. Some hand on what the model's
 * API said, which counts beside: Claude Code; AI SDK 5 with Anthropic and Bedrock (cache) and with Google (reasoning);
 * Strands with models of Bedrock and Anthropic (cache); ADK in Python (reasoning). Those are added here. So is a part
 * that is larger than the whole it is said to be in.
 */
export function usageOf(attributes: Attributes, spanName: string): Usage {
  const bare = spanName.startsWith('claude_code.')
  const provider = providerNamed(attributes)
  const model = textOf(attributes, ...modelKeys, ...(bare ? ['model'] : []))
  const cached = amountOf(attributes, ...cachedKeys, ...(bare ? ['cache_read_tokens'] : []))
  const reasoning = amountOf(attributes, ...reasoningKeys)
  const input = amountOf(attributes, ...inputKeys) ?? (bare ? amountOf(attributes, 'input_tokens') : null)
  const output = amountOf(attributes, ...outputKeys) ?? (bare ? amountOf(attributes, 'output_tokens') : null)
  const isCacheBeside = bare || countsCacheBeside(attributes, provider, model)
  const beside = isCacheBeside ? sum(cached, amountOf(attributes, ...writtenKeys(bare))) : 0
  return {
    provider,
    model,
    inputTokens: whole(withBeside(bare ? (input ?? (beside > 0 ? 0 : null)) : input, beside, cached)),
    cachedInputTokens: whole(cached),
    outputTokens: whole(
      withBeside(output, countsReasoningBeside(attributes, provider) ? (reasoning ?? 0) : 0, reasoning),
    ),
    reasoningTokens: whole(reasoning),
    costUsd: costOf(attributes, bare),
  }
}

/** What no one model call or run can use: a figure beyond it is a mistake, and says nothing. */
const tokensMax = 1e9
const costUsdMax = 1e6

const providerKeys = [
  'gen_ai.provider.name',
  'gen_ai.system',
  'ai.model.provider',
  'llm.provider',
  'llm.system',
]

const modelKeys = [
  'gen_ai.response.model',
  'gen_ai.request.model',
  'llm.model_name',
  'ai.response.model',
  'ai.model.id',
  'ai.model.name',
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

const cachedKeys = [
  'gen_ai.usage.cache_read.input_tokens',
  'gen_ai.usage.cache_read_input_tokens',
  'gen_ai.usage.cached_input_tokens',
  'gen_ai.usage.input_tokens.cached',
  'gen_ai.usage.details.cache_read_tokens',
  'ai.usage.inputTokenDetails.cacheReadTokens',
  'ai.usage.cachedInputTokens',
  'llm.token_count.prompt_details.cache_read',
  'llm.usage.cache_read_input_tokens',
  'usage.cached_tokens',
]

const writtenKeys = (bare: boolean) => [
  'gen_ai.usage.cache_write.input_tokens',
  'gen_ai.usage.cache_creation.input_tokens',
  'gen_ai.usage.cache_write_input_tokens',
  'gen_ai.usage.cache_creation_input_tokens',
  ...(bare ? ['cache_creation_tokens'] : []),
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

const reasoningKeys = [
  'gen_ai.usage.reasoning.output_tokens',
  'gen_ai.usage.reasoning_tokens',
  'gen_ai.usage.output_tokens.reasoning',
  'gen_ai.usage.details.reasoning_tokens',
  'gen_ai.usage.experimental.reasoning_tokens',
  'ai.usage.outputTokenDetails.reasoningTokens',
  'ai.usage.reasoningTokens',
  'llm.token_count.completion_details.reasoning',
  'usage.reasoning_tokens',
]

/** The first name that is a provider's: where a framework stands in one place, the provider may stand in another. */
function providerNamed(attributes: Attributes): string | null {
  for (const key of providerKeys) {
    const provider = providerOf(textOf(attributes, key))
    if (provider !== null) return provider
  }
  return null
}

function countsCacheBeside(attributes: Attributes, provider: string | null, model: string | null): boolean {
  if (textOf(attributes, 'gen_ai.system', 'gen_ai.provider.name') === 'strands-agents') {
    return /claude|anthropic|amazon\.|nova/i.test(model ?? '')
  }
  // AI SDK 6 tells the parts of the input one by one, and the whole as their sum.
  const isAiSdk5 =
    attributes['ai.usage.cachedInputTokens'] !== undefined &&
    attributes['ai.usage.inputTokenDetails.cacheReadTokens'] === undefined
  return isAiSdk5 && (provider === 'anthropic' || provider === 'bedrock' || provider === 'vertex-anthropic')
}

function countsReasoningBeside(attributes: Attributes, provider: string | null): boolean {
  if (attributes['gen_ai.usage.experimental.reasoning_tokens'] !== undefined) return true
  const isAiSdk5 =
    attributes['ai.usage.reasoningTokens'] !== undefined &&
    attributes['ai.usage.outputTokenDetails.reasoningTokens'] === undefined
  return isAiSdk5 && provider === 'google'
}

/** The whole with what is counted beside it, and with a part that cannot be inside because it is larger. */
function withBeside(whole: number | null, beside: number, part: number | null): number | null {
  if (whole === null) return null
  if (beside > 0) return whole + beside
  return part !== null && part > whole ? whole + part : whole
}

function sum(...amounts: readonly (number | null)[]): number {
  return amounts.reduce<number>((before, amount) => before + (amount ?? 0), 0)
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
