import { ArrowDown } from 'lucide-react'
import { useState } from 'react'

type ToEndProps = {
  atEnd: boolean
  /** How many messages the room has had. */
  messages: number
  onClick: () => void
}

/** For who has scrolled up: the way back, and how much came since. */
export function ToEnd({ atEnd, messages, onClick }: ToEndProps) {
  const [leftAt, setLeftAt] = useState(messages)
  if (atEnd && leftAt !== messages) setLeftAt(messages)
  if (atEnd) return null
  const count = messages - leftAt
  return (
    <button
      type="button"
      onClick={onClick}
      className={
        'absolute bottom-3 left-1/2 inline-flex h-10 -translate-x-1/2 animate-rise items-center gap-2 rounded-full border px-4 font-medium shadow-pop ' +
        (count > 0
          ? 'border-transparent bg-accent text-accent-ink hover:bg-accent-hover'
          : 'border-line bg-raised text-ink hover:bg-sunken')
      }
    >
      <ArrowDown aria-hidden className="size-4" />
      {count > 0 ? `${count} new ${count === 1 ? 'message' : 'messages'}` : 'Jump to newest'}
    </button>
  )
}
