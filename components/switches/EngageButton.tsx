'use client'
import { OctagonX } from 'lucide-react'
import { ActButton } from '#components/ui/ActButton.tsx'
import { engageEffect } from '#lib/domain/killSwitch.ts'
import { useEngage } from './useEngage.ts'

export interface EngageButtonProps {
  readonly agent: string
  readonly name: string
  readonly whyNot: string | null
  /** Of the confirmation, where the verb alone does not say it. */
  readonly title?: string | undefined
  readonly done?: string
  /** `hidden` only where the same words stand beside it. */
  readonly whySide?: 'below' | 'hidden'
  readonly className?: string
}

/** Denies one capability: one press and one confirmation that says what it does. */
export function EngageButton({
  agent,
  name,
  whyNot,
  title = `${verbOf({ agent, name })}?`,
  done = `Ordered: ${verbOf({ agent, name }).toLowerCase()}`,
  whySide,
  className,
}: EngageButtonProps) {
  const engage = useEngage({ agent, name })
  return (
    <ActButton
      className={className}
      label={verbOf({ agent, name })}
      icon={OctagonX}
      variant="outline"
      size="lg"
      whyNot={whyNot}
      whySide={whySide}
      act={(reason) => engage(reason === null ? {} : { reason })}
      done={done}
      confirm={{
        title,
        effect: engageEffect({ agent, name }),
        reason: { label: 'Why', required: false },
        variant: 'danger',
      }}
    />
  )
}

/** Verb and object, as on the button. */
export function verbOf({ agent, name }: { readonly agent: string; readonly name: string }): string {
  if (name === 'agent') return agent === '*' ? 'Stop every agent' : 'Stop the agent'
  if (name === 'writes') return 'Stop writes'
  if (name === 'tool:*') return 'Stop every tool'
  return 'Stop the tool'
}
