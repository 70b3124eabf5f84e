import { useState } from 'react'
import type { NewPersonalToken } from '@/shared/api/types'
import { useForm } from '@/shared/hooks/use-form'
import { Button } from '@/shared/ui/button'
import { CopyField } from '@/shared/ui/copy-field'
import { ErrorNote } from '@/shared/ui/notes'
import { SelectField, TextField } from '@/shared/ui/text-field'
import { useCreateToken } from '../data/account'

const lifetimes: [label: string, days: number][] = [
  ['30 days', 30],
  ['90 days', 90],
  ['A year', 365],
  ['For ever', 0],
]

export function TokenForm() {
  const create = useCreateToken()
  const [name, setName] = useState('')
  const [days, setDays] = useState(90)
  const [made, setMade] = useState<NewPersonalToken>()
  const form = useForm(async () => {
    setMade(await create.mutateAsync({ name, ...(days === 0 ? {} : { expires_in_days: days }) }))
    setName('')
  }, ['name'])

  return (
    <form onSubmit={form.onSubmit} className="flex flex-col gap-3">
      <div className="flex flex-wrap items-start gap-2">
        <TextField
          label="What is it for?"
          className="min-w-44 flex-1"
          value={name}
          required
          maxLength={64}
          placeholder="build bot"
          autoComplete="off"
          error={form.errorOf('name')}
          onChange={(event) => setName(event.target.value)}
        />
        <SelectField label="Good for" options={lifetimes} value={days} onChange={setDays} />
        <Button
          type="submit"
          className="sm:mt-[1.54rem]"
          busy={form.busy}
          disabled={name.trim() === ''}
        >
          Make a token
        </Button>
      </div>
      {form.error !== undefined && <ErrorNote>{form.error}</ErrorNote>}
      {made !== undefined && (
        <CopyField
          key={made.id}
          label={`The token for ${made.name}`}
          value={made.token}
          hint="Copy it now: it is not shown again."
        />
      )}
    </form>
  )
}
