import pino, { type Logger } from 'pino'
import { settings } from '#lib/env.ts'

/** A log of one process: JSON lines on standard output, without secrets. */
export function logFor(name: 'panel' | 'guard' | 'edge' | 'launcher' | 'demo'): Logger {
  return pino({
    name,
    level: settings().SWITCHBACK_LOG_LEVEL,
    redact: [
      '*.authorization',
      '*.token',
      '*.password',
      '*.secret',
      'headers.authorization',
      'headers.cookie',
    ],
    timestamp: pino.stdTimeFunctions.isoTime,
  })
}
