import { useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react'
import type { VirtualizerHandle } from 'virtua'

// Within this many pixels of the end the reader counts as being at the end.
const nearEnd = 60
// Older messages are asked for when less than this is left above.
const nearStart = 1200

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
  const list = useRef<VirtualizerHandle>(null)
  const pinned = useRef(true)
  const lastTop = useRef(0)
  const latest = useRef(options)
  const [atEnd, setAtEnd] = useState(true)
  const { lastId, count } = options

  useLayoutEffect(() => {
    latest.current = options
  })

  const toEnd = useCallback(() => {
    pinned.current = true
    setAtEnd(true)
    const { count } = latest.current
    if (count > 0) list.current?.scrollToIndex(count - 1, { align: 'end' })
    const element = scroller.current
    if (element !== null) element.scrollTop = element.scrollHeight
  }, [])

  const onScroll = useCallback(() => {
    const element = scroller.current
    if (element === null) return
    const below = element.scrollHeight - element.scrollTop - element.clientHeight
    // Rows that are measured later push the end away: only who moves up leaves it.
    if (below < nearEnd) pinned.current = true
    else if (element.scrollTop < lastTop.current) pinned.current = false
    lastTop.current = element.scrollTop
    setAtEnd(pinned.current)
    if (element.scrollTop < nearStart) latest.current.onNearStart()
  }, [])

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
      if (pinned.current) element.scrollTop = element.scrollHeight
    })
    observer.observe(element)
    for (const child of element.children) observer.observe(child)
    return () => observer.disconnect()
  }, [])

  return { scroller, list, atEnd, toEnd, onScroll }
}
