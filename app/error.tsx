'use client'
import { Broken } from '#components/sign/Broken.tsx'

export default function PageError({
  error,
  retry,
}: {
  error: Error & { digest?: string }
  retry: () => void
}) {
  return <Broken digest={error.digest} onRetry={retry} />
}
