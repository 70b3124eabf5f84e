import { useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react'

// Within this many pixels of the end the reader counts as being at the end.
const nearEnd = 60
// Older messages are asked for when less than this is left above.
const nearStart = 1200
// What a reader moves the view with.
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
  // Whether the reader may have moved the view since it was last put to the end. It also moves by itself, up and down, while
  // rows above are measured: that leaves no end.
  const byReader = useRef(false)
  const lastTop = useRef(0)
  const latest = useRef(options)
  const [atEnd, setAtEnd] = useState(true)
  const { lastId, count } = options

  useLayoutEffect(() => {
    latest.current = options
  })

  const putToEnd = useCallback(() => {
    byReader.current = false
    const element = scroller.current
    if (element !== null) element.scrollTop = element.scrollHeight
  }, [])

  const toEnd = useCallback(() => {
    pinned.current = true
    setAtEnd(true)
    putToEnd()
  }, [putToEnd])

  useEffect(() => {
    const moved = () => {
      byReader.current = true
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
    const below = element.scrollHeight - element.scrollTop - element.clientHeight
    if (below < nearEnd) pinned.current = true
    else if (byReader.current && element.scrollTop < lastTop.current) pinned.current = false
    lastTop.current = element.scrollTop
    setAtEnd(pinned.current)
    if (pinned.current && !byReader.current && below > 1) putToEnd()
    if (element.scrollTop < nearStart) latest.current.onNearStart()
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
      if (pinned.current) putToEnd()
    })
    observer.observe(element)
    for (const child of element.children) observer.observe(child)
    return () => observer.disconnect()
  }, [putToEnd])

  return { scroller, atEnd, toEnd, onScroll }
}
