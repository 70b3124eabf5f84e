import { useEffect } from 'react'

let page = 'Parley'
let unread = 0

function show(): void {
  const name = page === 'Parley' ? page : `${page} – Parley`
  document.title = unread > 0 ? `(${unread}) ${name}` : name
}

/** What this page is, in the browser's tab. */
export function useTitle(title: string): void {
  useEffect(() => {
    page = title
    show()
  }, [title])
}

/** How much is unread in all rooms, before it. */
export function useUnreadInTitle(count: number): void {
  useEffect(() => {
    unread = count
    show()
    return () => {
      unread = 0
      show()
    }
  }, [count])
}
