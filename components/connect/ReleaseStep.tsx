'use client'
import { Rocket } from 'lucide-react'
import { ButtonLink } from '#components/ui/ButtonLink.tsx'
import { Mono } from '#components/ui/Mono.tsx'
import { adoptVersion, registerCandidate } from '#lib/actions/connect.ts'
import { paths } from '#lib/paths.ts'
import type { ConnectView } from '#lib/views/connect.ts'
import { VersionForm } from './VersionForm.tsx'

/** From the first run to the first rollout: adopt what runs now, register what comes next, start. */
export function ReleaseStep({ view }: { view: ConnectView }) {
  if (view.stableVersion === null) return <Adopt view={view} />
  return (
    <>
      <p>
        <Mono>{view.stableVersion}</Mono> is the stable version: what traffic falls back to.
      </p>
      {view.whyNoStart === null ? (
        <ButtonLink
          href={paths.newRollout(view.agent)}
          variant="primary"
          size="lg"
          className="justify-self-start"
        >
          <Rocket aria-hidden />
          Start a rollout
        </ButtonLink>
      ) : (
        <>
          <p className="text-sm text-ink-2">{view.whyNoStart}.</p>
          {view.whyNotRegister ? (
            <p className="text-sm text-ink-3">{view.whyNotRegister}.</p>
          ) : (
            <VersionForm
              key="candidate"
              label="Register the candidate"
              version={null}
              asksContent
              asksReason={false}
              act={({ version, manifest }) => registerCandidate(view.agent, version, manifest)}
              done="{version} is registered"
            />
          )}
        </>
      )}
    </>
  )
}

function Adopt({ view }: { view: ConnectView }) {
  const seen = view.arrived.find((each) => each.version !== null)
  if (!seen?.version) {
    return (
      <p className="text-ink-2">
        When a run says its version, that version can be adopted as the stable one.
      </p>
    )
  }
  if (view.whyNotAdopt) return <p className="text-ink-2">{view.whyNotAdopt}.</p>
  return (
    <>
      <p className="text-ink-2">
        Adopt <Mono>{seen.version}</Mono> as the stable version: what traffic falls back to when a candidate
        is stopped.
      </p>
      <VersionForm
        key="stable"
        label={`Adopt ${seen.version} as stable`}
        version={seen.version}
        asksContent={!seen.isRegistered}
        asksReason
        act={({ version, manifest, reason }) => adoptVersion(view.agent, version, manifest, reason)}
        done="{version} is the stable version"
      />
    </>
  )
}
