import { CircleAlert, CircleCheck, X } from 'lucide-react'
import { Store, useStore } from '@/shared/lib/store'
import { cx } from './cx'
import { IconButton } from './icon-button'
import { modals } from './use-modal'

type Toast = { id: number; kind: 'done' | 'failed'; text: string }

const toasts = new Store<Toast[]>([])
let lastId = 0

const dismiss = (id: number) => toasts.update((all) => all.filter((toast) => toast.id !== id))

/** Says that something was done or went wrong, where there is no better place for it. */
export function toast(text: string, kind: Toast['kind'] = 'done'): void {
  const id = ++lastId
  toasts.update((all) => [...all.slice(-2), { id, kind, text }])
  setTimeout(() => dismiss(id), kind === 'done' ? 4_000 : 8_000)
}

/**
 * Stands in the page and in every modal element, with what there is to say in the uppermost: all else is out of reach and
 * unheard. It is there before its text, for of a live region only changes are read out.
 */
export function Toasts({ modal }: { modal?: string }) {
  const uppermost = useStore(modals).at(-1)
  const all = useStore(toasts)
  const shown = uppermost === modal ? all : []
  return (
    <div
      role="status"
      aria-live="polite"
      className="pointer-events-none fixed inset-x-0 top-[max(0.75rem,env(safe-area-inset-top))] z-50 flex flex-col items-center gap-2 px-3"
    >
      {shown.map(({ id, kind, text }) => (
        <div
          key={id}
          className="pointer-events-auto flex max-w-md animate-rise items-center gap-2.5 rounded-xl border border-line bg-raised py-0.5 pr-0.5 pl-3.5 shadow-pop"
        >
          <ToastIcon kind={kind} />
          <span className="min-w-0 py-1.5">{text}</span>
          <IconButton icon={X} label="Dismiss" onClick={() => dismiss(id)} />
        </div>
      ))}
    </div>
  )
}

function ToastIcon({ kind }: { kind: Toast['kind'] }) {
  const Icon = kind === 'done' ? CircleCheck : CircleAlert
  return (
    <Icon
      aria-hidden
      className={cx('size-5 shrink-0', kind === 'done' ? 'text-accent-text' : 'text-danger')}
    />
  )
}
