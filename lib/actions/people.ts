'use server'
import { revalidatePath } from 'next/cache'
import {
  caller,
  findActor,
  findSessionId,
  publicUrl,
  requireActor,
  requireOurPages,
  sessionLimits,
} from '#lib/auth.ts'
import type { RoleGrant } from '#lib/domain/actor.ts'
import { paths } from '#lib/paths.ts'
import { createFirstAdministrator as create } from '#lib/services/people/createFirstAdministrator.ts'
import { disablePerson, enablePerson } from '#lib/services/people/disable.ts'
import { endOwnSessions as endOwn, endSessions as end } from '#lib/services/people/endSessions.ts'
import { invitePerson } from '#lib/services/people/invite.ts'
import { renewLink as renew } from '#lib/services/people/renewLink.ts'
import { setGrants } from '#lib/services/people/setGrants.ts'
import { changePassword as change, setPasswordByLink } from '#lib/services/people/setPassword.ts'
import { setSlackUser as linkSlack } from '#lib/services/people/setSlackUser.ts'
import { stepUp } from '#lib/services/people/stepUp.ts'
import type { Refusal } from './refusal.ts'

/** A one-time link, shown to the administrator once; or why there is none. */
export type Linked =
  | { readonly ok: true; readonly link: string }
  | { readonly ok: false; readonly refusal: Refusal }

/** Makes the first administrator. Nobody can be signed in yet: the one-time link is what allows it. */
export async function createFirstAdministrator(input: {
  token: string
  email: string
  name: string
  password: string
}): Promise<Refusal | null> {
  await requireOurPages()
  const { token, email, name, password } = input
  const outcome = await create({ token, email, name, password })
  return outcome.ok ? null : outcome.refusal
}

/** Proves again who is signed in, so that what takes a recent sign-in can be done. */
export async function proveAgain(password: string): Promise<Refusal | null> {
  await requireOurPages()
  const sessionId = await findSessionId()
  if (!sessionId || !(await findActor())) return { code: 'forbidden', because: 'Sign in first' }
  if (typeof password !== 'string') return { code: 'bad_input', because: 'A password is text' }
  return await stepUp(sessionId, password, await caller(), { limits: sessionLimits() })
}

export async function invite(input: {
  email: string
  name: string
  grants: readonly RoleGrant[]
}): Promise<Linked> {
  return linked(await invitePerson(input, await requireActor()))
}

export async function renewLink(personId: string): Promise<Linked> {
  return linked(await renew({ personId }, await requireActor()))
}

export async function changeRoles(personId: string, grants: readonly RoleGrant[]): Promise<Refusal | null> {
  return settled(await setGrants({ personId, grants }, await requireActor()))
}

export async function disable(personId: string): Promise<Refusal | null> {
  return settled(await disablePerson({ personId }, await requireActor()))
}

export async function enable(personId: string): Promise<Refusal | null> {
  return settled(await enablePerson({ personId }, await requireActor()))
}

/** Whose presses in Slack count as this person's; null: nobody's. */
export async function setSlackUser(personId: string, slackUserId: string | null): Promise<Refusal | null> {
  return settled(await linkSlack({ personId, slackUserId }, await requireActor()))
}

export async function endSessions(personId: string): Promise<Refusal | null> {
  return settled(await end({ personId }, await requireActor()))
}

/** Ends one of one's own sessions; without an id all of them, this one too. */
export async function endOwnSessions(sessionId?: string): Promise<Refusal | null> {
  const actor = await requireActor()
  return settled(await endOwn(sessionId === undefined ? {} : { sessionId }, actor))
}

/** One's own password. Sessions in other browsers end. */
export async function changePassword(password: string): Promise<Refusal | null> {
  const actor = await requireActor()
  const keepSessionId = (await findSessionId()) ?? ''
  return settled(await change({ password, keepSessionId }, actor))
}

export type PasswordSet =
  | { readonly ok: true; readonly email: string }
  | { readonly ok: false; readonly refusal: Refusal }

/** Sets the password of whom the one-time link was made for. Nobody is signed in: the link is what allows it. */
export async function setPassword(token: string, password: string): Promise<PasswordSet> {
  await requireOurPages()
  const outcome = await setPasswordByLink({ token, password })
  return outcome.ok ? { ok: true, email: outcome.value.email } : outcome
}

function linked(outcome: { ok: true; value: { secret: string } } | { ok: false; refusal: Refusal }): Linked {
  if (!outcome.ok) return outcome
  revalidatePath(paths.settings.people())
  return { ok: true, link: new URL(paths.invitation(outcome.value.secret), publicUrl()).toString() }
}

function settled(outcome: { ok: true } | { ok: false; refusal: Refusal }): Refusal | null {
  if (!outcome.ok) return outcome.refusal
  revalidatePath(paths.settings.all(), 'layout')
  return null
}
