import { type AlertMessage, linkTo, plainSection, quietLine } from './alert.ts'
import { escaped } from './alertText.ts'

/** Messages that are about no incident: what Switchback has to say of itself. */

export const noticeKinds = [
  'checkpoint',
  'guard_silent',
  'guard_back',
  'switch_expired',
  /** Somebody asks for a second person. */
  'approval',
  /** A limit is breached for which the policy asks a person. */
  'held',
  'glass_broken',
  'drill_passed',
  'drill_failed',
  'test',
] as const
export type NoticeKind = (typeof noticeKinds)[number]

/** What a notice says, kept with the message that is owed. */
export interface NoticeFacts {
  readonly text: string
  /** Where to look, as a path of the panel. */
  readonly path: string
  /** The onceKey of the message in whose thread it stands, so that it makes no noise; absent of one of its own. */
  readonly threadOf?: string
  /** The agent that it is about. Of a test, whose channel it tests. Empty or absent: the installation. */
  readonly agent?: string
}

export function isNoticeKind(kind: string): kind is NoticeKind {
  return (noticeKinds as readonly string[]).includes(kind)
}

const signs: Record<NoticeKind, string> = {
  checkpoint: '🔏',
  guard_silent: '🚨',
  guard_back: '✅',
  switch_expired: '⏰',
  approval: '✋',
  held: '⚠️',
  glass_broken: '🔨',
  drill_passed: '🧪',
  drill_failed: '⚠️',
  test: '🔔',
}

/** The message of a notice. A checkpoint is a quiet line; what concerns the guard stands by itself. */
export function noticeMessage(kind: NoticeKind, facts: NoticeFacts, publicUrl: string): AlertMessage {
  const said = `${signs[kind]} ${facts.text}`
  const link = linkTo(new URL(facts.path, publicUrl).toString())
  const text = [escaped(said, 1_500), link].filter((line) => line !== null).join('\n')
  return { text, blocks: [kind === 'checkpoint' ? quietLine(said) : plainSection(said)] }
}
