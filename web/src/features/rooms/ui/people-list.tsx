import { useLayoutEffect, useRef, useState, type ReactElement, type RefObject } from 'react'
import { Virtualizer, type CustomItemComponentProps } from 'virtua'
import type { Member } from '@/shared/api/types'

// Pixels of a row, before it is measured.
const rowHeight = 48

type PeopleListProps = {
  title: string
  people: Member[]
  /** What scrolls. It holds this list among others, and is positioned. */
  scroller: RefObject<HTMLDivElement | null>
  /** A row, with a key of its own: it stays, and a menu that is open in it, when others come and go. */
  children: (member: Member) => ReactElement
}

/** Some of a room's people: only those in view are in the document, for there may be thousands. */
export function PeopleList({ title, people, scroller, children }: PeopleListProps) {
  const list = useRef<HTMLDivElement>(null)
  const top = useTop(list, scroller)
  return (
    <section aria-label={title} hidden={people.length === 0} className="mb-4">
      <h3 className="px-2 pb-1 text-xs font-semibold text-ink-faint">
        {title} · {people.length.toLocaleString()}
      </h3>
      <div ref={list}>
        <Virtualizer
          as="ul"
          item={Item}
          data={people}
          scrollRef={scroller}
          startMargin={top}
          itemSize={rowHeight}
        >
          {children}
        </Virtualizer>
      </div>
    </section>
  )
}

/** A menu that is open in a row lies over those below. */
const Item = ({ style, children, ref }: CustomItemComponentProps) => (
  <li ref={ref} style={style} className="focus-within:z-10">
    {children}
  </li>
)

/** How far below the start of what scrolls an element begins: it moves when what is above changes its height. */
function useTop(
  element: RefObject<HTMLElement | null>,
  scroller: RefObject<HTMLElement | null>,
): number {
  const [top, setTop] = useState(0)
  useLayoutEffect(() => {
    const measure = () => setTop(element.current?.offsetTop ?? 0)
    const observer = new ResizeObserver(measure)
    for (const child of scroller.current?.children ?? []) observer.observe(child)
    measure()
    return () => observer.disconnect()
  }, [element, scroller])
  return top
}
