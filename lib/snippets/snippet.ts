/** Lines that a person copies into their own program, with the addresses and the names of this installation in them. */
export interface Snippet {
  readonly id: string
  /** What it is written for, as a tab says it. */
  readonly label: string
  /** What has to be installed first; null when nothing has. */
  readonly install: string | null
  readonly code: string
  /** How to run it, and what to know of it; one sentence each. */
  readonly notes: readonly string[]
}

/** What stands in the snippets. Names fit `lib/domain/name.ts`, so that they need no quoting. */
export interface SnippetSubject {
  readonly agent: string
  readonly version: string
  /** Where agents reach the edge, without a slash at the end. */
  readonly edgeUrl: string
  /** A token's secret, or what stands for it until there is one. */
  readonly token: string
}

/** What stands for a token that is not known, since its secret was shown once. */
export const tokenPlaceholder = 'PASTE_YOUR_TOKEN'

/** In single quotes, for JavaScript. */
export function js(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", String.raw`\'`)}'`
}

/** In double quotes, for Python. */
export function python(text: string): string {
  return JSON.stringify(text)
}

/** In single quotes, for a shell. */
export function shell(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`
}
