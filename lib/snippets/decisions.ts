import { js, python, shell, type Snippet, type SnippetSubject } from './snippet.ts'

/**
 * How an agent asks which version to run. The version in each is what runs while nothing can be known. Each is a whole
 * program that writes the answer.
 */
export function decisionSnippets(subject: SnippetSubject): readonly Snippet[] {
  return [curlDecision(subject), openFeatureDecision(subject), pythonDecision(subject), sdkDecision(subject)]
}

const flagOf = (agent: string) => `agent.${agent}.version`

function curlDecision({ agent, edgeUrl, token }: SnippetSubject): Snippet {
  return {
    id: 'curl',
    label: 'curl',
    install: null,
    code: `curl -sS ${shell(`${edgeUrl}/ofrep/v1/evaluate/flags/${flagOf(agent)}`)} \\
  -H ${shell(`authorization: Bearer ${token}`)} \\
  -H 'content-type: application/json' \\
  -d '{"context": {"targetingKey": "conversation-1"}}'
`,
    notes: ['The targeting key is the conversation: the same one gets the same answer.'],
  }
}

function openFeatureDecision({ agent, version, edgeUrl, token }: SnippetSubject): Snippet {
  return {
    id: 'openfeature',
    label: 'OpenFeature, TypeScript',
    install: 'npm install @openfeature/server-sdk @openfeature/ofrep-provider',
    code: `import { OFREPProvider } from '@openfeature/ofrep-provider'
import { OpenFeature } from '@openfeature/server-sdk'

const provider = new OFREPProvider({
  baseUrl: ${js(edgeUrl)},
  headers: { authorization: ${js(`Bearer ${token}`)} },
})
await OpenFeature.setProviderAndWait(provider)
const flags = OpenFeature.getClient()

const context = { targetingKey: 'conversation-1' } // yours: the same one gets the same answer
const version = await flags.getStringValue(${js(flagOf(agent))}, ${js(version)}, context)
const mayWrite = await flags.getBooleanValue(${js(`capability.${agent}.writes`)}, false, context)
console.log({ version, mayWrite })
`,
    notes: ['Each answer is a request to the edge. Our SDK answers in your process.'],
  }
}

function pythonDecision({ agent, version, edgeUrl, token }: SnippetSubject): Snippet {
  return {
    id: 'openfeature-python',
    label: 'OpenFeature, Python',
    install: 'pip install openfeature-sdk openfeature-provider-ofrep',
    code: `from openfeature import api
from openfeature.contrib.provider.ofrep import OFREPProvider
from openfeature.evaluation_context import EvaluationContext

headers = {"Authorization": ${python(`Bearer ${token}`)}}
api.set_provider(OFREPProvider(${python(edgeUrl)}, headers_factory=lambda: headers))
flags = api.get_client()

context = EvaluationContext(targeting_key="conversation-1")  # yours: the same one gets the same answer
version = flags.get_string_value(${python(flagOf(agent))}, ${python(version)}, context)
may_write = flags.get_boolean_value(${python(`capability.${agent}.writes`)}, False, context)
print(version, may_write)
`,
    notes: ['Each answer is a request to the edge.'],
  }
}

function sdkDecision({ agent, version, edgeUrl, token }: SnippetSubject): Snippet {
  return {
    id: 'sdk',
    label: 'Our SDK',
    install: `(cd switchback/sdk && npm pack --pack-destination /tmp)
npm install /tmp/switchback-sdk-*.tgz`,
    code: `import { createSwitchback } from '@switchback/sdk'

const switchback = createSwitchback({
  url: ${js(edgeUrl)},
  token: ${js(token)},
  agents: { ${js(agent)}: { stable: ${js(version)} } }, // what runs while nothing is known
})
await switchback.ready(3_000)

const { version, reason } = switchback.decide(${js(agent)}, { conversationId: 'conversation-1' })
const mayWrite = switchback.allow(${js(agent)}, 'writes')
console.log({ version, reason, mayWrite })
await switchback.close()
`,
    notes: [
      'Decides in your process from a table that the edge streams: an outage of Switchback changes nothing that runs.',
      'It is not on npm yet: it is packed from the folder sdk of Switchback’s own source.',
    ],
  }
}
