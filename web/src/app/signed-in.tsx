import { useQuery } from '@tanstack/react-query'
import { Redirect, Route, Switch, useLocation, useSearch } from 'wouter'
import { InvitePage, nextPath, ResetPage } from '@/features/auth'
import { useAcceptInvite } from '@/features/rooms'
import { meQuery, serverQuery } from '@/shared/api/queries'
import type { User } from '@/shared/api/types'
import { SocketContext } from '@/shared/socket/context'
import { Shell } from './shell'
import { socket, useLive } from './live'
import { Splash, Unreachable } from './splash'

export function SignedIn() {
  const { data: me, errorUpdateCount, refetch } = useQuery(meQuery)
  if (me === undefined) return errorUpdateCount > 0 ? <Unreachable onRetry={refetch} /> : <Splash />
  return (
    <SocketContext value={socket}>
      <Live me={me} />
    </SocketContext>
  )
}

function Live({ me }: { me: User }) {
  useLive(me)
  return (
    <Switch>
      <Route path="/sign-in">
        <ToNext />
      </Route>
      <Route path="/sign-up">
        <ToNext />
      </Route>
      <Route path="/invite/:token">{({ token }) => <Invite token={token} />}</Route>
      <Route path="/reset/:token">{({ token }) => <ResetPage token={token} />}</Route>
      <Route>
        <Shell me={me} />
      </Route>
    </Switch>
  )
}

const ToNext = () => <Redirect to={nextPath(useSearch())} replace />

function Invite({ token }: { token: string }) {
  const { data: server } = useQuery(serverQuery)
  const accept = useAcceptInvite()
  const [, navigate] = useLocation()
  const onAccept = async () => {
    const room = await accept.mutateAsync(token)
    navigate(`/rooms/${room.id}`, { replace: true })
  }
  return server === undefined ? (
    <Splash />
  ) : (
    <InvitePage token={token} server={server} onAccept={onAccept} />
  )
}
