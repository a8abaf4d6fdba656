/** The address of a trace in whatever shows traces at this house, as a template that a person writes once. */

export const tracePlaceholders = ['trace_id', 'span_id', 'agent', 'version'] as const
type Placeholder = (typeof tracePlaceholders)[number]

/** What a link is made for. */
export interface TracedRun {
  readonly traceId: string
  readonly spanId: string
  readonly agent: string
  /** Null where it is not known which. */
  readonly version: string | null
}

const templateMax = 2_000
const placeholder = /\{([^{}]*)\}/g

/**
 * What a template has to be and is not, in words after "expected"; null when it is in order. Placeholders stand behind
 * the host, so that no name of an agent leads anybody to another one.
 */
export function traceUrlFault(template: string): string | null {
  if (template.length > templateMax) return `at most ${templateMax} characters`
  const names = [...template.matchAll(placeholder)].map((match) => match[1] ?? '')
  const known: readonly string[] = tracePlaceholders
  const strange = names.find((name) => !known.includes(name))
  if (strange !== undefined) {
    return `no placeholder but ${tracePlaceholders.map((name) => `{${name}}`).join(', ')}; {${strange}} is none`
  }
  if (/[{}]/.test(template.replace(placeholder, '')))
    return 'a brace that is part of the address as %7B or %7D'
  const url = parse(template.replace(placeholder, 'x'))
  if (!url || !/^https?:$/.test(url.protocol)) return 'an address that begins with https:// or http://'
  if (url.username !== '' || url.password !== '') return 'no name or password in the address'
  if (/\{/.test(originOf(template))) return 'placeholders behind the host only'
  return names.includes('trace_id') ? null : '{trace_id} somewhere in it'
}

/** The trace of a run by a template that has no fault. */
export function traceLink(template: string, run: TracedRun): string {
  const values: Record<Placeholder, string> = {
    trace_id: run.traceId,
    span_id: run.spanId,
    agent: run.agent,
    version: run.version ?? '',
  }
  return template.replace(placeholder, (_whole, name: Placeholder) => encodeURIComponent(values[name]))
}

function parse(url: string): URL | null {
  // The parser forgives spaces and line ends; an address with them was pasted wrong.
  return /\s/.test(url) || !URL.canParse(url) ? null : new URL(url)
}

/** Scheme, host and port as they were written. The parser takes a backslash for a slash. */
function originOf(template: string): string {
  return /^[a-z]+:[/\\]*[^/\\?#]*/i.exec(template)?.[0] ?? ''
}
