import { renderHook } from '@testing-library/react'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { useAppHeight } from './use-app-height'

/** What tells how much of the page can be seen, where the keyboard lies over it. */
class FakeViewport extends EventTarget {
  height = 740
  scale = 1

  become(change: { height?: number; scale?: number }): void {
    Object.assign(this, change)
    this.dispatchEvent(new Event('resize'))
  }
}

const appHeight = () => document.documentElement.style.getPropertyValue('--app-height')

describe('the height of the app', () => {
  let viewport: FakeViewport

  beforeEach(() => {
    viewport = new FakeViewport()
    vi.stubGlobal('visualViewport', viewport)
    document.documentElement.style.removeProperty('--app-height')
  })

  it('is what a keyboard leaves of the page, and all of it when that is gone', () => {
    renderHook(() => useAppHeight())
    expect(appHeight()).toBe('740px')
    viewport.become({ height: 400 })
    expect(appHeight()).toBe('400px')
    viewport.become({ height: 740 })
    expect(appHeight()).toBe('740px')
  })

  it('is that also when the keyboard was there first', () => {
    viewport.height = 400
    renderHook(() => useAppHeight())
    expect(appHeight()).toBe('400px')
  })

  it('undoes the browser’s scrolling to what is written in: it is in sight now', () => {
    const scrollTo = vi.spyOn(window, 'scrollTo')
    renderHook(() => useAppHeight())
    scrollTo.mockClear()
    viewport.become({ height: 400 })
    expect(scrollTo).toHaveBeenCalledExactlyOnceWith(0, 0)
  })

  it('stays, and so does the place, while the reader zooms in', () => {
    const scrollTo = vi.spyOn(window, 'scrollTo')
    renderHook(() => useAppHeight())
    scrollTo.mockClear()
    viewport.become({ height: 370, scale: 2 })
    expect(appHeight()).toBe('740px')
    expect(scrollTo).not.toHaveBeenCalled()
    // Not quite 1 after pinching back: that is no zoom.
    viewport.become({ height: 736, scale: 1.005 })
    expect(appHeight()).toBe('736px')
  })

  it('is left alone after the app is gone', () => {
    const { unmount } = renderHook(() => useAppHeight())
    unmount()
    viewport.become({ height: 400 })
    expect(appHeight()).toBe('740px')
  })

  it('is the page’s own in a browser that does not tell', () => {
    vi.stubGlobal('visualViewport', null)
    renderHook(() => useAppHeight())
    expect(appHeight()).toBe('')
  })
})
