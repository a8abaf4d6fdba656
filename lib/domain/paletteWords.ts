/** What was typed into the palette, as what it looks for. Shared by the server, which searches, and the browser. */

/** The screens that each agent has besides its own. */
export const agentScreens = ['policy', 'readiness', 'instances'] as const
export type AgentScreen = (typeof agentScreens)[number]

const lettersMin = 3
const wordsMax = 6
const charactersMax = 100

export interface PaletteWords {
  /** Everything, in lower case. */
  readonly all: readonly string[]
  /** Without the words that name a screen of an agent. */
  readonly names: readonly string[]
  readonly screens: readonly AgentScreen[]
}

/** `refund pol` is the screen `policy` of whatever is called so; an agent may be called `policy-bot` too. */
export function paletteWords(typed: string): PaletteWords {
  const all = typed
    .slice(0, charactersMax)
    .toLowerCase()
    .split(/[\s\p{Cc}]+/u)
    .filter((word) => word !== '')
    .slice(0, wordsMax)
  const screenOf = (word: string) =>
    word.length < lettersMin ? undefined : agentScreens.find((screen) => screen.startsWith(word))
  const screens = all.map(screenOf).filter((screen) => screen !== undefined)
  return { all, names: all.filter((word) => screenOf(word) === undefined), screens: [...new Set(screens)] }
}

/** Whether every word is somewhere in the text. */
export function fits(text: string, words: readonly string[]): boolean {
  const lower = text.toLowerCase()
  return words.every((word) => lower.includes(word))
}
