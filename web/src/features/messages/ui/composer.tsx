import { SendHorizontal } from 'lucide-react'
import { useEffect, useLayoutEffect, useRef, useState, type KeyboardEvent } from 'react'
import { useMe } from '@/shared/api/queries'
import type { Room } from '@/shared/api/types'
import { codePoints } from '@/shared/lib/keys'
import { cx } from '@/shared/ui/cx'
import { readDraft, writeDraft } from '../data/drafts'
import { outbox } from '../data/outbox'

type ComposerProps = {
  room: Room
  /** Code points. */
  maxLength: number
  onTyping: () => void
  onSent: () => void
}

export function Composer({ room, maxLength, onTyping, onSent }: ComposerProps) {
  const me = useMe()
  const [text, setText] = useState(() => readDraft(me.id, room.id))
  const input = useAutosize(text)
  useEffect(() => writeDraft(me.id, room.id, text), [me.id, room.id, text])
  useEffect(() => {
    // On a phone the focus would open the keyboard over what is to be read.
    if (window.matchMedia('(pointer: fine)').matches) input.current?.focus()
  }, [input])

  const content = text.replace(/^\n+/, '').trimEnd()
  const left = maxLength - codePoints(content)
  const sendable = content.trim() !== '' && left >= 0

  const send = () => {
    if (!sendable) return
    outbox.add(room.id, content)
    setText('')
    onSent()
    input.current?.focus()
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || event.shiftKey || isComposing(event)) return
    event.preventDefault()
    send()
  }

  return (
    <form
      aria-label="New message"
      onSubmit={(event) => {
        event.preventDefault()
        send()
      }}
      className="mx-3 flex items-end gap-1 rounded-xl border border-line-strong/60 bg-raised p-1 shadow-sm focus-within:border-accent hover:border-line-strong sm:mx-5"
    >
      <textarea
        ref={input}
        rows={1}
        value={text}
        aria-label={`Message ${room.name}`}
        placeholder={`Message ${room.name}`}
        enterKeyHint="send"
        dir="auto"
        onChange={(event) => {
          setText(event.target.value)
          if (event.target.value !== '') onTyping()
        }}
        onKeyDown={onKeyDown}
        className="max-h-[40dvh] min-h-10 flex-1 resize-none bg-transparent px-3 py-2 text-base leading-6 outline-none placeholder:truncate placeholder:text-ink-faint sm:text-[length:inherit]"
      />
      {left < 400 && <Remaining left={left} />}
      <button
        type="submit"
        disabled={!sendable}
        aria-label="Send"
        title="Send"
        className="inline-flex size-10 shrink-0 items-center justify-center rounded-lg bg-accent text-accent-ink transition-colors hover:not-disabled:bg-accent-hover disabled:bg-transparent disabled:text-ink-faint"
      >
        <SendHorizontal aria-hidden className="size-5" />
      </button>
    </form>
  )
}

function Remaining({ left }: { left: number }) {
  return (
    <span
      role="status"
      className={cx(
        'self-end px-1 text-sm leading-10 tabular-nums',
        left < 0 ? 'text-danger' : 'text-ink-faint',
      )}
    >
      {left < 0 ? `${-left} too many` : left}
    </span>
  )
}

/** An Enter that ends a composition (Japanese, Chinese, …) chooses a word; Safari says so by the code 229 only. */
function isComposing(event: KeyboardEvent): boolean {
  // eslint-disable-next-line @typescript-eslint/no-deprecated
  return event.nativeEvent.isComposing || event.keyCode === 229
}

/** As tall as what is typed, up to what the style allows. */
function useAutosize(text: string) {
  const input = useRef<HTMLTextAreaElement>(null)
  useLayoutEffect(() => {
    const element = input.current
    if (element === null) return
    element.style.height = 'auto'
    element.style.height = `${element.scrollHeight}px`
  }, [text])
  return input
}
