/** The nine questions that share α. Their order settles which one a stop names when several reach the bar. */

export const limitQuestions = ['limit.errors', 'limit.late', 'limit.toolShare', 'limit.spend'] as const
export const versusQuestions = ['versus.errors', 'versus.slow', 'versus.toolHurt', 'versus.costly'] as const
export const questions = [...limitQuestions, ...versusQuestions, 'silence'] as const

export type LimitQuestion = (typeof limitQuestions)[number]
export type VersusQuestion = (typeof versusQuestions)[number]
export type Question = (typeof questions)[number]

/** What a question is about. The families with evidence give a stop its reason. */
export const families = ['errors', 'latency', 'tools', 'cost', 'silence'] as const
export type Family = (typeof families)[number]

export const familyOf = {
  'limit.errors': 'errors',
  'limit.late': 'latency',
  'limit.toolShare': 'tools',
  'limit.spend': 'cost',
  'versus.errors': 'errors',
  'versus.slow': 'latency',
  'versus.toolHurt': 'tools',
  'versus.costly': 'cost',
  silence: 'silence',
} as const satisfies Record<Question, Family>

/** The questions as a person reads them in a table. */
export const questionLabels = {
  'limit.errors': 'Errors against the limit',
  'limit.late': 'Latency against the limit',
  'limit.toolShare': 'Tool failures against the limit',
  'limit.spend': 'Cost against the budget',
  'versus.errors': 'Errors against the stable',
  'versus.slow': 'Latency against the stable',
  'versus.toolHurt': 'Tool failures against the stable',
  'versus.costly': 'Cost against the stable',
  silence: 'Runs that never finish',
} as const satisfies Record<Question, string>

/** The families as a person reads them in a sentence. */
export const familyLabels = {
  errors: 'errors',
  latency: 'latency',
  tools: 'tool failures',
  cost: 'cost',
  silence: 'silence',
} as const satisfies Record<Family, string>

/** One value for each question, always in their order. */
export function forEachQuestion<T>(value: (question: Question) => T): Record<Question, T> {
  return {
    'limit.errors': value('limit.errors'),
    'limit.late': value('limit.late'),
    'limit.toolShare': value('limit.toolShare'),
    'limit.spend': value('limit.spend'),
    'versus.errors': value('versus.errors'),
    'versus.slow': value('versus.slow'),
    'versus.toolHurt': value('versus.toolHurt'),
    'versus.costly': value('versus.costly'),
    silence: value('silence'),
  }
}
