import { Globe, Lock } from 'lucide-react'
import type { Room } from '@/shared/api/types'
import { Choice } from '@/shared/ui/choice'
import { TextArea, TextField } from '@/shared/ui/text-field'

export type RoomDraft = Pick<Room, 'name' | 'description' | 'visibility'>

/** The fields whose faults are told beside them. */
export const roomFieldNames = ['name', 'description']

const visibilities = [
  {
    value: 'public' as const,
    label: 'Public',
    hint: 'Everyone here may find and join it.',
    icon: Globe,
  },
  { value: 'private' as const, label: 'Private', hint: 'By invitation only.', icon: Lock },
]

type RoomFieldsProps = {
  draft: RoomDraft
  onChange: (draft: RoomDraft) => void
  errorOf: (field: string) => string | undefined
}

/** What a room is, to be made or changed. */
export function RoomFields({ draft, onChange, errorOf }: RoomFieldsProps) {
  return (
    <>
      <TextField
        label="Name"
        value={draft.name}
        required
        maxLength={64}
        autoComplete="off"
        placeholder="general"
        error={errorOf('name')}
        onChange={(event) => onChange({ ...draft, name: event.target.value })}
      />
      <TextArea
        label="What is it for? (optional)"
        value={draft.description}
        maxLength={500}
        rows={2}
        error={errorOf('description')}
        onChange={(event) => onChange({ ...draft, description: event.target.value })}
      />
      <Choice
        legend="Who can join"
        name="visibility"
        value={draft.visibility}
        options={visibilities}
        onChange={(visibility) => onChange({ ...draft, visibility })}
      />
    </>
  )
}
