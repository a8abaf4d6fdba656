/** What a page is asked for in the address bar: server and browser read it by the same definitions. */

/** As a page is given it; of what is said twice the first counts. */
export type Given = Readonly<Record<string, string | string[] | undefined>>

/** What may be asked for under each name: reads its text, or answers null for what it does not know. */
export type Definitions = Readonly<Record<string, (text: string) => string | null>>

export type Wishes<D extends Definitions> = { readonly [Key in keyof D]: ReturnType<D[Key]> | null }

export interface Asked<D extends Definitions> {
  /** Null for what is not asked for, or could not be read. */
  readonly wishes: Wishes<D>
  /** What was asked for and is nothing that this page knows: `state=soon`. */
  readonly ignored: readonly string[]
}

const shownMax = 60

/** Never throws: whatever stands in an address, the page is shown, and says what it left out. */
export function readAddress<D extends Definitions>(definitions: D, given: Given): Asked<D> {
  const asked = new Map(singleOf(given))
  const read = Object.entries(definitions).map(([key, parse]) => {
    const text = asked.get(key)
    return [key, text === undefined ? null : parse(text)] as const
  })
  const kept = read.flatMap(([key, wish]) => (wish === null ? [] : [key]))
  return { wishes: Object.fromEntries(read) as Wishes<D>, ignored: ignoredOf(given, kept) }
}

/** What was asked for and was not kept, where a page reads its address in its own way. */
export function ignoredOf(given: Given, kept: readonly string[]): readonly string[] {
  return singleOf(given)
    .filter(([key]) => !kept.includes(key))
    .map(([key, text]) => `${key}=${text}`.slice(0, shownMax))
}

function singleOf(given: Given): readonly (readonly [key: string, text: string])[] {
  return Object.entries(given).flatMap(([key, value]) => {
    const text = Array.isArray(value) ? value[0] : value
    return text === undefined || text === '' ? [] : [[key, text] as const]
  })
}

/** One of these words. */
export function oneOf<Word extends string>(words: readonly Word[]): (text: string) => Word | null {
  return (text) => words.find((word) => word === text) ?? null
}

const momentPattern = /^[1-9]\d{3}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2})?)?$/

/** `2026-11-23` or `2026-11-23T14:02`: always UTC, so that it is the same moment for whoever opens the address. */
export function moment(text: string): string | null {
  return momentPattern.test(text) && !Number.isNaN(momentMs(text)) ? text : null
}

/** Milliseconds since 1970 of a moment in an address. */
export function momentMs(text: string): number {
  return Date.parse(text.length === 10 ? `${text}T00:00:00Z` : `${text}Z`)
}

const instantPattern = /^[1-9]\d{3}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,3})?Z$/

/** `2026-11-23T14:02:05.250Z`: a moment to the millisecond, ISO 8601. */
export function instant(text: string): string | null {
  return instantPattern.test(text) && !Number.isNaN(Date.parse(text)) ? text : null
}

/** A name of something, which may or may not exist. A database takes no control characters. */
export function name(text: string): string | null {
  return text.length <= 200 && !/\p{Cc}/u.test(text) ? text : null
}
