import type { KeyboardEvent } from 'react'

/** Arrow keys, Home and End move the focus among the elements that match, inside the element that listens. */
export function moveFocus(event: KeyboardEvent, selector: string): void {
  const elements = [...event.currentTarget.querySelectorAll<HTMLElement>(selector)]
  const target = elements[nextIndex(event.key, elements)]
  if (target === undefined) return
  event.preventDefault()
  target.focus()
}

function nextIndex(key: string, elements: HTMLElement[]): number {
  const { length } = elements
  const current = elements.findIndex((element) => element === document.activeElement)
  if (length === 0) return -1
  if (key === 'ArrowDown') return (current + 1) % length
  if (key === 'ArrowUp') return current <= 0 ? length - 1 : current - 1
  if (key === 'Home') return 0
  if (key === 'End') return length - 1
  return -1
}
