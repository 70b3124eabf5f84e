import { Component, type ReactNode } from 'react'
import { Button } from '@/shared/ui/button'
import { cx } from '@/shared/ui/cx'

type ErrorBoundaryProps = {
  children: ReactNode
  /** The page that is shown inside the frame: another one gets another chance. */
  page?: string
  menu?: ReactNode
}

/** A fault of the app's own: says so, instead of a blank page. */
export class ErrorBoundary extends Component<ErrorBoundaryProps, { failed: boolean }> {
  override state = { failed: false }

  static getDerivedStateFromError() {
    return { failed: true }
  }

  override componentDidUpdate(before: ErrorBoundaryProps) {
    if (this.state.failed && before.page !== this.props.page) this.setState({ failed: false })
  }

  override render() {
    const { children, page, menu } = this.props
    if (!this.state.failed) return children
    return (
      <main
        id="main"
        tabIndex={-1}
        className={cx(
          'flex flex-col outline-none',
          page === undefined ? 'h-dvh bg-sidebar' : 'min-h-0 flex-1',
        )}
      >
        {menu}
        <div
          role="alert"
          className="flex flex-1 flex-col items-center justify-center gap-4 p-6 text-center"
        >
          <div>
            <h1 className="text-xl font-semibold">Something went wrong</h1>
            <p className="text-ink-soft">What you wrote is kept. Load the page again to go on.</p>
          </div>
          <Button variant="primary" onClick={() => window.location.reload()}>
            Load again
          </Button>
        </div>
      </main>
    )
  }
}
