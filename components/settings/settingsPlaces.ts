import { paths } from '#lib/paths.ts'
import type { ShellView } from '#lib/views/shell.ts'

interface Place {
  readonly label: string
  readonly href: string
  /** Whether this person has anything to do there. */
  readonly open: (shell: ShellView) => boolean
}

/** The places of the settings, in order. */
export const settingsPlaces: readonly Place[] = [
  { label: 'You', href: paths.settings.you(), open: () => true },
  { label: 'People', href: paths.settings.people(), open: (shell) => shell.canManagePeople },
  { label: 'API tokens', href: paths.settings.tokens(), open: (shell) => shell.canManageTokens },
  { label: 'Connect', href: paths.settings.connect(), open: () => true },
  { label: 'Alerts', href: paths.settings.alerts(), open: (shell) => shell.canEditAlerts },
  { label: 'Prices', href: paths.settings.prices(), open: (shell) => shell.canEditSettings },
  { label: 'Traces', href: paths.settings.traces(), open: (shell) => shell.canEditSettings },
  { label: 'Demo', href: paths.settings.demo(), open: (shell) => shell.canRunDemo },
]
