import { Circle, CircleCheck, CirclePause, type LucideIcon, OctagonX, TrendingUp } from 'lucide-react'

/** What a state means to the reader. Each has its own shape beside its colour. */
export const tones = ['stop', 'hold', 'allow', 'neutral', 'candidate'] as const
export type Tone = (typeof tones)[number]

export const toneIcons: Record<Tone, LucideIcon> = {
  stop: OctagonX,
  hold: CirclePause,
  allow: CircleCheck,
  neutral: Circle,
  candidate: TrendingUp,
}

export const toneText: Record<Tone, string> = {
  stop: 'text-stop',
  hold: 'text-hold',
  allow: 'text-allow',
  neutral: 'text-ink-3',
  candidate: 'text-candidate',
}

/** Text on the tone's own ground: chips, counts. */
export const toneChip: Record<Tone, string> = {
  stop: 'bg-stop-bg text-stop',
  hold: 'bg-hold-bg text-hold',
  allow: 'bg-allow-bg text-allow',
  neutral: 'bg-sunken text-ink-2',
  candidate: 'bg-candidate-bg text-candidate',
}

/** A panel in the tone: verdicts, banners. */
export const tonePanel: Record<Tone, string> = {
  stop: 'border-stop-line bg-stop-bg',
  hold: 'border-hold-line bg-hold-bg',
  allow: 'border-allow-line bg-allow-bg',
  neutral: 'border-line bg-surface',
  candidate: 'border-candidate-line bg-candidate-bg',
}

/** A filled bar in the tone. */
export const toneFill: Record<Tone, string> = {
  stop: 'bg-stop',
  hold: 'bg-hold',
  allow: 'bg-allow',
  neutral: 'bg-ink-3',
  candidate: 'bg-candidate',
}
