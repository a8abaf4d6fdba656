import { js, python, shell, type Snippet, type SnippetSubject } from './snippet.ts'

/**
 * How to send a run, the same run in each language: an `invoke_agent` span that names its agent and its version
 * (OpenTelemetry's conventions for generative AI). Each is a whole program.
 */
export function traceSnippets(subject: SnippetSubject): readonly Snippet[] {
  return [curlTrace(subject), aiSdkTrace(subject), nodeTrace(subject), pythonTrace(subject)]
}

function curlTrace({ agent, version, edgeUrl, token }: SnippetSubject): Snippet {
  const attributes = [
    attribute('gen_ai.operation.name', 'invoke_agent'),
    attribute('gen_ai.agent.name', agent),
    attribute('gen_ai.agent.version', version),
  ]
  return {
    id: 'curl',
    label: 'curl',
    install: null,
    code: `NOW=$(date +%s)
TRACE=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \\n')
SPAN=$(od -An -N8 -tx1 /dev/urandom | tr -d ' \\n')
curl -sS ${shell(`${edgeUrl}/v1/traces`)} \\
  -H ${shell(`authorization: Bearer ${token}`)} \\
  -H 'content-type: application/json' \\
  -d @- <<JSON
{"resourceSpans": [{"scopeSpans": [{"spans": [{
  "traceId": "$TRACE", "spanId": "$SPAN", "name": "invoke_agent ${agent}", "kind": 1,
  "startTimeUnixNano": "$((NOW - 1))000000000", "endTimeUnixNano": "\${NOW}000000000",
  "attributes": [
    ${attributes.join(',\n    ')}
  ]}]}]}]}
JSON
`,
    notes: ['One run by hand, to see that it arrives. Paste it into a terminal.'],
  }
}

function attribute(key: string, value: string): string {
  return JSON.stringify({ key, value: { stringValue: value } })
}

/**
 * The lines of an exporter and a provider, which both JavaScript snippets need. The resource names no version: during a
 * rollout one process runs two.
 */
function jsProvider({ agent, edgeUrl, token }: SnippetSubject): string {
  return `const exporter = new OTLPTraceExporter({
  url: ${js(`${edgeUrl}/v1/traces`)},
  headers: { authorization: ${js(`Bearer ${token}`)} },
})
const provider = new TracerProvider({
  resource: resourceFromAttributes({ 'service.name': ${js(agent)} }),
  spanProcessors: [new BatchSpanProcessor({ exporter })],
})`
}

const jsPackages =
  '@opentelemetry/api @opentelemetry/sdk-trace @opentelemetry/resources @opentelemetry/exporter-trace-otlp-proto'

const jsImports = `import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto'
import { resourceFromAttributes } from '@opentelemetry/resources'
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace'`

function aiSdkTrace(subject: SnippetSubject): Snippet {
  return {
    id: 'ai-sdk',
    label: 'Vercel AI SDK',
    install: `npm install ai @ai-sdk/otel ${jsPackages}`,
    code: `import { OpenTelemetry } from '@ai-sdk/otel'
import { trace } from '@opentelemetry/api'
${jsImports}
import { generateText, registerTelemetry } from 'ai'

${jsProvider(subject)}
trace.setGlobalTracerProvider(provider)
registerTelemetry(
  new OpenTelemetry({
    enrichSpan: ({ runtimeContext: c }) => ({
      ...(c?.version ? { 'gen_ai.agent.version': String(c.version) } : {}),
      ...(c?.conversation ? { 'gen_ai.conversation.id': String(c.conversation) } : {}),
    }),
  }),
)

const { text } = await generateText({
  model: 'anthropic/claude-sonnet-4.5', // yours
  prompt: 'Where is my order?',
  // The version that was decided for this conversation, and the conversation itself.
  runtimeContext: { version: ${js(subject.version)}, conversation: crypto.randomUUID() },
  telemetry: {
    functionId: ${js(subject.agent)},
    includeRuntimeContext: { version: true, conversation: true },
    recordInputs: false,
    recordOutputs: false,
  },
})
console.log(text)
await provider.shutdown() // sends what is left; once, at the end of the process
`,
    notes: [
      'AI SDK 7. Each call of generateText, streamText or an agent is a run, its tool calls included.',
      'The version is given with each call: during a rollout one process runs two. docs/frameworks.md has the line for LangChain, OpenAI Agents, Mastra and others.',
      'It calls your model, so it needs that provider’s key.',
    ],
  }
}

function nodeTrace(subject: SnippetSubject): Snippet {
  const { agent, version } = subject
  return {
    id: 'node',
    label: 'OpenTelemetry, Node',
    install: `npm install ${jsPackages}`,
    code: `import { SpanStatusCode } from '@opentelemetry/api'
${jsImports}

${jsProvider(subject)}
const tracer = provider.getTracer(${js(agent)})

// One run: around everything that the agent does in a turn.
await tracer.startActiveSpan(${js(`invoke_agent ${agent}`)}, async (run) => {
  run.setAttributes({
    'gen_ai.operation.name': 'invoke_agent',
    'gen_ai.agent.name': ${js(agent)},
    'gen_ai.agent.version': ${js(version)},
    'gen_ai.conversation.id': crypto.randomUUID(), // yours
  })
  try {
    // … your agent’s turn
  } catch (error) {
    run.setAttribute('error.type', error.name)
    run.setStatus({ code: SpanStatusCode.ERROR })
    throw error
  } finally {
    run.end()
  }
})
await provider.shutdown() // sends what is left; once, at the end of the process
`,
    notes: ['Save it as first-run.mjs and run it with node first-run.mjs.'],
  }
}

function pythonTrace({ agent, version, edgeUrl, token }: SnippetSubject): Snippet {
  return {
    id: 'python',
    label: 'OpenTelemetry, Python',
    install: 'pip install opentelemetry-sdk opentelemetry-exporter-otlp-proto-http',
    code: `import uuid

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

exporter = OTLPSpanExporter(
    endpoint=${python(`${edgeUrl}/v1/traces`)},
    headers={"authorization": ${python(`Bearer ${token}`)}},
)
provider = TracerProvider(resource=Resource.create({"service.name": ${python(agent)}}))
provider.add_span_processor(BatchSpanProcessor(exporter))
tracer = provider.get_tracer(${python(agent)})

# One run: around everything that the agent does in a turn. An exception that leaves it makes it a failed one.
with tracer.start_as_current_span(${python(`invoke_agent ${agent}`)}) as run:
    run.set_attribute("gen_ai.operation.name", "invoke_agent")
    run.set_attribute("gen_ai.agent.name", ${python(agent)})
    run.set_attribute("gen_ai.agent.version", ${python(version)})
    run.set_attribute("gen_ai.conversation.id", str(uuid.uuid4()))  # yours
    pass  # … your agent's turn

provider.shutdown()  # sends what is left; once, at the end of the process
`,
    notes: ['Save it as first_run.py and run it with python first_run.py.'],
  }
}
