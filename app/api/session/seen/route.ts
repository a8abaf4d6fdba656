import { personChangeDoor } from '../../session.ts'

/** Somebody is there, though they only look: a change door writes down that they did something. */
export const POST = personChangeDoor(async () => new Response(null, { status: 204 }))
