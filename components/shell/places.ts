import {
  Activity,
  Bot,
  type LucideIcon,
  OctagonX,
  ScrollText,
  Settings,
  Siren,
  UserCheck,
} from 'lucide-react'
import { paths } from '#lib/paths.ts'
import type { ShellView } from '#lib/views/shell.ts'

/** A screen in the menu. */
export interface Place {
  readonly label: string
  readonly href: string
  readonly icon: LucideIcon
  /** The key that goes there after `g`. */
  readonly key: string
  readonly count?: number
  readonly counted?: string
}

/** The places of the panel that this person may see. Incidents carry the number of those that are open. */
export function placesOf(
  shell: Pick<ShellView, 'openIncidents' | 'approvalsForMe' | 'canReadAudit'>,
): readonly Place[] {
  const { openIncidents, approvalsForMe, canReadAudit } = shell
  const audit: Place = { label: 'Audit', href: paths.audit(), icon: ScrollText, key: 'u' }
  return [
    { label: 'Now', href: paths.now(), icon: Activity, key: 'n' },
    { label: 'Agents', href: paths.agents(), icon: Bot, key: 'a' },
    {
      label: 'Incidents',
      href: paths.incidents(),
      icon: Siren,
      key: 'i',
      count: openIncidents,
      counted: 'open',
    },
    {
      label: 'Approvals',
      href: paths.approvals(),
      icon: UserCheck,
      key: 'p',
      count: approvalsForMe,
      counted: 'for you',
    },
    { label: 'Kill switches', href: paths.switches(), icon: OctagonX, key: 'k' },
    ...(canReadAudit ? [audit] : []),
    { label: 'Settings', href: paths.settings.all(), icon: Settings, key: 's' },
  ]
}
