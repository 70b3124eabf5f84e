import type { FakeRoom, FakeState, FakeUser } from './state'

const people: [username: string, name: string][] = [
  ['ada', 'Ada Lovelace'],
  ['grace', 'Grace Hopper'],
  ['alan', 'Alan Turing'],
  ['katherine', 'Katherine Johnson'],
  ['dijkstra', 'Edsger Dijkstra'],
  ['hedy', 'Hedy Lamarr'],
  ['margaret', 'Margaret Hamilton'],
]

const rooms: [name: string, description: string, visibility: FakeRoom['visibility']][] = [
  ['general', 'Everything that fits nowhere else', 'public'],
  ['design', 'How it looks and how it feels', 'public'],
  ['release-1.0', 'What is left until we ship', 'public'],
  ['lunch', 'Where, when, and with whom', 'public'],
  ['founders', 'Between us', 'private'],
]

const talk: [author: number, minutesAgo: number, text: string][] = [
  [1, 1500, 'Good morning! The nightly run is green again.'],
  [2, 1496, 'Lovely. Was it the clock?'],
  [
    1,
    1495,
    'It was. Two hosts, two opinions about the time.\nThe log now never lets a timestamp run backwards.',
  ],
  [
    0,
    1440,
    'Then let us ship the release candidate today. I have written down what is left: https://example.org/parley/1.0 (it is short).',
  ],
  [3, 95, 'I checked the backup. It restores, and nothing is missing.'],
  [3, 94, 'On the small machine.'],
  [5, 60, 'That is faster than making tea.'],
  [0, 58, 'Impressive! Katherine, would you put that into the README?'],
  [3, 55, 'Already did.'],
  [
    2,
    31,
    'One question about reconnecting: when the server goes away while I write, what happens to my message?',
  ],
  [
    0,
    28,
    'It waits, and goes out with the same key as before. The server takes a key once, so it cannot double:\n\n1. pending, until the server has committed it\n2. sent, with the server’s own time\n3. failed, only if the server refuses it',
  ],
  [2, 27, 'So I may always press “retry”.'],
  [0, 26, 'Always.'],
  [6, 4, 'The build is up on the test machine. Please try to break it!'],
]

/** A small company with something to say to each other. Everybody’s password is "correct horse". */
export function seed(state: FakeState): void {
  const now = Date.now()
  let minutes = 60 * 24 * 9
  state.setClock(() => new Date(now - minutes * 60_000))
  const users = people.map(([username, name]) => state.addUser(username, 'correct horse', name))
  const [ada] = users as [FakeUser]
  for (const [name, description, visibility] of rooms) {
    const room = state.addRoom(ada, { name, description, visibility })
    for (const user of users.slice(0, name === 'founders' ? 3 : name === 'lunch' ? 5 : 7)) {
      state.join(room, user, user === ada || visibility === 'public' ? user : ada)
    }
  }
  const [general, design] = [...state.rooms.values()] as [FakeRoom, FakeRoom]
  history(state, general, users, (age) => (minutes = age))
  for (const [author, age, text] of talk) {
    minutes = age
    write(state, general, users[author] ?? ada, text)
  }
  minutes = 12
  write(state, design, users[5] ?? ada, 'The dark theme is ready to look at.')
  write(state, design, users[1] ?? ada, 'It is calm. I like it.')
  state.setClock(() => new Date())
}

/** Enough to scroll through, over a week. */
function history(
  state: FakeState,
  room: FakeRoom,
  users: FakeUser[],
  setMinutesAgo: (minutes: number) => void,
): void {
  const start = 60 * 24 * 8
  for (let number = 1; number <= 400; number++) {
    setMinutesAgo(start - number * 22)
    const author = users[Math.floor(number / 3) % users.length]
    const long =
      number % 7 === 0
        ? ' It takes a little more room than the others do, so that rows differ in height when the window is narrow.'
        : ''
    if (author !== undefined) write(state, room, author, `Note ${number} of the log.${long}`)
  }
}

function write(state: FakeState, room: FakeRoom, user: FakeUser, content: string): void {
  const key = `seed-${room.entries.length}`
  state.append(room, user, { type: 'message', key, content })
}
