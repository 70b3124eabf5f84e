import { QueryClientProvider } from '@tanstack/react-query'
import { useEffect, useState, type ReactNode } from 'react'
import { makeQueryClient } from '@/shared/api/query-client'
import { session } from '@/shared/api/session'
import { useStore } from '@/shared/lib/store'
import { Toasts } from '@/shared/ui/toasts'
import { ErrorBoundary } from './error-boundary'
import { SignedIn } from './signed-in'
import { SignedOut } from './signed-out'
import { Splash, Unreachable } from './splash'
import { useAppHeight } from './use-app-height'

export function App() {
  useAppHeight()
  return (
    <ErrorBoundary>
      <Gate />
      <Toasts />
    </ErrorBoundary>
  )
}

/** Is somebody signed in? */
function Gate() {
  const state = useStore(session.state)
  useEffect(() => {
    if (session.state.get().status === 'starting') void session.start()
  }, [])
  switch (state.status) {
    case 'starting':
      return <Splash />
    case 'unreachable':
      return <Unreachable />
    case 'signed-out':
      return (
        <OwnQueries key="signed-out">
          <SignedOut reason={state.reason} />
        </OwnQueries>
      )
    case 'signed-in':
      return (
        <OwnQueries key={state.sessionId}>
          <SignedIn />
        </OwnQueries>
      )
  }
}

/** Each session has a cache of its own: whoever signs in next sees and does nothing as the one before. */
function OwnQueries({ children }: { children: ReactNode }) {
  const [queryClient] = useState(makeQueryClient)
  return <QueryClientProvider client={queryClient}>{children}</QueryClientProvider>
}
