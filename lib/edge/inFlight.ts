/** The bytes of telemetry that an edge holds: those being read, and those whose keeping is waited for. */
export interface InFlight {
  open(): InFlightShare
  bytes(): number
}

/** What one request holds of them. */
export interface InFlightShare {
  /** Whether there is room for so many more; then they are held until the end. */
  take(bytes: number): boolean
  end(): void
}

/** Enough for whatever a database keeps up with; a tenth of what a process may hold. */
export const inFlightBytesMax = 64 * 2 ** 20

/** Never lets more be held than `bytesMax`: whoever comes then is asked to come again, before memory suffers. */
export function bytesInFlight(bytesMax: number): InFlight {
  let held = 0
  return {
    bytes: () => held,
    open() {
      let own = 0
      return {
        take(bytes) {
          if (held + bytes > bytesMax) return false
          held += bytes
          own += bytes
          return true
        },
        end() {
          held -= own
          own = 0
        },
      }
    },
  }
}

export const overloadWords = 'This edge holds as much telemetry as it can; send it again'
