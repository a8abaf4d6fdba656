/** One thing wrong with what somebody gave: where, what it was, and what belongs there. */
export interface Fault {
  /** As in `stages[2].weight_percent`; `(document)` is the whole. */
  readonly path: string
  /** The value if it is a scalar, otherwise words for it; null when nothing was given. */
  readonly given: string | number | boolean | null
  /** Completes the sentence "expected …". */
  readonly expected: string
}

/** The path of the whole. */
export const rootPath = '(document)'

/** The path of a member or an item. A key that could be misread is quoted: `settings["a.b"]`. */
export function childPath(parent: string, key: string | number): string {
  if (typeof key === 'number') return `${parent}[${key}]`
  if (!/^[\w-]+$/.test(key)) return `${parent === rootPath ? '' : parent}[${JSON.stringify(key)}]`
  return parent === rootPath ? key : `${parent}.${key}`
}

/** The keys of a path, as `childPath` joined them; none is the whole. */
export function pathKeys(path: string): (string | number)[] {
  if (path === rootPath) return []
  return [...path.matchAll(/\[("(?:[^"\\]|\\.)*")\]|\[(\d+)\]|[^.[\]]+/g)].map(([key, quoted, index]) => {
    if (quoted !== undefined) return JSON.parse(quoted) as string
    return index === undefined ? key : Number(index)
  })
}
