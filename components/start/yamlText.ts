/** Plain data as YAML text, to go on writing from. Scalars that could be misread are quoted as JSON, which YAML reads alike. */
export function yamlText(value: object, indent = ''): string {
  return Object.entries(value)
    .map(([key, member]) => `${indent}${key}:${memberText(member, indent)}`)
    .join('')
}

function memberText(member: unknown, indent: string): string {
  if (typeof member !== 'object' || member === null) return ` ${scalar(member)}\n`
  if (Array.isArray(member)) return `\n${member.map((item) => `${indent}  - ${flow(item)}\n`).join('')}`
  return Object.keys(member).length === 0 ? ' {}\n' : `\n${yamlText(member, `${indent}  `)}`
}

function flow(item: unknown): string {
  if (typeof item !== 'object' || item === null) return scalar(item)
  return `{ ${Object.entries(item)
    .map(([key, member]) => `${key}: ${flow(member)}`)
    .join(', ')} }`
}

/** Words that YAML reads as something else than text are quoted, and so is whatever does not begin with a letter. */
function scalar(value: unknown): string {
  const isPlain = typeof value === 'string' && /^[a-z][a-z0-9_.@-]*$/i.test(value)
  const isKeyword = typeof value === 'string' && /^(true|false|null|yes|no|on|off|y|n)$/i.test(value)
  return isPlain && !isKeyword ? value : JSON.stringify(value)
}
