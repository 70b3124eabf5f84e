import { useQuery } from '@tanstack/react-query'
import { Redirect, Route, Switch, useLocation, useSearch } from 'wouter'
import { InvitePage, ResetPage, SignInPage, SignUpPage, withNext } from '@/features/auth'
import { serverQuery } from '@/shared/api/queries'
import type { SignedOutReason } from '@/shared/api/session'
import { Splash, Unreachable } from './splash'

export function SignedOut({ reason }: { reason: SignedOutReason }) {
  const { data: server, errorUpdateCount, refetch } = useQuery(serverQuery)
  if (server === undefined) {
    return errorUpdateCount > 0 ? <Unreachable onRetry={refetch} /> : <Splash />
  }
  if (server.setup_required) return <SignUpPage server={server} />
  return (
    <Switch>
      <Route path="/sign-in">
        <SignInPage reason={reason} />
      </Route>
      <Route path="/sign-up">
        <SignUpPage server={server} />
      </Route>
      <Route path="/invite/:token">
        {({ token }) => <InvitePage token={token} server={server} />}
      </Route>
      <Route path="/reset/:token">{({ token }) => <ResetPage token={token} />}</Route>
      <Route>
        <ToSignIn />
      </Route>
    </Switch>
  )
}

/** Every other page asks to sign in, and comes back after it. */
function ToSignIn() {
  const [path] = useLocation()
  const search = useSearch()
  const here = search === '' ? path : `${path}?${search}`
  return <Redirect to={withNext('/sign-in', here)} replace />
}
