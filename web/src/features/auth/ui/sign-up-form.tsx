import { useState } from 'react'
import { useLocation } from 'wouter'
import type { Server } from '@/shared/api/types'
import { useForm } from '@/shared/hooks/use-form'
import { Button } from '@/shared/ui/button'
import { ErrorNote } from '@/shared/ui/notes'
import { PasswordField } from '@/shared/ui/password-field'
import { TextField } from '@/shared/ui/text-field'
import { makeSignUp } from '../data/account'

type SignUpFormProps = { server: Server; invite: string | undefined }

export function SignUpForm({ server, invite }: SignUpFormProps) {
  const { limits } = server
  const needsCode = server.setup_required && server.setup_code_required
  const [fields, setFields] = useState({ username: '', name: '', password: '', code: '' })
  const set = (change: Partial<typeof fields>) => setFields((before) => ({ ...before, ...change }))
  const [signUp] = useState(makeSignUp)
  const [, navigate] = useLocation()
  const send = async () => {
    await signUp({
      username: fields.username.trim(),
      password: fields.password,
      ...(fields.name.trim() === '' ? {} : { display_name: fields.name }),
      ...(invite === undefined ? {} : { invite }),
      ...(needsCode ? { setup_code: fields.code.trim() } : {}),
    })
    if (invite !== undefined) navigate('/', { replace: true })
  }
  const form = useForm(send, ['username', 'password', 'display_name', 'setup_code'])

  return (
    <form onSubmit={form.onSubmit} className="flex flex-col gap-5">
      {needsCode && (
        <TextField
          label="Set-up code"
          name="setup-code"
          value={fields.code}
          required
          autoComplete="off"
          spellCheck={false}
          hint="The server printed it when it started."
          error={form.errorOf('setup_code')}
          onChange={(event) => set({ code: event.target.value })}
        />
      )}
      <TextField
        label="User name"
        name="username"
        value={fields.username}
        required
        minLength={limits.username_min_length}
        maxLength={limits.username_max_length}
        pattern="[A-Za-z0-9_.\-]+"
        title="Letters from a to z, digits and _ . -"
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        hint={`${limits.username_min_length} to ${limits.username_max_length} letters, digits and _ . - It cannot be changed later.`}
        error={form.errorOf('username')}
        onChange={(event) => set({ username: event.target.value })}
      />
      <TextField
        label="Display name (optional)"
        name="name"
        value={fields.name}
        maxLength={limits.display_name_length}
        autoComplete="name"
        hint="What the others see."
        error={form.errorOf('display_name')}
        onChange={(event) => set({ name: event.target.value })}
      />
      <PasswordField
        label="Password"
        name="password"
        value={fields.password}
        required
        minLength={limits.password_min_length}
        autoComplete="new-password"
        hint={`At least ${limits.password_min_length} characters, and not a common one.`}
        error={form.errorOf('password')}
        onChange={(event) => set({ password: event.target.value })}
      />
      {form.error !== undefined && <ErrorNote>{form.error}</ErrorNote>}
      <Button type="submit" variant="primary" className="h-11" busy={form.busy}>
        {server.setup_required ? 'Set up' : 'Create account'}
      </Button>
    </form>
  )
}
