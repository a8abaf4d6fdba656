/** Text for a chat channel. What comes from data stays text: no markup, no link, no mention, one line. */

/** Longest texts Slack takes, in characters: docs.slack.dev/reference/block-kit. */
export const alertLimits = {
  blocks: 50,
  header: 150,
  section: 3_000,
  fields: 10,
  field: 2_000,
  contextElement: 2_000,
  buttonUrl: 3_000,
  /** Slack keeps 40,000; it advises 4,000. */
  text: 4_000,
} as const

/** Invisible, and enough that `@here` is no longer a mention. */
const wordJoiner = '\u2060'

/** Line breaks, control characters, and the marks that turn the direction of writing. */
const unprintable = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]+/gu

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' }

/** A piece of data as one line of plain text that mentions nobody. Not escaped yet. */
export function plain(data: string): string {
  return data
    .replace(unprintable, ' ')
    .replace(/@(?=(?:channel|here|everyone)\b)/gi, `@${wordJoiner}`)
    .trim()
}

/** A piece of data as Slack wants it: plain, with `&`, `<` and `>` as entities, at most `charactersMax` long. */
export function escaped(data: string, charactersMax: number): string {
  const pieces = Array.from(plain(data), (character) => entities[character] ?? character)
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0)
  if (length <= charactersMax) return pieces.join('')

  let kept = ''
  for (const piece of pieces) {
    // One character is left for the ellipsis; an entity or a surrogate pair is kept whole or not at all.
    if (kept.length + piece.length > charactersMax - 1) break
    kept += piece
  }
  return `${kept}…`
}

/** Whether Slack would read a piece of data as bold, struck out, italic or code. It has no way to escape these. */
export function hasMarkup(data: string): boolean {
  return /[*~`]|(?<!\w)_|_(?!\w)/.test(data)
}
