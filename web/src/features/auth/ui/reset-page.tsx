import { useState } from 'react'
import { useForm } from '@/shared/hooks/use-form'
import { Button } from '@/shared/ui/button'
import { ErrorNote } from '@/shared/ui/notes'
import { PasswordField } from '@/shared/ui/password-field'
import { resetPassword } from '../data/account'
import { AuthLayout } from './auth-layout'
import { TextLink } from './text-link'

/** Takes the one-time link that an administrator made. */
export function ResetPage({ token }: { token: string }) {
  const [password, setPassword] = useState('')
  const [done, setDone] = useState(false)
  const form = useForm(async () => {
    await resetPassword(token, password)
    setDone(true)
  }, ['new_password'])

  if (done) {
    return (
      <AuthLayout title="Your password is set" lead="You have been signed out everywhere.">
        <TextLink href="/sign-in">Sign in with the new password</TextLink>
      </AuthLayout>
    )
  }
  return (
    <AuthLayout
      title="Choose a new password"
      lead="This link works once."
      footer={<TextLink href="/sign-in">Back to signing in</TextLink>}
    >
      <form onSubmit={form.onSubmit} className="flex flex-col gap-5">
        <PasswordField
          label="New password"
          value={password}
          required
          minLength={8}
          autoComplete="new-password"
          hint="At least 8 characters, and not a common one."
          error={form.errorOf('new_password')}
          onChange={(event) => setPassword(event.target.value)}
        />
        {form.error !== undefined && <ErrorNote>{form.error}</ErrorNote>}
        <Button type="submit" variant="primary" className="h-11" busy={form.busy}>
          Set password
        </Button>
      </form>
    </AuthLayout>
  )
}
