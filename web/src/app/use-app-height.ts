import { useEffect } from 'react'

/**
 * Where a phone's keyboard lies over the page instead of making it smaller (iOS), only the visual viewport tells how much
 * is left: the app takes that height, so that the keyboard never covers what is being written.
 */
export function useAppHeight(): void {
  useEffect(() => {
    const viewport = window.visualViewport
    if (!viewport) return
    const apply = () => {
      // Zoomed in, the visual viewport is a part of the page, and the page keeps its size.
      if (viewport.scale > 1.01) return
      document.documentElement.style.setProperty('--app-height', `${viewport.height}px`)
      window.scrollTo(0, 0)
    }
    apply()
    viewport.addEventListener('resize', apply)
    return () => viewport.removeEventListener('resize', apply)
  }, [])
}
