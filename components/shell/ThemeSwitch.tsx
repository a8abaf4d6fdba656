'use client'
import { clsx } from 'clsx'
import { type LucideIcon, Monitor, Moon, Sun } from 'lucide-react'
import { useEffect, useState } from 'react'
import { readTheme, type Theme, themeCookie, themes } from './theme.ts'

const looks: Record<Theme, { label: string; icon: LucideIcon }> = {
  system: { label: 'As the system', icon: Monitor },
  light: { label: 'Light', icon: Sun },
  dark: { label: 'Dark', icon: Moon },
}

const year = 365 * 86_400

/** Light, dark, or as the system is. */
export function ThemeSwitch() {
  const [chosen, setChosen] = useState<Theme>('system')
  useEffect(() => setChosen(readTheme(document.documentElement.dataset.theme)), [])

  const choose = (theme: Theme) => {
    setChosen(theme)
    const root = document.documentElement
    if (theme === 'system') delete root.dataset.theme
    else root.dataset.theme = theme
    document.cookie = `${themeCookie}=${theme}; path=/; max-age=${year}; samesite=lax`
  }

  return (
    <fieldset className="flex gap-0.5">
      <legend className="sr-only">Theme</legend>
      {themes.map((theme) => {
        const { label, icon: Icon } = looks[theme]
        return (
          <button
            key={theme}
            type="button"
            aria-pressed={chosen === theme}
            aria-label={label}
            title={label}
            onClick={() => choose(theme)}
            className={clsx(
              'grid size-6 place-items-center rounded-md',
              chosen === theme ? 'bg-line text-ink' : 'text-ink-3 hover:text-ink',
            )}
          >
            <Icon aria-hidden className="size-3.5" />
          </button>
        )
      })}
    </fieldset>
  )
}
