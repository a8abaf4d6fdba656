import {
  Bot,
  ListChecks,
  type LucideIcon,
  Network,
  OctagonX,
  Rocket,
  Settings,
  Siren,
  SlidersHorizontal,
} from 'lucide-react'
import { settingsPlaces } from '#components/settings/settingsPlaces.ts'
import { placesOf } from '#components/shell/places.ts'
import { paths } from '#lib/paths.ts'
import type { PaletteAgent, PaletteIncident, PaletteRollout, PaletteView } from '#lib/views/palette.ts'
import { type AgentScreen, fits, paletteWords } from '#lib/domain/paletteWords.ts'
import type { ShellView } from '#lib/views/shell.ts'

/** Somewhere that the palette can go. */
export interface Target {
  readonly href: string
  readonly icon: LucideIcon
  readonly label: string
  /** What tells it from others of the same name. */
  readonly note: string
  /** ISO 8601; when it began, where it began. */
  readonly at: string | null
  /** What it is found by. */
  readonly text: string
}

export interface TargetGroup {
  readonly title: string
  readonly targets: readonly Target[]
}

/**
 * What fits what was typed, by kind. The view may be of the words before: what does not fit any more is left out, so
 * that Enter never goes to what is no answer.
 */
export function groupsOf(typed: string, view: PaletteView | null, shell: ShellView): readonly TargetGroup[] {
  const { all } = paletteWords(typed)
  const fitting = (targets: readonly Target[] = []) => targets.filter(({ text }) => fits(text, all))
  const screens: TargetGroup = { title: 'Screens', targets: fitting(screensOf(shell)) }
  const found: TargetGroup[] = [
    { title: 'Rollouts', targets: fitting(view?.rollouts.map(ofRollout)) },
    { title: 'Incidents', targets: fitting(view?.incidents.map(ofIncident)) },
    { title: 'Agents', targets: fitting(view?.agents.map(ofAgent)) },
  ]
  // Who types the beginning of a screen's name means the screen.
  const [first] = all
  const isNamed = first !== undefined && screens.targets.some(({ text }) => text.startsWith(first))
  return (isNamed ? [screens, ...found] : [...found, screens]).filter(({ targets }) => targets.length > 0)
}

function screensOf(shell: ShellView): Target[] {
  const screen = (href: string, icon: LucideIcon, label: string, note = ''): Target => ({
    href,
    icon,
    label,
    note,
    at: null,
    text: `${label} ${note}`.toLowerCase(),
  })
  return [
    ...placesOf(shell).map(({ label, href, icon }) => screen(href, icon, label)),
    screen(paths.newRollout(), Rocket, 'Start a rollout'),
    ...settingsPlaces
      .filter((place) => place.open(shell))
      .map(({ label, href }) => screen(href, Settings, label, 'Settings')),
  ]
}

const screenLooks: Record<AgentScreen, { icon: LucideIcon; href: (agent: string) => string }> = {
  policy: { icon: SlidersHorizontal, href: paths.policy },
  readiness: { icon: ListChecks, href: paths.readiness },
  instances: { icon: Network, href: paths.instances },
}

function ofAgent({ agent, displayName, screen }: PaletteAgent): Target {
  const note = displayName === agent ? '' : displayName
  const looks = screen === null ? { icon: Bot, href: paths.agent } : screenLooks[screen]
  return {
    href: looks.href(agent),
    icon: looks.icon,
    label: screen === null ? agent : `${agent}: ${screen}`,
    note,
    at: null,
    text: `${agent} ${displayName} ${screen ?? ''}`,
  }
}

const phaseWords: Record<PaletteRollout['phase'], string> = {
  pending: 'not started',
  progressing: 'moving',
  paused: 'paused',
  completed: 'at 100 %',
  rolled_back: 'rolled back',
}

function ofRollout({ rolloutId, agent, candidate, phase, startedAt }: PaletteRollout): Target {
  return {
    href: paths.rollout(agent, rolloutId),
    icon: phase === 'rolled_back' ? OctagonX : Rocket,
    label: `${agent} ${candidate}`,
    note: phaseWords[phase],
    at: startedAt,
    text: `${agent} ${candidate} ${rolloutId}`,
  }
}

function ofIncident({ incidentId, agent, fromVersion, reason, recovery, openedAt }: PaletteIncident): Target {
  const outcome = recovery.replaceAll('_', ' ')
  return {
    href: paths.incident(incidentId),
    icon: Siren,
    label: `${agent} ${fromVersion}`,
    note: `${reason}, ${outcome}`,
    at: openedAt,
    text: `${agent} ${fromVersion} ${reason} ${outcome} ${incidentId}`,
  }
}
