import { useRef, useState } from 'react'
import { useFocusLeft } from '@/shared/hooks/use-focus-left'
import { Spinner } from '@/shared/ui/spinner'
import { InlineButton } from './inline-button'

/** Asks for older messages; once that has failed, only when the reader says so. */
export function useOlder(hasOlder: boolean, loadOlder: () => Promise<void>) {
  const [failed, setFailed] = useState(false)
  const load = () => {
    setFailed(false)
    loadOlder().catch(() => setFailed(true))
  }
  return {
    failed,
    retry: load,
    onNearStart: () => {
      if (hasOlder && !failed) load()
    },
  }
}

type OlderProps = { loading: boolean; failed: boolean; onRetry: () => void }

/** Above the first message: whether older ones are on their way. */
export function Older({ loading, failed, onRetry }: OlderProps) {
  return (
    <div className="flex h-[56px] shrink-0 items-center justify-center text-ink-faint">
      {loading && <Spinner />}
      {failed && <Failed onRetry={onRetry} />}
    </div>
  )
}

function Failed({ onRetry }: { onRetry: () => void }) {
  const ref = useRef<HTMLParagraphElement>(null)
  useFocusLeft(ref)
  return (
    <p ref={ref} role="alert" className="flex items-center px-2 text-sm text-danger">
      Could not load older messages.
      <InlineButton label="Try again" onClick={onRetry} />
    </p>
  )
}
