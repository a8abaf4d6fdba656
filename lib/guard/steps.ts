/** The steps of the runbook as the guard takes them, for whoever watches (the log; a test that kills it between two). */
export const guardSteps = [
  'evaluate.before',
  'evaluate.after',
  'reconcile.before',
  'reconcile.after',
  'verify.before',
  'verify.after',
  'deliver.before',
  'deliver.sent',
  'deliver.after',
] as const
export type GuardStep = (typeof guardSteps)[number]

/** Told of every step, with what it is about. */
export type StepObserver = (step: GuardStep, about: Readonly<Record<string, unknown>>) => void
