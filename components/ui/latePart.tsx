'use client'
import { type ComponentType, lazy } from 'react'
import { NotLoaded } from './NotLoaded.tsx'

/**
 * A part of the page whose scripts come after the first load. Where they do not come, as after an update of Switchback,
 * `Instead` stands in its place: the rest of the page, and its brakes above all, must not go with it.
 */
export function latePart<Props extends object>(
  load: () => Promise<ComponentType<Props>>,
  Instead: ComponentType<Props> = NotLoaded,
): ComponentType<Props> {
  return lazy(async () => ({ default: await load().catch(() => Instead) }))
}
