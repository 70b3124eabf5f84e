import { LoaderCircle, WifiOff } from 'lucide-react'
import { useEffect, useState, useSyncExternalStore } from 'react'
import { useSocket, useSocketState } from '@/shared/socket/context'

/** Says when the app is not connected, and what happens about it. Nothing while all is well. */
export function ConnectionBanner() {
  const state = useSocketState()
  const socket = useSocket()
  const online = useOnline()
  const shown = state.phase === 'waiting' || (state.phase === 'connecting' && !state.first)
  const slow = useAfter(2_500, state.phase === 'connecting' && state.first)
  return (
    <div role="status" aria-live="polite">
      {(shown || slow) && (
        <div className="flex min-h-10 items-center justify-center gap-2 bg-warn-soft px-3 text-sm text-warn-ink">
          {online ? (
            <LoaderCircle aria-hidden className="size-4 animate-spin" />
          ) : (
            <WifiOff aria-hidden className="size-4" />
          )}
          <span>
            {!online ? 'You are offline.' : slow ? 'Connecting…' : 'Connection lost.'}{' '}
            {shown &&
              (state.phase === 'waiting' ? <Countdown until={state.until} /> : 'Reconnecting…')}
          </span>
          {state.phase === 'waiting' && (
            <button
              type="button"
              onClick={() => socket.nudge()}
              className="min-h-10 px-2 font-medium underline underline-offset-2"
            >
              Try now
            </button>
          )}
        </div>
      )}
    </div>
  )
}

/** Not read out every second: only that it has begun. */
function Countdown({ until }: { until: number }) {
  const [now, setNow] = useState(() => Date.now())
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 250)
    return () => clearInterval(timer)
  }, [])
  const seconds = Math.max(1, Math.ceil((until - now) / 1000))
  return (
    <>
      <span aria-hidden className="tabular-nums">
        Reconnecting in {seconds} s.
      </span>
      <span className="sr-only">Reconnecting soon.</span>
    </>
  )
}

function useOnline(): boolean {
  return useSyncExternalStore(
    (changed) => {
      window.addEventListener('online', changed)
      window.addEventListener('offline', changed)
      return () => {
        window.removeEventListener('online', changed)
        window.removeEventListener('offline', changed)
      }
    },
    () => navigator.onLine,
  )
}

/** True once the condition has held for so many milliseconds. */
function useAfter(milliseconds: number, condition: boolean): boolean {
  const [held, setHeld] = useState(false)
  useEffect(() => {
    if (!condition) return
    const timer = setTimeout(() => setHeld(true), milliseconds)
    return () => {
      clearTimeout(timer)
      setHeld(false)
    }
  }, [milliseconds, condition])
  return condition && held
}
