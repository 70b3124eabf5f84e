import { useState } from 'react'
import { useMe } from '@/shared/api/queries'
import { useForm } from '@/shared/hooks/use-form'
import { Avatar } from '@/shared/ui/avatar'
import { Button } from '@/shared/ui/button'
import { ErrorNote } from '@/shared/ui/notes'
import { Section } from '@/shared/ui/page-layout'
import { TextField } from '@/shared/ui/text-field'
import { toast } from '@/shared/ui/toasts'
import { useChangeName } from '../data/account'

export function ProfileSection() {
  const me = useMe()
  const change = useChangeName()
  const [name, setName] = useState(me.display_name)
  const form = useForm(async () => {
    const { display_name } = await change.mutateAsync(name)
    setName(display_name)
    toast('Display name changed.')
  }, ['display_name'])

  return (
    <Section title="Profile">
      <div className="flex items-center gap-4">
        <Avatar userId={me.id} name={me.display_name} size="lg" />
        <div className="min-w-0">
          <p className="truncate text-lg font-semibold">{me.display_name}</p>
          <p className="truncate text-ink-soft">@{me.username}</p>
        </div>
      </div>
      <form onSubmit={form.onSubmit} className="flex flex-col gap-3">
        <TextField
          label="Display name"
          value={name}
          required
          maxLength={64}
          autoComplete="name"
          error={form.errorOf('display_name')}
          onChange={(event) => setName(event.target.value)}
        />
        {form.error !== undefined && <ErrorNote>{form.error}</ErrorNote>}
        <Button
          type="submit"
          variant="primary"
          className="self-start"
          busy={form.busy}
          disabled={name.trim() === '' || name === me.display_name}
        >
          Save
        </Button>
      </form>
    </Section>
  )
}
