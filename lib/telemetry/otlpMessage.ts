import { Unreadable } from './problem.ts'

/** A message of OTLP as the JSON mapping writes it, before any of it has been checked. */
export interface Message {
  readonly [name: string]: unknown
}

/*
 * Reading of one field each. They throw Unreadable, with the path, what was given and what was expected, for
 * a value of the wrong type.
 */

/** A time; zero when it is not given. */
export function nanosecondsAt(message: Message, name: string, path: string): bigint {
  const given = message[name]
  if (typeof given === 'bigint') return given
  if (!isGiven(given)) return 0n
  if (typeof given === 'number' && Number.isInteger(given) && given >= 0) return BigInt(given)
  if (typeof given === 'string' && /^\d{1,20}$/.test(given)) return BigInt(given)
  throw wrongType(`${path}.${name}`, given, 'nanoseconds since 1970, as a whole number or the same as text')
}

/** The number of an enum value; OTLP/JSON writes numbers, the general JSON mapping names. */
export function enumAt(
  message: Message,
  name: string,
  path: string,
  prefix: string,
  values: readonly string[],
): number {
  const given = message[name]
  if (!isGiven(given)) return 0
  if (typeof given === 'number' && Number.isInteger(given)) return given
  if (typeof given === 'string' && given.startsWith(prefix)) {
    return values.indexOf(given.slice(prefix.length).toLowerCase())
  }
  throw wrongType(`${path}.${name}`, given, `the number of one of ${values.join(', ')}`)
}

/** Text; empty when it is not given. */
export function textAt(message: Message, name: string, path: string): string {
  const given = message[name]
  if (!isGiven(given)) return ''
  if (typeof given !== 'string') throw wrongType(`${path}.${name}`, given, 'text')
  return given
}

/** A message inside a message; an empty one when it is not given. */
export function messageAt(message: Message, name: string, path: string): Message {
  const given = message[name]
  return isGiven(given) ? asMessage(given, `${path}.${name}`) : {}
}

/** A list; empty when it is not given. */
export function listAt(message: Message, name: string, path: string): readonly unknown[] {
  const given = message[name]
  if (!isGiven(given)) return []
  if (!Array.isArray(given)) throw wrongType(path ? `${path}.${name}` : name, given, 'a list')
  return given
}

/** The messages of a list, each with its path. */
export function messagesAt(
  message: Message,
  name: string,
  path: string,
): readonly (readonly [Message, string])[] {
  return listAt(message, name, path).map((item, index) => {
    const at = path ? `${path}.${name}[${index}]` : `${name}[${index}]`
    return [asMessage(item, at), at] as const
  })
}

/** The value as a message. Throws Unreadable for anything that is not an object. */
export function asMessage(given: unknown, path: string): Message {
  if (typeof given === 'object' && given !== null && !Array.isArray(given)) return given as Message
  throw wrongType(path, given, 'an object')
}

/** Null is absent, as the JSON mapping of protobuf has it. */
export function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null
}

/** The refusal of a value of the wrong type. */
export function wrongType(path: string, given: unknown, expected: string): Unreadable {
  return new Unreadable({ path, given: shown(given), expected })
}

function shown(given: unknown): string {
  if (given === null) return 'null'
  if (Array.isArray(given)) return 'a list'
  if (typeof given === 'object') return 'an object'
  if (typeof given === 'string') return `the text ${JSON.stringify(given.slice(0, 64))}`
  return `${typeof given} ${String(given)}`
}

/** Text that a database takes: no longer than the limit, without NUL, without half a surrogate pair. */
export function cut(text: string, lengthMax: number): string {
  return text.slice(0, lengthMax).replaceAll('\0', '').toWellFormed()
}
