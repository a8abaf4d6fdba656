/** A false alarm: two runs of the candidate fail, with healthy ones between them, and it is over by itself. */
export interface Blip {
  begin(): void
  end(): void
  isOn(): boolean
  /** Asked for each run of the candidate, in order: whether this one fails. */
  strikes(isFirstTurn: boolean): boolean
}

const runs = 2
const runsBetween = 4

export function aBlip(): Blip {
  let left = 0
  let sinceLast = runsBetween
  return {
    begin() {
      left = runs
      sinceLast = runsBetween
    },
    end() {
      left = 0
    },
    isOn: () => left > 0,
    strikes(isFirstTurn) {
      sinceLast += 1
      // A first run speaks for its conversation in every question, whatever the turns before it said.
      if (left === 0 || !isFirstTurn || sinceLast <= runsBetween) return false
      left -= 1
      sinceLast = 0
      return true
    },
  }
}
