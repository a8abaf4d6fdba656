/** A pattern as the attribute of an input wants it: whole by itself, and read with the flag `v`. */
export function patternOf(pattern: RegExp): string {
  return pattern.source
    .replace(/^\^/, '')
    .replace(/\$$/, '')
    .replaceAll('-]', String.raw`\-]`)
}
