import { useQuery } from '@tanstack/react-query'
import { countOf } from '@/shared/lib/count'
import { explain, hasCode } from '@/shared/api/problem'
import type { InvitePreview, Server } from '@/shared/api/types'
import { useForm } from '@/shared/hooks/use-form'
import { Button } from '@/shared/ui/button'
import { ErrorNote } from '@/shared/ui/notes'
import { Spinner } from '@/shared/ui/spinner'
import { previewInvite, withNext } from '../data/account'
import { AuthLayout } from './auth-layout'
import { SignUpPage } from './sign-up-page'
import { TextLink } from './text-link'

type InvitePageProps = {
  token: string
  server: Server
  /** Accepts an invite to a room; left out when nobody is signed in. */
  onAccept?: ((token: string) => Promise<unknown>) | undefined
}

/** What an invite link opens: a new account, or a room. */
export function InvitePage({ token, server, onAccept }: InvitePageProps) {
  const { data: invite, error } = useQuery({
    queryKey: ['invite', token],
    queryFn: () => previewInvite(token),
    staleTime: 0,
  })

  if (error !== null) {
    return (
      <AuthLayout title="This invite does not work">
        <ErrorNote>
          {hasCode(error, 'not_found')
            ? 'There is no such invite, or it was withdrawn.'
            : explain(error)}
        </ErrorNote>
        <TextLink href="/">Go to Parley</TextLink>
      </AuthLayout>
    )
  }
  if (invite === undefined) {
    return (
      <AuthLayout title="Looking at your invite">
        <Spinner />
      </AuthLayout>
    )
  }
  if (!invite.valid) {
    return (
      <AuthLayout title="This invite does not work">
        <p>It has expired, was withdrawn or is used up. Ask for a new one.</p>
        <TextLink href="/">Go to Parley</TextLink>
      </AuthLayout>
    )
  }
  if (invite.kind === 'room')
    return <RoomInvite token={token} invite={invite} server={server} onAccept={onAccept} />
  if (onAccept === undefined) return <SignUpPage server={server} invite={token} />
  return (
    <AuthLayout title="You are here already">
      <p>This invite is for a new account, and you are signed in to one.</p>
      <TextLink href="/">Go to Parley</TextLink>
    </AuthLayout>
  )
}

type RoomInviteProps = InvitePageProps & { invite: InvitePreview }

function RoomInvite({ token, invite, server, onAccept }: RoomInviteProps) {
  const form = useForm(() => onAccept?.(token) ?? Promise.resolve())
  const { room } = invite
  return (
    <AuthLayout
      title={`Join ${room?.name ?? 'a room'}`}
      lead={room && countOf(room.member_count, 'member')}
    >
      {room !== null && room.description !== '' && (
        <p className="mb-5 whitespace-pre-wrap">{room.description}</p>
      )}
      {onAccept === undefined ? (
        <p>
          To join, <TextLink href={withNext('/sign-in', `/invite/${token}`)}>sign in</TextLink>
          {server.registration === 'open' && (
            <>
              {' or '}
              <TextLink href={withNext('/sign-up', `/invite/${token}`)}>create an account</TextLink>
            </>
          )}
          .
        </p>
      ) : (
        <form onSubmit={form.onSubmit} className="flex flex-col gap-4">
          {form.error !== undefined && <ErrorNote>{form.error}</ErrorNote>}
          <Button type="submit" variant="primary" className="h-11" busy={form.busy}>
            Join room
          </Button>
        </form>
      )}
    </AuthLayout>
  )
}
