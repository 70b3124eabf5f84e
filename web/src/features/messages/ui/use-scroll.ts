import { useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react'

// Within this many pixels of the end the reader counts as being at the end.
const nearEnd = 60
// Older messages are asked for when less than this is left above.
const nearStart = 1200
// After so many milliseconds without a move or a change of size the view is at rest.
const rest = 300
// So many milliseconds after a key, a turn of the wheel or a touch the view may still move by it: smoothly, that is.
const moving = 1000
// What a reader moves the view with; assistive technology uses none of them (see onScroll).
const handles = ['wheel', 'touchmove', 'pointerdown', 'keydown'] as const

type ScrollOptions = {
  count: number
  /** The id of the last row: when it changes, something came at the end. */
  lastId: string | undefined
  /** The reader's own message came: then the end is shown, wherever they were. */
  lastIsMine: boolean
  onNearStart: () => void
}

/** Keeps the end in sight while the reader is there, and the place where they are while they are not. */
export function useScroll(options: ScrollOptions) {
  const scroller = useRef<HTMLDivElement>(null)
  const pinned = useRef(true)
  // When the reader last did what may move the view. It also moves by itself, up and down, while rows above are measured: that
  // leaves no end.
  const handledAt = useRef(-Infinity)
  // When the reader last moved it up: what is measured meanwhile does not pull it back.
  const risenAt = useRef(-Infinity)
  const last = useRef({ top: 0, height: 0, window: 0 })
  const stirredAt = useRef(0)
  const latest = useRef(options)
  const [atEnd, setAtEnd] = useState(true)
  const { lastId, count } = options

  useLayoutEffect(() => {
    latest.current = options
  })

  const putToEnd = useCallback(() => {
    const element = scroller.current
    if (element !== null) element.scrollTop = element.scrollHeight
  }, [])

  const toEnd = useCallback(() => {
    pinned.current = true
    handledAt.current = risenAt.current = -Infinity
    setAtEnd(true)
    putToEnd()
  }, [putToEnd])

  useEffect(() => {
    const moved = () => {
      handledAt.current = performance.now()
    }
    for (const type of handles)
      window.addEventListener(type, moved, { passive: true, capture: true })
    return () => {
      for (const type of handles) window.removeEventListener(type, moved, { capture: true })
    }
  }, [])

  const onScroll = useCallback(() => {
    const element = scroller.current
    if (element === null) return
    const { scrollTop: top, scrollHeight: height, clientHeight: window } = element
    const below = height - top - window
    const rose = top < last.current.top
    const same = height === last.current.height && window === last.current.window
    const now = performance.now()
    // Measuring rows changes the height, and moves the view then or soon after. Out of its rest somebody else moved it.
    if (rose && same && now - stirredAt.current > rest) handledAt.current = now
    const byReader = now - handledAt.current < moving
    if (rose && byReader) risenAt.current = now
    last.current = { top, height, window }
    stirredAt.current = now
    if (below < nearEnd) pinned.current = true
    else if (rose && byReader) pinned.current = false
    setAtEnd(pinned.current)
    if (pinned.current && !byReader && below > 1) putToEnd()
    if (top < nearStart) latest.current.onNearStart()
  }, [putToEnd])

  useLayoutEffect(() => {
    if (lastId !== undefined && (pinned.current || latest.current.lastIsMine)) toEnd()
  }, [lastId, toEnd])

  // Too little to scroll: then no scrolling will ask for more.
  useEffect(() => {
    const element = scroller.current
    if (element !== null && element.scrollHeight - element.clientHeight < nearStart) {
      latest.current.onNearStart()
    }
  }, [count])

  // The keyboard, the composer, late fonts and measured rows change heights: the end stays in sight.
  useEffect(() => {
    const element = scroller.current
    if (element === null) return
    const observer = new ResizeObserver(() => {
      stirredAt.current = performance.now()
      if (pinned.current && stirredAt.current - risenAt.current > rest) putToEnd()
    })
    observer.observe(element)
    for (const child of element.children) observer.observe(child)
    return () => observer.disconnect()
  }, [putToEnd])

  return { scroller, atEnd, toEnd, onScroll }
}
