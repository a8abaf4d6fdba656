/** How the panel looks: as the system does, or as the person chose. Kept in a cookie, so that the first paint is right. */
export const themes = ['system', 'light', 'dark'] as const
export type Theme = (typeof themes)[number]

export const themeCookie = 'switchback-theme'

/** Anything else than a theme is the system's. */
export function readTheme(text: string | undefined): Theme {
  return themes.find((theme) => theme === text) ?? 'system'
}
