/** Which key does what. No key alone does anything but look: what is dangerous has a button and a confirmation. */

export interface Pressed {
  readonly key: string
  readonly command: boolean
  readonly alt: boolean
  /** In a field: what is pressed there is written there. */
  readonly typing: boolean
  /** A dialog is open, which has the keyboard for itself. */
  readonly dialog: boolean
}

export interface Keyboard {
  /** Whether keys without ⌘ or Ctrl are listened to. */
  readonly singleKeys: boolean
  /** `g` was pressed just before. */
  readonly going: boolean
  /** Where a key goes after `g`. */
  readonly places: Readonly<Record<string, string>>
}

export type Wish =
  | { readonly kind: 'palette' | 'search' | 'help' | 'going' }
  | { readonly kind: 'row'; readonly by: 1 | -1 }
  | { readonly kind: 'go'; readonly href: string }

/** What a press asks for; null when it is none of ours. */
export function wishOf(pressed: Pressed, { singleKeys, going, places }: Keyboard): Wish | null {
  if (pressed.typing || pressed.dialog || pressed.alt) return null
  if (pressed.command) return pressed.key.toLowerCase() === 'k' ? { kind: 'palette' } : null
  if (!singleKeys) return null
  if (going) {
    const href = places[pressed.key]
    return href === undefined ? null : { kind: 'go', href }
  }
  switch (pressed.key) {
    case '/':
      return { kind: 'search' }
    case '?':
      return { kind: 'help' }
    case 'j':
      return { kind: 'row', by: 1 }
    case 'k':
      return { kind: 'row', by: -1 }
    case 'g':
      return { kind: 'going' }
    default:
      return null
  }
}
