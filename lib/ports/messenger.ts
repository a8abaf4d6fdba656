import type { AlertMessage } from '#lib/domain/alert.ts'

/** Brings messages to people. Expected failures are answers, never exceptions. */

/** Where a message is: enough to reply to it and to edit it. */
export interface MessageHandle {
  readonly channel: string
  readonly ts: string
}

export interface Sending {
  /** Names what is owed. It travels with the message, so that a message that arrived can be recognised. */
  readonly deliveryId: string
  /** A channel's id, or its name with or without `#`. A reply goes to the channel of its parent. */
  readonly channel: string
  readonly message: AlertMessage
  /** The parent, to send a reply into its thread; null for a message of its own. */
  readonly threadOf: MessageHandle | null
  /**
   * When the first attempt began whose outcome is unknown (it ended with `mayHaveArrived`, or nobody wrote down how it
   * ended); null when there is none. With a time, the messenger looks whether it arrived before it sends again.
   */
  readonly inDoubtSince: Date | null
}

/** It did not work and may work later. */
export interface TryAgain {
  readonly ok: false
  readonly retry: true
  /** Not sooner than this. */
  readonly afterSeconds: number
  readonly reason: string
  /** Whether the message may be there in spite of the failure: the next attempt is then in doubt. */
  readonly mayHaveArrived: boolean
}

/** It will not work until a person changes something; the reason says what. */
export interface Undeliverable {
  readonly ok: false
  readonly retry: false
  readonly reason: string
}

export type Sent = { readonly ok: true; readonly handle: MessageHandle } | TryAgain | Undeliverable

export type Whispered = { readonly ok: true } | TryAgain | Undeliverable

/** `ok` when messages can be sent, and as whom. */
export type Readiness = { readonly ok: true; readonly as: string } | TryAgain | Undeliverable

export interface Messenger {
  /** Sends one message. Repeated for the same delivery with `inDoubtSince`, it leaves one message and gives its handle. */
  send(sending: Sending): Promise<Sent>
  /** Makes the message at this handle read so. Absolute, so safe to repeat. */
  update(handle: MessageHandle, message: AlertMessage): Promise<Sent>
  /** Says something that only this person sees; absent where that is not possible. Lost is lost: it is no alert. */
  whisper?(to: { readonly channel: string; readonly user: string }, text: string): Promise<Whispered>
  /** Whether it can send, look back and is let in, without sending anything. */
  check(): Promise<Readiness>
}
