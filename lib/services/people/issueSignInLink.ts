import 'server-only'
import { systemActor } from '#lib/domain/actor.ts'
import { paths } from '#lib/paths.ts'
import { z } from 'zod'
import { command, type CommandOptions } from '../command.ts'
import { type Done, done, type Unchanged, unchanged } from '../outcome.ts'
import { hashSecret, newSecret } from '../secret.ts'

const validMs = 24 * 3_600_000

/** The secret of the link; null when nobody needs one any more. */
interface Issued {
  readonly secret: string | null
}

const issue = command({
  name: 'sign_in_link.issue',
  capability: 'people.manage',
  input: z.strictObject({}),
  agent: () => undefined,
  async run(tx, _input, { now }): Promise<Done<Issued> | Unchanged<Issued>> {
    if ((await tx.person.count()) > 0) return unchanged({ secret: null })
    const secret = newSecret('')
    // A newer link ends the older ones: only the one on the screen works.
    await tx.signInLink.deleteMany({ where: { personId: null, usedAt: null } })
    await tx.signInLink.create({
      data: { hash: hashSecret(secret), createdAt: now, expiresAt: new Date(now.getTime() + validMs) },
    })
    return done({ secret }, { action: 'sign_in_link.issue', outcome: 'issued' })
  },
})

/** The one-time link that makes the first administrator, good for a day; null when there is a person already. */
export async function issueSignInLink(
  publicUrl: string,
  options: CommandOptions = {},
): Promise<{ url: string } | null> {
  const outcome = await issue({}, systemActor, options)
  if (!outcome.ok || outcome.value.secret === null) return null
  return { url: new URL(paths.welcome(outcome.value.secret), publicUrl).toString() }
}
