import { useLayoutEffect, type RefObject } from 'react'

/** The nearest element around this one that takes the focus. */
export const aroundOf = (element: Element | null): HTMLElement | null =>
  element?.parentElement?.closest<HTMLElement>('[tabindex]') ?? null

/**
 * When an element goes away with the focus inside, the focus stays with what it stood in. Otherwise the browser would have
 * it nowhere, and whoever goes by the keyboard or by ear would begin at the start of the page.
 */
export function useFocusLeft(ref: RefObject<HTMLElement | null>): void {
  useLayoutEffect(() => {
    const element = ref.current
    const around = aroundOf(element)
    return () => {
      if (element?.contains(document.activeElement)) around?.focus({ preventScroll: true })
    }
  }, [ref])
}
