/** What is known of a stop: its words, and the person who gave it; null where the policy did. */
export interface Stop {
  readonly because: string | null
  readonly person: string | null
}

/** Why a rollout was stopped: the policy's own sentence, or who pulled the brake and what they said. */
export function stopSentence({ because, person }: Stop): string {
  if (because === null) return 'All traffic was put back.'
  return person === null || because.startsWith(person) ? because : `${person}: “${because}”`
}
