import { Ellipsis, type LucideIcon } from 'lucide-react'
import {
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
  type KeyboardEvent,
  type RefObject,
} from 'react'
import { useFocusLeft } from '@/shared/hooks/use-focus-left'
import { cx } from './cx'
import { IconButton } from './icon-button'
import { moveFocus } from './move-focus'

export type MenuItem = {
  label: string
  icon: LucideIcon
  danger?: boolean
  onSelect: () => void
}

// Pixels that are left between the list and the edge of the window, at least.
const margin = 8

type MenuProps = {
  label: string
  items: MenuItem[]
  icon?: LucideIcon
}

/** A button that opens a list of actions: arrow keys move, Enter chooses, Escape and a click elsewhere close. */
export function Menu({ label, items, icon = Ellipsis }: MenuProps) {
  const [opened, setOpened] = useState(false)
  const root = useRef<HTMLDivElement>(null)
  const list = useRef<HTMLDivElement>(null)
  useClickElsewhere(root, opened, () => setOpened(false))
  useFocusLeft(root)

  // Above the button where there is no room below: before the first entry takes the focus, and the view follows it.
  useLayoutEffect(() => {
    if (!opened || root.current === null || list.current === null) return
    const { top, bottom } = root.current.getBoundingClientRect()
    const needed = list.current.offsetHeight + margin
    list.current.toggleAttribute(
      'data-above',
      bottom + needed > window.innerHeight && top >= needed,
    )
  }, [opened])

  const close = () => {
    setOpened(false)
    root.current?.querySelector('button')?.focus()
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape' || event.key === 'Tab') {
      event.stopPropagation()
      if (event.key === 'Escape') event.preventDefault()
      close()
    } else moveFocus(event, '[role=menuitem]')
  }

  return (
    <div ref={root} className="relative">
      <IconButton
        icon={icon}
        label={label}
        aria-haspopup="menu"
        aria-expanded={opened}
        onClick={() => setOpened(!opened)}
      />
      {opened && (
        <div
          ref={list}
          role="menu"
          tabIndex={-1}
          aria-label={label}
          onKeyDown={onKeyDown}
          className="absolute right-0 z-30 w-max min-w-52 animate-rise rounded-xl border border-line bg-raised p-1 shadow-pop not-data-above:top-full not-data-above:mt-1 data-above:bottom-full data-above:mb-1"
        >
          {items.map((item, index) => (
            <MenuEntry
              key={item.label}
              item={item}
              first={index === 0}
              onChosen={() => {
                close()
                item.onSelect()
              }}
            />
          ))}
        </div>
      )}
    </div>
  )
}

type MenuEntryProps = { item: MenuItem; first: boolean; onChosen: () => void }

function MenuEntry({ item, first, onChosen }: MenuEntryProps) {
  const ref = useRef<HTMLButtonElement>(null)
  useEffect(() => {
    if (first) ref.current?.focus()
  }, [first])
  return (
    <button
      ref={ref}
      type="button"
      role="menuitem"
      tabIndex={-1}
      onClick={onChosen}
      className={cx(
        'flex h-10 w-full items-center gap-2.5 rounded-lg px-3 text-left hover:bg-hover focus-visible:bg-hover focus-visible:outline-offset-[-2px]',
        item.danger === true ? 'text-danger' : 'text-ink',
      )}
    >
      <item.icon aria-hidden className="size-4 shrink-0" />
      {item.label}
    </button>
  )
}

function useClickElsewhere(root: RefObject<HTMLElement | null>, active: boolean, then: () => void) {
  const latest = useRef(then)
  useEffect(() => {
    latest.current = then
  })
  useEffect(() => {
    if (!active) return
    const onPointerDown = (event: PointerEvent) => {
      if (event.target instanceof Node && root.current?.contains(event.target) !== true)
        latest.current()
    }
    document.addEventListener('pointerdown', onPointerDown)
    return () => document.removeEventListener('pointerdown', onPointerDown)
  }, [root, active])
}
