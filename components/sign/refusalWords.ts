const words: Readonly<Record<string, string>> = {
  no_email: 'Your provider does not vouch for your e-mail address.',
  linked_elsewhere: 'The account with your e-mail address belongs to another identity at your provider.',
  disabled: 'Your account is disabled.',
  no_role: 'You have no role here. Ask an administrator, or whoever keeps your groups.',
}

/** Why a sign-in at a provider was refused, of the code in the address; null when there is none. */
export function refusalWords(code: string | readonly string[] | undefined): string | null {
  if (code === undefined) return null
  const known = typeof code === 'string' && Object.hasOwn(words, code) ? words[code] : undefined
  return known ?? 'Signing in at your provider did not work. Try again.'
}
