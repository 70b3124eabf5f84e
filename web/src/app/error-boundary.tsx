import { Component, type ReactNode } from 'react'
import { Button } from '@/shared/ui/button'

/** A fault of the app's own: says so, instead of a blank page. */
export class ErrorBoundary extends Component<{ children: ReactNode }, { failed: boolean }> {
  override state = { failed: false }

  static getDerivedStateFromError() {
    return { failed: true }
  }

  override render() {
    if (!this.state.failed) return this.props.children
    return (
      <main
        role="alert"
        className="flex h-dvh flex-col items-center justify-center gap-4 bg-sidebar p-6 text-center"
      >
        <div>
          <h1 className="text-xl font-semibold">Something went wrong</h1>
          <p className="text-ink-soft">What you wrote is kept. Load the page again to go on.</p>
        </div>
        <Button variant="primary" onClick={() => window.location.reload()}>
          Load again
        </Button>
      </main>
    )
  }
}
