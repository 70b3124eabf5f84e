import { describe, expect, it } from 'vitest'
import type { MessageEntry, RoomEntry } from '@/shared/socket/protocol'
import { rowsOf, type Row } from './rows'
import { emptyTimeline, oldestSeq, withEntry, withPage, type Timeline } from './timeline'

const noon = Date.parse('2026-05-04T14:30:00.000Z')

function message(seq: number, user = 'ada', minutes = seq, messages = seq): MessageEntry {
  return {
    type: 'message',
    room_id: 'r',
    seq,
    user_id: user,
    username: user,
    key: `k${seq}`,
    timestamp: new Date(noon + minutes * 60_000).toISOString(),
    messages,
    content: `text ${seq}`,
  }
}

function joined(seq: number, user: string, by = user): RoomEntry {
  return {
    ...message(seq, by),
    type: 'member_added',
    member: { user_id: user, username: user },
    role: 'member',
  }
}

const loaded = (entries: RoomEntry[]): Timeline => ({
  ...emptyTimeline,
  entries,
  hasOlder: true,
  loaded: true,
})
const rows = (entries: RoomEntry[], more: Partial<Parameters<typeof rowsOf>[0]> = {}) =>
  rowsOf({ timeline: loaded(entries), outgoing: [], me: 'me', readBefore: undefined, ...more })
const heads = (all: Row[]) => all.flatMap((row) => (row.kind === 'message' ? [row.head] : []))

describe('a timeline', () => {
  it('keeps each entry once, by seq, whatever came first', () => {
    let timeline = withEntry(emptyTimeline, message(5))
    timeline = withPage(timeline, [message(3), message(4), message(5)], true)
    timeline = withEntry(timeline, message(4))
    timeline = withPage(timeline, [message(1), message(2)], false)
    expect(timeline.entries.map((entry) => entry.seq)).toEqual([1, 2, 3, 4, 5])
    expect(timeline.hasOlder).toBe(false)
  })

  it('is the same object when nothing is new, so that nothing is drawn anew', () => {
    const timeline = withEntry(emptyTimeline, message(1))
    expect(withEntry(timeline, message(1))).toBe(timeline)
  })

  it('knows its oldest message among other entries', () => {
    expect(oldestSeq(loaded([joined(1, 'ada'), message(2)]))).toBe(2)
  })
})

describe('rows', () => {
  it('group what one author writes within five minutes', () => {
    const all = [message(1), message(2), message(3, 'grace'), message(4, 'grace', 30)]
    expect(heads(rows(all))).toEqual([true, false, true, true])
  })

  it('begin a day where the reader’s midnight is, and not where UTC’s is', () => {
    const at = (seq: number, timestamp: string) => ({ ...message(seq), timestamp })
    const all = rows([
      at(1, '2026-05-03T23:59:00.000Z'),
      at(2, '2026-05-04T00:01:00.000Z'),
      at(3, '2026-05-04T02:29:00.000Z'),
      at(4, '2026-05-04T02:30:00.000Z'),
    ])
    const kinds = all.map((row) => row.kind)
    expect(kinds).toEqual(['day', 'message', 'message', 'message', 'day', 'message'])
    const days = all.flatMap((row) => (row.kind === 'day' ? [row.timestamp] : []))
    expect(days).toEqual(['2026-05-03T23:59:00.000Z', '2026-05-04T02:30:00.000Z'])
  })

  it('stay as they are when an older page comes before them', () => {
    const page = withPage(emptyTimeline, [message(3), message(4)], true)
    const shown = rowsOf({ timeline: page, outgoing: [], me: 'me', readBefore: undefined })
    const more = withPage(page, [message(1), message(2)], true)
    const later = rowsOf({ timeline: more, outgoing: [], me: 'me', readBefore: undefined })
    expect(later.slice(-2)).toEqual(shown.slice(-2))
  })

  it('mark where the unread messages begin', () => {
    const kinds = rows([message(1), message(2), message(3)], { readBefore: 1 }).map(
      (row) => row.kind,
    )
    expect(kinds).toEqual(['day', 'message', 'new', 'message', 'message'])
  })

  it('put people who join one after the other on one line', () => {
    const all = rows([joined(1, 'a'), joined(2, 'b'), joined(3, 'c', 'a'), joined(4, 'd')])
    const lines = all.flatMap((row) => (row.kind === 'system' ? [row.entries.length] : []))
    expect(lines).toEqual([2, 1, 1])
  })

  it('have no line for a type that is not known', () => {
    const unknown = { ...message(1), type: 'reaction' } as unknown as RoomEntry
    expect(rows([unknown, message(2)]).map((row) => row.kind)).toEqual(['day', 'message'])
  })

  it('show a message once when it has arrived and is still in the outbox', () => {
    const entry = message(1, 'me')
    const item = { key: entry.key, roomId: 'r', content: 'text 1', state: 'sent' } as const
    const before = rows([], { outgoing: [item] })
    const after = rows([entry], { outgoing: [item] })
    expect(before.map((row) => row.kind)).toEqual(['outgoing'])
    expect(after.map((row) => row.kind)).toEqual(['day', 'message'])
    expect(after.at(-1)?.id).toBe(before.at(-1)?.id)
  })
})
