import { useEffect } from 'react'

export type Newest = { seq: number; messages: number }

/** Says when the newest message is before the reader's eyes: at the end, in a window that has the focus. */
export function useSeen(
  atEnd: boolean,
  newest: Newest | undefined,
  onSeen: (newest: Newest) => void,
): void {
  const seq = newest?.seq
  const messages = newest?.messages
  useEffect(() => {
    if (!atEnd || seq === undefined || messages === undefined) return
    const check = () => {
      if (document.visibilityState === 'visible' && document.hasFocus()) onSeen({ seq, messages })
    }
    check()
    window.addEventListener('focus', check)
    document.addEventListener('visibilitychange', check)
    return () => {
      window.removeEventListener('focus', check)
      document.removeEventListener('visibilitychange', check)
    }
  }, [atEnd, seq, messages, onSeen])
}
