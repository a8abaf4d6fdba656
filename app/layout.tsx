import type { Metadata, Viewport } from 'next'
import { cookies } from 'next/headers'
import { preload } from 'react-dom'
import type { ReactNode } from 'react'
import { EarlyClicks } from '#components/shell/EarlyClicks.tsx'
import { readTheme, themeCookie } from '#components/shell/theme.ts'
import './globals.css'

// The two faces of the first paint, asked for with the page rather than once its styles were read.
const faces = [
  new URL('@fontsource-variable/inter/files/inter-latin-wght-normal.woff2', import.meta.url).href,
  new URL('@fontsource-variable/jetbrains-mono/files/jetbrains-mono-latin-wght-normal.woff2', import.meta.url)
    .href,
]

export const metadata: Metadata = {
  title: { default: 'Switchback', template: '%s · Switchback' },
  description: 'Guards the release of AI agents.',
  robots: { index: false, follow: false },
}

export const viewport: Viewport = {
  colorScheme: 'light dark',
  themeColor: [
    { media: '(prefers-color-scheme: light)', color: '#fafaf8' },
    { media: '(prefers-color-scheme: dark)', color: '#111110' },
  ],
}

export default async function RootLayout({ children }: { children: ReactNode }) {
  for (const face of faces) preload(face, { as: 'font', type: 'font/woff2', crossOrigin: 'anonymous' })
  const theme = readTheme((await cookies()).get(themeCookie)?.value)
  return (
    <html lang="en" data-theme={theme === 'system' ? undefined : theme} suppressHydrationWarning>
      <body>
        <EarlyClicks />
        {children}
      </body>
    </html>
  )
}
