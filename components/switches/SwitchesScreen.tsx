'use client'
import { useQuery } from '@tanstack/react-query'
import Link from 'next/link'
import { PageTitle } from '#components/shell/Page.tsx'
import { RelativeTime } from '#components/time/RelativeTime.tsx'
import { Banner } from '#components/ui/Banner.tsx'
import { Section } from '#components/ui/Card.tsx'
import { useNarrowed } from '#components/ui/useNarrowed.tsx'
import { paths } from '#lib/paths.ts'
import { switchesQuery } from '#lib/queries/switches.ts'
import type { SwitchesView, SwitchScope } from '#lib/views/switches.ts'
import { SwitchRow } from './SwitchRow.tsx'

/** Every kill switch: what was ordered, and what the instances acknowledge of it. */
export function SwitchesScreen({ initial }: { initial: SwitchesView }) {
  const { data } = useQuery({ ...switchesQuery(), initialData: initial })
  const denied = data.scopes.flatMap(({ switches }) =>
    switches.filter(({ order }) => order?.state === 'deny'),
  )
  const asking = denied.filter(({ order }) => order?.asks)
  const { shown, field, end } = useNarrowed(data.scopes, {
    nameOf: ({ agent }) => (agent === '*' ? 'every agent' : agent),
    what: 'agents',
    atFirst: 15,
  })
  return (
    <>
      <PageTitle live title="Kill switches" lede={lede(denied.map(({ words }) => words))} />
      {asking.map((line) => (
        <div key={`${line.agent} ${line.name}`} className="mb-4">
          <Banner tone="hold" title={`Is it still needed to deny ${line.words}?`}>
            It was to ask by now. It stays denied: ask a second person to allow it again, or let it ask later.
          </Banner>
        </div>
      ))}
      {field}
      <div className="grid grid-cols-[minmax(0,1fr)] gap-4">
        {shown.map((scope) => (
          <Scope key={scope.agent} scope={scope} />
        ))}
      </div>
      {end}
    </>
  )
}

function lede(denied: readonly string[]): string {
  if (denied.length === 0)
    return 'Nothing is denied. A switch stops what it names at once, without changing the version.'
  return `Denied: ${denied.join(', ')}.`
}

function Scope({ scope }: { scope: SwitchScope }) {
  const isAll = scope.agent === '*'
  const title = isAll ? (
    'Every agent'
  ) : (
    <Link href={paths.agent(scope.agent)} className="rounded hover:underline">
      {scope.agent}
    </Link>
  )
  return (
    <Section title={title} aside={<Reporting scope={scope} />}>
      <ul className="mt-2">
        {scope.switches.map((line) => (
          <li key={line.name} className="border-t border-line">
            <SwitchRow line={line} scope={scope} />
          </li>
        ))}
      </ul>
    </Section>
  )
}

/** How many processes decide by our table, and how lately they were heard. */
function Reporting({ scope }: { scope: SwitchScope }) {
  const said = reportingWords(scope.instances)
  if (scope.agent === '*' || scope.instances.of === 0) return said
  return (
    <Link href={paths.instances(scope.agent)} className="rounded underline underline-offset-2">
      {said}
    </Link>
  )
}

function reportingWords({ of, lately, silentSince }: SwitchScope['instances']) {
  if (of === 0) return <>no instance reports</>
  const noun = of === 1 ? 'instance' : 'instances'
  if (silentSince === null) {
    return (
      <>
        {of} {noun}, heard within 15 s
      </>
    )
  }
  return (
    <>
      {lately} of {of} {noun} heard within 15 s; one last <RelativeTime at={silentSince} />
    </>
  )
}
