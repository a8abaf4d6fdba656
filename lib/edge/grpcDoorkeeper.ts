import { type Metadata, ServerInterceptingCall, type ServerInterceptor } from '@grpc/grpc-js'
import type { Scope } from '#lib/domain/actor.ts'
import { bearerOf } from '#lib/services/token/find.ts'
import { type Admission, admit } from './admit.ts'
import type { EdgeGrant, Grants } from './grants.ts'
import { admissionStatus, tooSlowStatus, unexpectedStatus } from './grpcStatus.ts'
import { type InFlight, type InFlightShare, overloadWords } from './inFlight.ts'
import type { EdgeNotes } from './notes.ts'
import { bodyLimits } from './readBody.ts'

export interface DoorkeeperParts {
  readonly grants: Grants
  readonly notes: EdgeNotes
  readonly inFlight: InFlight
  readonly scopeOf: (path: string) => Scope
}

/** What a call was let in with. Its share ends with the call. */
export interface Entered {
  readonly grant: EdgeGrant
  readonly share: InFlightShare
}

export interface Doorkeeper {
  readonly interceptor: ServerInterceptor
  /** What the call with these metadata was let in with. */
  enteredWith(metadata: Metadata): Entered | undefined
}

/** How much a call holds before its size is known: gRPC says it only with the body. */
export const expectedBytes = 2 ** 20

/** Looks at who calls before any of the message is read, and holds room for it until the call has ended. */
export function grpcDoorkeeper({ grants, notes, inFlight, scopeOf }: DoorkeeperParts): Doorkeeper {
  const entered = new WeakMap<Metadata, Entered>()

  async function enter(metadata: Metadata, scope: Scope): Promise<Admission> {
    const admission = await admit(tokenOf(metadata), scope, { grants, notes })
    if (!admission.ok) return admission
    const share = inFlight.open()
    if (!share.take(expectedBytes)) {
      notes.add('overloaded')
      return { ok: false, why: 'overloaded', detail: overloadWords }
    }
    entered.set(metadata, { grant: admission.grant, share })
    return admission
  }

  const interceptor: ServerInterceptor = (method, call) => {
    let patience: NodeJS.Timeout | undefined
    let share: InFlightShare | undefined
    let hasEnded = false
    const end = () => {
      hasEnded = true
      clearTimeout(patience)
      share?.end()
    }
    return new ServerInterceptingCall(call, {
      start: (next) =>
        next({
          async onReceiveMetadata(metadata, go) {
            const admission = await enter(metadata, scopeOf(method.path)).catch(() => null)
            if (!admission) return call.sendStatus(unexpectedStatus)
            if (!admission.ok) return call.sendStatus(admissionStatus(admission))
            share = entered.get(metadata)?.share
            if (hasEnded) return share?.end()
            patience = setTimeout(() => call.sendStatus(tooSlowStatus), bodyLimits.totalMs)
            go(metadata)
          },
          onReceiveMessage(message, go) {
            clearTimeout(patience)
            go(message)
          },
          onCancel: end,
        }),
      sendStatus(given, next) {
        end()
        next(given)
      },
    })
  }
  return { interceptor, enteredWith: (metadata) => entered.get(metadata) }
}

function tokenOf(metadata: Metadata): string | null {
  const first = (name: string) => {
    const [value] = metadata.get(name)
    return typeof value === 'string' ? value : null
  }
  return bearerOf(first('authorization')) ?? first('x-api-key')
}
