import { type Role, type RoleGrant, roles } from './actor.ts'
import { agentNamePattern } from './name.ts'

/** Which role the members of a group have. */
export interface GroupRule extends RoleGrant {
  /** As the provider names it. */
  readonly group: string
}

/**
 * Reads `oncall=on_call@support-agent, admins=administrator`: group, role, and the agent where it is not all. Null when
 * any of it cannot be read: nothing is left out in silence.
 */
export function readGroupRules(text: string): readonly GroupRule[] | null {
  const rules: GroupRule[] = []
  for (const part of text.split(',')) {
    const at = part.lastIndexOf('=')
    const group = part.slice(0, Math.max(0, at)).trim()
    const [role = '', agent = '*', ...rest] = part
      .slice(at + 1)
      .trim()
      .split('@')
    if (group === '' || !isRole(role) || rest.length > 0) return null
    if (agent !== '*' && !agentNamePattern.test(agent)) return null
    rules.push({ group, role, agent })
  }
  return rules
}

/** What somebody in these groups has: each role once. */
export function grantsOfGroups(rules: readonly GroupRule[], groups: readonly string[]): RoleGrant[] {
  const grants = rules
    .filter(({ group }) => groups.includes(group))
    .map(({ role, agent }) => [`${role}@${agent}`, { role, agent }] as const)
  return [...new Map(grants).values()]
}

function isRole(name: string): name is Role {
  return Object.hasOwn(roles, name)
}
