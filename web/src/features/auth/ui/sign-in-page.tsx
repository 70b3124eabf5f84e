import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useSearch } from 'wouter'
import { serverQuery } from '@/shared/api/queries'
import type { SignedOutReason } from '@/shared/api/session'
import { useForm } from '@/shared/hooks/use-form'
import { Button } from '@/shared/ui/button'
import { ErrorNote } from '@/shared/ui/notes'
import { PasswordField } from '@/shared/ui/password-field'
import { TextField } from '@/shared/ui/text-field'
import { nextPath, signIn, withNext } from '../data/account'
import { AuthLayout } from './auth-layout'
import { TextLink } from './text-link'

const reasons: Record<SignedOutReason, string | undefined> = {
  none: undefined,
  ended: 'Your session has ended. Sign in again.',
  disabled: 'This account has been disabled by an administrator.',
}

export function SignInPage({ reason }: { reason: SignedOutReason }) {
  const { data: server } = useQuery(serverQuery)
  const next = nextPath(useSearch())
  const [username, setUsername] = useState('')
  const [password, setPassword] = useState('')
  // Where to go next is told by the URL: the page of whoever is signed in reads it there.
  const form = useForm(() => signIn(username.trim(), password))
  const note = form.error ?? reasons[reason]

  return (
    <AuthLayout
      title="Sign in"
      lead="Welcome back."
      footer={
        server?.registration === 'open' ? (
          <>
            New here? <TextLink href={withNext('/sign-up', next)}>Create an account</TextLink>
          </>
        ) : (
          server && 'New accounts are by invitation here.'
        )
      }
    >
      <form onSubmit={form.onSubmit} className="flex flex-col gap-5">
        <TextField
          label="User name"
          name="username"
          value={username}
          required
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          onChange={(event) => setUsername(event.target.value)}
        />
        <PasswordField
          label="Password"
          name="password"
          value={password}
          required
          autoComplete="current-password"
          onChange={(event) => setPassword(event.target.value)}
        />
        {note !== undefined && <ErrorNote>{note}</ErrorNote>}
        <Button type="submit" variant="primary" className="h-11" busy={form.busy}>
          Sign in
        </Button>
        <p className="text-center text-sm text-ink-faint">
          Forgot your password? An administrator of this server can send you a link.
        </p>
      </form>
    </AuthLayout>
  )
}
