import type { ReactNode } from 'react'
import { PageTitle } from '#components/shell/Page.tsx'
import { Mono } from '#components/ui/Mono.tsx'
import { Snippet } from '#components/ui/Snippet.tsx'

/** There is no agent yet: how to get the first one in, or to watch one that is made up. */
export function FirstUse({ publicUrl }: { publicUrl: string }) {
  const url = publicUrl.replace(/\/$/, '')
  return (
    <>
      <PageTitle
        title="No agent yet"
        lede="Four commands bring one in. Or watch a rollout of a made-up one first."
      />
      <ol className="grid max-w-[52rem] gap-6">
        <Step number={1} title="Make a token for your pipeline">
          <Snippet
            label="Make a token"
            text={`export TOKEN=$(npm run --silent cli -- token create --name ci --agent '*' \\
  --scopes deploy,operate,read,telemetry,evaluate --json | sed 's/.*"token": *"\\([^"]*\\)".*/\\1/')`}
          />
        </Step>
        <Step number={2} title="Register the agent and the version that runs now">
          <Snippet
            label="Register an agent and a version"
            text={`${curl('PUT', `${url}/api/v1/agents/support-agent`, { displayName: 'Support' })}

${curl('POST', `${url}/api/v1/agents/support-agent/versions`, { version: '2.3.3', manifest: { model: 'my-model', prompt: 'v17' } })}`}
          />
        </Step>
        <Step number={3} title="Adopt it as the stable version: what traffic falls back to">
          <Snippet
            label="Adopt a stable version"
            text={curl('PUT', `${url}/api/v1/agents/support-agent/stable`, {
              version: '2.3.3',
              reason: 'in production since spring',
            })}
          />
        </Step>
        <Step number={4} title="Register the next version, and start its rollout">
          <Snippet
            label="Start a rollout"
            text={`${curl('POST', `${url}/api/v1/agents/support-agent/versions`, { version: '2.4.0', manifest: { model: 'my-model', prompt: 'v18' } })}

curl -X POST ${url}/api/v1/agents/support-agent/rollouts \\
  -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/yaml' --data-binary @- <<'YAML'
rollback:
  stable_version: support-agent@2.3.3
  candidate_version: support-agent@2.4.0
  triggers:
    error_rate_p95: 0.05
    latency_p95_ms: 1800
    tool_failure_rate: 0.03
  lock_candidate_after_rollback: true
YAML`}
          />
        </Step>
        <Step title="Or watch a made-up agent go wrong and be put back">
          <Snippet label="Watch the demo" text="npm run demo" />
        </Step>
      </ol>
      <p className="mt-6 max-w-[52rem] text-ink-2">
        This page shows the agent as soon as <Mono>support-agent</Mono> is there. Nothing has to be reloaded.
      </p>
    </>
  )
}

function Step({ number, title, children }: { number?: number; title: string; children: ReactNode }) {
  return (
    <li className="grid gap-2">
      <h2 className="flex items-baseline gap-2 font-semibold">
        {number !== undefined && <span className="text-ink-3 tabular-nums">{number}</span>}
        {title}
      </h2>
      {children}
    </li>
  )
}

function curl(method: string, address: string, body: object): string {
  return `curl -X ${method} ${address} \\
  -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' \\
  -d '${JSON.stringify(body)}'`
}
