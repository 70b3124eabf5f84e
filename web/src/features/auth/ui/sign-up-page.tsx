import { useQuery } from '@tanstack/react-query'
import { useSearch } from 'wouter'
import { serverQuery } from '@/shared/api/queries'
import type { Server } from '@/shared/api/types'
import { nextPath, withNext } from '../data/account'
import { AuthLayout } from './auth-layout'
import { SignUpForm } from './sign-up-form'
import { TextLink } from './text-link'

type SignUpPageProps = { server: Server; invite?: string }

/** A new account: the first of the server, with an invite, or for everyone, as the server has it. */
export function SignUpPage({ server, invite }: SignUpPageProps) {
  const next = nextPath(useSearch())
  const allowed = server.setup_required || invite !== undefined || server.registration === 'open'
  if (server.setup_required) {
    return (
      <AuthLayout
        title="Set up your server"
        lead="This Parley is new. Your account will be its first, and its administrator."
      >
        <SignUpForm server={server} invite={undefined} />
      </AuthLayout>
    )
  }
  return (
    <AuthLayout
      title="Create an account"
      lead={
        invite === undefined ? 'It takes a name and a password.' : 'You have been invited to join.'
      }
      footer={
        <>
          Have an account? <TextLink href={withNext('/sign-in', next)}>Sign in</TextLink>
        </>
      }
    >
      {allowed ? (
        <SignUpForm server={server} invite={invite} />
      ) : (
        <p>
          {server.registration === 'invite'
            ? 'This server takes new accounts by invitation. Ask an administrator for a link.'
            : 'This server takes no new accounts.'}
        </p>
      )}
    </AuthLayout>
  )
}

/** The page by its own address. */
export function SignUp() {
  const { data: server } = useQuery(serverQuery)
  return server === undefined ? null : <SignUpPage server={server} />
}
