'use client'
import { useQuery } from '@tanstack/react-query'
import { ListChecks } from 'lucide-react'
import { ButtonLink } from '#components/ui/ButtonLink.tsx'
import { paths } from '#lib/paths.ts'
import { readinessQuery } from '#lib/queries/readiness.ts'

/** The way to the self-check, with how much of it is proven once that was read. */
export function ReadinessLink({ agent }: { agent: string }) {
  const { data } = useQuery(readinessQuery(agent))
  return (
    <ButtonLink href={paths.readiness(agent)}>
      <ListChecks aria-hidden />
      Check readiness
      <span className="min-w-9 rounded-full bg-sunken px-2 text-center text-xs leading-5 text-ink-2 tabular-nums">
        {data ? `${data.proven} / ${data.items.length}` : '…'}
      </span>
    </ButtonLink>
  )
}
