'use client'
import { useLayoutEffect } from 'react'
import './keepEarlyClick.ts'

/** Says, once, that React answers here. */
export function Answers() {
  useLayoutEffect(() => globalThis.switchbackEarlyClick?.answers(), [])
  return null
}
