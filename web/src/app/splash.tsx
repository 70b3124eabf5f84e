import { useCallback, useEffect } from 'react'
import { session } from '@/shared/api/session'
import { Button } from '@/shared/ui/button'
import { Logo } from '@/shared/ui/logo'

export function Splash() {
  return (
    <main aria-busy className="flex h-dvh items-center justify-center bg-sidebar">
      <Logo className="size-14 animate-breathe" />
      <span className="sr-only">Loading Parley</span>
    </main>
  )
}

const retryEvery = 5_000

// It says by itself, through its state, when there is an answer.
const renew = () => session.renew().catch(() => undefined)

/** The page is here and the server is not: tries again by itself, and stays on the page meanwhile. */
export function Unreachable({ onRetry = renew }: { onRetry?: () => Promise<unknown> }) {
  const retry = useCallback(() => void onRetry(), [onRetry])
  useEffect(() => {
    const timer = setInterval(retry, retryEvery)
    window.addEventListener('online', retry)
    return () => {
      clearInterval(timer)
      window.removeEventListener('online', retry)
    }
  }, [retry])
  return (
    <main className="flex h-dvh flex-col items-center justify-center gap-4 bg-sidebar p-6 text-center">
      <Logo className="size-14" />
      <div>
        <h1 className="text-xl font-semibold">The server cannot be reached</h1>
        <p className="text-ink-soft">Parley tries again every few seconds.</p>
      </div>
      <Button onClick={retry}>Try now</Button>
    </main>
  )
}
