import { useEffect } from 'react'
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

/** The page is here and the server is not: tries again by itself. */
export function Unreachable() {
  useEffect(() => {
    const timer = setInterval(() => void session.start(), retryEvery)
    const onOnline = () => void session.start()
    window.addEventListener('online', onOnline)
    return () => {
      clearInterval(timer)
      window.removeEventListener('online', onOnline)
    }
  }, [])
  return (
    <main className="flex h-dvh flex-col items-center justify-center gap-4 bg-sidebar p-6 text-center">
      <Logo className="size-14" />
      <div>
        <h1 className="text-xl font-semibold">The server cannot be reached</h1>
        <p className="text-ink-soft">Parley tries again every few seconds.</p>
      </div>
      <Button onClick={() => void session.start()}>Try now</Button>
    </main>
  )
}
