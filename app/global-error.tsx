'use client'
import { Broken } from '#components/sign/Broken.tsx'
import './globals.css'

export default function GlobalError({
  error,
  retry,
}: {
  error: Error & { digest?: string }
  retry: () => void
}) {
  return (
    <html lang="en">
      <body>
        <title>Switchback</title>
        <Broken digest={error.digest} onRetry={retry} />
      </body>
    </html>
  )
}
