import { useState } from 'react'
import { useMe } from '@/shared/api/queries'
import { useForm } from '@/shared/hooks/use-form'
import { Button } from '@/shared/ui/button'
import { ErrorNote } from '@/shared/ui/notes'
import { Section } from '@/shared/ui/page-layout'
import { PasswordField } from '@/shared/ui/password-field'
import { toast } from '@/shared/ui/toasts'
import { useChangePassword } from '../data/account'

export function PasswordSection() {
  const me = useMe()
  const change = useChangePassword()
  const [current, setCurrent] = useState('')
  const [next, setNext] = useState('')
  const form = useForm(async () => {
    await change.mutateAsync({ current_password: current, new_password: next })
    setCurrent('')
    setNext('')
    toast('Password changed. Your other sessions have ended.')
  }, ['current_password', 'new_password'])

  return (
    <Section title="Password" lead="Changing it signs you out everywhere else.">
      <form onSubmit={form.onSubmit} className="flex flex-col gap-4">
        {/* So that password managers know whose password this is. */}
        <input type="hidden" name="username" autoComplete="username" value={me.username} />
        <PasswordField
          label="Current password"
          value={current}
          required
          autoComplete="current-password"
          error={form.errorOf('current_password')}
          onChange={(event) => setCurrent(event.target.value)}
        />
        <PasswordField
          label="New password"
          value={next}
          required
          minLength={8}
          autoComplete="new-password"
          hint="At least 8 characters, and not a common one."
          error={form.errorOf('new_password')}
          onChange={(event) => setNext(event.target.value)}
        />
        {form.error !== undefined && <ErrorNote>{form.error}</ErrorNote>}
        <Button type="submit" variant="primary" className="self-start" busy={form.busy}>
          Change password
        </Button>
      </form>
    </Section>
  )
}
