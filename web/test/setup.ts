import '@testing-library/jest-dom/vitest'
import { cleanup, configure } from '@testing-library/react'
import { afterEach, vi } from 'vitest'
import { installCookieJar } from './support/cookie-jar'

// What takes long on a busy machine has not failed.
configure({ asyncUtilTimeout: 5000 })

/** What jsdom lacks: it lays nothing out. The list of messages gets a window that is high enough for all of them. */
class Observer implements ResizeObserver {
  readonly #callback: ResizeObserverCallback

  constructor(callback: ResizeObserverCallback) {
    this.#callback = callback
  }

  observe(target: Element): void {
    const height = target.getAttribute('role') === 'log' ? 20_000 : 40
    const contentRect = {
      width: 1000,
      height,
      top: 0,
      left: 0,
      bottom: height,
      right: 1000,
      x: 0,
      y: 0,
    }
    const entry = { target, contentRect } as unknown as ResizeObserverEntry
    queueMicrotask(() => this.#callback([entry], this))
  }

  unobserve(): void {
    // Nothing changes its size here.
  }

  disconnect(): void {
    // Nothing changes its size here.
  }
}

vi.stubGlobal('ResizeObserver', Observer)
vi.stubGlobal('scrollTo', () => undefined)
vi.stubGlobal('matchMedia', (query: string) => ({
  matches: query.includes('min-width') || query.includes('fine'),
  addEventListener: () => undefined,
  removeEventListener: () => undefined,
}))
Element.prototype.scrollTo = () => undefined
Object.defineProperty(HTMLElement.prototype, 'offsetParent', {
  get(this: HTMLElement) {
    return this.parentNode
  },
})
// There is enough to scroll, and nothing ever scrolls.
Object.defineProperty(HTMLElement.prototype, 'scrollHeight', { value: 5000 })
Object.defineProperty(HTMLElement.prototype, 'scrollTop', {
  get: () => 0,
  set: () => undefined,
})
document.hasFocus = () => true
HTMLDialogElement.prototype.showModal = function showModal() {
  this.open = true
}
HTMLDialogElement.prototype.close = function close() {
  this.open = false
}
installCookieJar()

afterEach(cleanup)
