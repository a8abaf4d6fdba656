import { Plug } from 'lucide-react'
import type { ReactNode } from 'react'
import { WatchTheDemo } from '#components/demo/WatchTheDemo.tsx'
import { PageTitle } from '#components/shell/Page.tsx'
import { ButtonLink } from '#components/ui/ButtonLink.tsx'
import { Section } from '#components/ui/Card.tsx'
import { Mono } from '#components/ui/Mono.tsx'
import { Snippet } from '#components/ui/Snippet.tsx'
import { paths } from '#lib/paths.ts'

/** There is no agent yet: the ways to the first one, and to watch one that is made up. */
export function FirstUse({ publicUrl }: { publicUrl: string }) {
  const url = publicUrl.replace(/\/$/, '')
  return (
    <>
      <PageTitle
        title="No agent yet"
        lede="Connect yours in three minutes, or watch a rollout of a made-up one first."
      />
      <div className="grid max-w-[52rem] grid-cols-[minmax(0,1fr)] gap-4">
        <ButtonLink
          href={paths.settings.connect()}
          variant="primary"
          size="lg"
          className="justify-self-start"
        >
          <Plug aria-hidden />
          Connect an agent
        </ButtonLink>
        <Section title="Watch the demo">
          <div className="grid gap-3 px-4 pt-2 pb-4">
            <p className="text-ink-2">
              A made-up agent, really running on this machine, with a rollout that you can make go wrong.
            </p>
            <WatchTheDemo />
          </div>
        </Section>
        <details className="rounded-card border border-line bg-surface shadow-card">
          <summary className="px-4 py-3 font-medium">Or by your pipeline, without a browser</summary>
          <div className="px-4 pt-2 pb-5">
            <Pipeline url={url} />
          </div>
        </details>
      </div>
    </>
  )
}

/** The same by the API, in four commands. */
function Pipeline({ url }: { url: string }) {
  return (
    <>
      <ol className="grid grid-cols-[minmax(0,1fr)] gap-6">
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
      </ol>
      <p className="mt-6 text-ink-2">
        This page shows the agent as soon as <Mono>support-agent</Mono> is there. Nothing has to be reloaded.
      </p>
    </>
  )
}

function Step({ number, title, children }: { number: number; title: string; children: ReactNode }) {
  return (
    <li className="grid grid-cols-[minmax(0,1fr)] gap-2">
      <h2 className="flex items-baseline gap-2 font-semibold">
        <span className="text-ink-3 tabular-nums">{number}</span>
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
