import { QueryClientProvider } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
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
  const [queryClient] = useState(makeQueryClient)
  useAppHeight()
  return (
    <ErrorBoundary>
      <QueryClientProvider client={queryClient}>
        <Gate />
        <Toasts />
      </QueryClientProvider>
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
      return <SignedOut reason={state.reason} />
    case 'signed-in':
      return <SignedIn key={state.sessionId} />
  }
}
