'use client'
import { OctagonX } from 'lucide-react'
import Link from 'next/link'
import { ActButton } from '#components/ui/ActButton.tsx'
import { Section } from '#components/ui/Card.tsx'
import { StateChip } from '#components/ui/StateChip.tsx'
import { engageEffect } from '#lib/domain/killSwitch.ts'
import { paths } from '#lib/paths.ts'
import type { AgentView } from '#lib/views/agent.ts'
import { verbOf } from './SwitchRow.tsx'
import { useEngage } from './useEngage.ts'

/** What an agent may do, and the two buttons that stop it; everything else of it is on the page of the switches. */
export function KillSwitchCard({ agent }: { agent: AgentView }) {
  return (
    <Section
      title="Kill switches"
      aside={
        <Link href={paths.switches()} className="rounded underline">
          All switches
        </Link>
      }
    >
      <div className="grid gap-2.5 px-4 pt-2 pb-4">
        {(['writes', 'agent'] as const).map((name) => {
          const isDenied = agent.denied.some((each) => each.name === name)
          return isDenied ? (
            <span key={name}>
              <StateChip tone="stop" icon={OctagonX}>
                {name === 'agent' ? 'agent stopped' : 'writes denied'}
              </StateChip>
            </span>
          ) : (
            <Engage key={name} agent={agent.agent} name={name} whyNot={agent.whyNotEngage} />
          )
        })}
      </div>
    </Section>
  )
}

function Engage({ agent, name, whyNot }: { agent: string; name: string; whyNot: string | null }) {
  const engage = useEngage({ agent, name })
  return (
    <ActButton
      label={verbOf({ agent, name })}
      icon={OctagonX}
      variant="outline"
      size="lg"
      whyNot={whyNot}
      act={(reason) => engage(reason === null ? {} : { reason })}
      done="Ordered"
      confirm={{
        title: `${verbOf({ agent, name })}?`,
        effect: engageEffect({ agent, name }),
        reason: { label: 'Why', required: false },
        variant: 'danger',
      }}
    />
  )
}
