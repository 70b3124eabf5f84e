import { KeyRound } from 'lucide-react'
import { explain } from '@/shared/api/problem'
import type { PersonalToken } from '@/shared/api/types'
import { dayAndYear, pastTime } from '@/shared/lib/time'
import { Button } from '@/shared/ui/button'
import { ErrorNote } from '@/shared/ui/notes'
import { Rows, Section } from '@/shared/ui/page-layout'
import { toast } from '@/shared/ui/toasts'
import { useRevokeToken, useTokens } from '../data/account'
import { TokenForm } from './token-form'

export function TokensSection() {
  const { data: tokens, error } = useTokens()
  return (
    <Section
      title="Personal access tokens"
      lead="For bots and scripts: each acts as you, until you revoke it."
    >
      <TokenForm />
      {error !== null && <ErrorNote>{explain(error)}</ErrorNote>}
      {tokens !== undefined && tokens.length > 0 && (
        <Rows label="Tokens">
          {tokens.map((token) => (
            <TokenRow key={token.id} token={token} />
          ))}
        </Rows>
      )}
    </Section>
  )
}

function TokenRow({ token }: { token: PersonalToken }) {
  const revoke = useRevokeToken()
  const onRevoke = () => {
    revoke
      .mutateAsync(token.id)
      .then(() => toast(`${token.name} is revoked.`))
      .catch((error: unknown) => toast(explain(error), 'failed'))
  }
  return (
    <li className="flex items-center gap-3">
      <KeyRound aria-hidden className="size-5 shrink-0 text-ink-faint" />
      <div className="min-w-0 flex-1">
        <p className="truncate font-medium">{token.name}</p>
        <p className="text-sm text-ink-soft">
          {token.last_used_at === null ? 'Never used' : `Used ${pastTime(token.last_used_at)}`}
          {token.expires_at !== null && ` · ends ${dayAndYear(token.expires_at)}`}
        </p>
      </div>
      <Button busy={revoke.isPending} onClick={onRevoke} aria-label={`Revoke ${token.name}`}>
        Revoke
      </Button>
    </li>
  )
}
