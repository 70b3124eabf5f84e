import { Link2, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { explain } from '@/shared/api/problem'
import type { Invite, NewInvite } from '@/shared/api/types'
import { useForm } from '@/shared/hooks/use-form'
import { pastTime, relativeTime } from '@/shared/lib/time'
import { Button } from '@/shared/ui/button'
import { CopyField } from '@/shared/ui/copy-field'
import { IconButton } from '@/shared/ui/icon-button'
import { ErrorNote } from '@/shared/ui/notes'
import { SelectField } from '@/shared/ui/text-field'
import { toast } from '@/shared/ui/toasts'

type InviteBody = { expires_in_hours?: number; max_uses?: number }

const lifetimes: [label: string, hours: number][] = [
  ['1 hour', 1],
  ['1 day', 24],
  ['7 days', 168],
  ['30 days', 720],
]
const uses: [label: string, uses: number | undefined][] = [
  ['1 use', 1],
  ['10 uses', 10],
  ['100 uses', 100],
  ['No limit', undefined],
]

/** Makes a link; it is shown this once, for the server keeps only its hash. */
export function InviteForm({ onCreate }: { onCreate: (body: InviteBody) => Promise<NewInvite> }) {
  const [hours, setHours] = useState(168)
  const [limit, setLimit] = useState<number | undefined>(10)
  const [made, setMade] = useState<NewInvite>()
  const form = useForm(async () => {
    const bound = limit === undefined ? {} : { max_uses: limit }
    setMade(await onCreate({ expires_in_hours: hours, ...bound }))
  })
  return (
    <form onSubmit={form.onSubmit} className="flex flex-col gap-3">
      <div className="flex flex-wrap items-end gap-2">
        <SelectField
          label="Good for"
          className="min-w-28 flex-1"
          options={lifetimes}
          value={hours}
          onChange={setHours}
        />
        <SelectField
          label="And for"
          className="min-w-28 flex-1"
          options={uses}
          value={limit}
          onChange={setLimit}
        />
        <Button type="submit" busy={form.busy}>
          <Link2 aria-hidden className="size-4" /> Make a link
        </Button>
      </div>
      {form.error !== undefined && <ErrorNote>{form.error}</ErrorNote>}
      {made !== undefined && (
        <CopyField
          key={made.id}
          label="Your new link"
          value={new URL(made.url, window.location.href).href}
          hint="Copy it now: it is not shown again."
        />
      )}
    </form>
  )
}

type InviteListProps = { invites: Invite[]; onWithdraw: (id: string) => Promise<unknown> }

export function InviteList({ invites, onWithdraw }: InviteListProps) {
  if (invites.length === 0) return null
  return (
    <ul aria-label="Open invites" className="divide-y divide-line rounded-xl border border-line">
      {invites.map((invite) => (
        <li key={invite.id} className="flex items-center gap-3 py-1.5 pr-1.5 pl-4 text-sm">
          <span className="min-w-0 flex-1">
            Used {invite.uses} of {invite.max_uses ?? 'any number of'} times
            <span className="block text-ink-faint">{describe(invite)}</span>
          </span>
          <IconButton
            icon={Trash2}
            label="Withdraw this invite"
            onClick={() => {
              onWithdraw(invite.id).catch((error: unknown) => toast(explain(error), 'failed'))
            }}
          />
        </li>
      ))}
    </ul>
  )
}

function describe({ created_at, expires_at }: Invite): string {
  const made = `Made ${pastTime(created_at)}`
  return expires_at === null ? made : `${made}, ends ${relativeTime(expires_at)}`
}
