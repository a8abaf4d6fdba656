/** Names of models and their providers as frameworks send them, brought to one form for looking up prices. */

/**
 * Who is paid for a model call, in one form; null when the name says nothing of it: many frameworks put their own name
 * where the provider belongs. A provider that is not known here keeps its name, in lower case.
 */
export function providerOf(name: string | null): string | null {
  if (name === null) return null
  const given = name.trim().toLowerCase()
  if (given === '' || frameworks.has(given)) return null
  return providers.find(({ pattern }) => pattern.test(given))?.provider ?? given
}

/** What stands where a provider belongs and is none. ADK says `gcp.vertex.agent` whatever model it calls. */
const frameworks = new Set([
  '_other',
  'unknown',
  'agno',
  'autogen',
  'crewai',
  'gcp.vertex.agent',
  'genkit',
  'haystack',
  'langchain',
  'langgraph',
  'langsmith',
  'litellm',
  'llama_index',
  'llamaindex',
  'mastra',
  'openai-agents',
  'pydantic-ai',
  'semantic_kernel',
  'strands-agents',
  'traceloop',
  'voltagent',
])

/**
 * The first that fits. Of the semantic conventions, the AI SDK (`openai.chat`), LangChain and Traceloop. A cloud that
 * sells another's models is a provider of its own: it has its own prices.
 */
const providers: readonly { readonly pattern: RegExp; readonly provider: string }[] = [
  { pattern: /^(az\.ai\.|azure)/, provider: 'azure' },
  { pattern: /^(aws[._]bedrock|amazon[-_]bedrock|bedrock)/, provider: 'bedrock' },
  { pattern: /^((google\.)?vertex|vertexai|google_vertexai).*anthropic/, provider: 'vertex-anthropic' },
  {
    pattern: /^(gcp\.(gemini|gen_ai|vertex_ai)|google|gemini|vertex_?ai|generative-ai)/,
    provider: 'google',
  },
  { pattern: /^openai(\.|$)/, provider: 'openai' },
  { pattern: /^anthropic(\.|$)/, provider: 'anthropic' },
  { pattern: /^(mistral|mistral_ai|mistralai)(\.|$)/, provider: 'mistral' },
  { pattern: /^x_?ai(\.|$)/, provider: 'xai' },
]

/**
 * The names under which a model's price is looked for, most specific first: as it was sent, without a path in front
 * (`openai/gpt-4o`, `models/gemini-2.5-pro`), without the day of a snapshot (`gpt-4o-2024-08-06`,
 * `claude-sonnet-4-5-20250929`, `gemini-2.0-flash-001`, `…-latest`). A fine-tuned model (`ft:…`) has its own price, and
 * goes by its own name alone. A preview is a model of its own.
 */
export function modelForms(name: string): readonly string[] {
  const sent = name.trim().toLowerCase()
  if (sent.startsWith('ft:')) return [sent]
  const bare = sent.slice(sent.lastIndexOf('/') + 1).replace(/^(openai|anthropic|google|gemini):/, '')
  const undated = bare.replace(snapshot, '')
  return [...new Set([sent, bare, undated])].filter((form) => form !== '')
}

const snapshot = /([-@]\d{4}-\d{2}-\d{2}|[-@]20\d{6}|-00\d|-latest)$/

/** The provider that stands in front of a model's name, as routers write it: `openai/gpt-4o`, `openai:gpt-4o`. */
export function providerInName(model: string): string | null {
  const named = /^(openai|anthropic|google|gemini|mistralai|mistral|x-?ai)[/:]/i.exec(model.trim())?.[1]
  return named ? providerOf(named.replace('-', '')) : null
}
