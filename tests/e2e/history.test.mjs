// A long history: it is read upwards without a jump, and what is new is pointed at.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Api } from './support/api.mjs'
import { Person, launch } from './support/browser.mjs'
import { Server } from './support/server.mjs'

const total = 260
let server, browser, ada, api, grace, room

before(async () => {
  server = await Server.start()
  browser = await launch()
  api = await Api.register(server, 'ada', 'Ada Lovelace')
  grace = await Api.register(server, 'grace', 'Grace Hopper')
  room = await api.createRoom('archive')
  await grace.join(room)
  for (let number = 1; number <= total; number++) {
    const long =
      number % 7 === 0
        ? ' It runs on over more than one line, so that rows differ in height.'.repeat(4)
        : ''
    const lines = number % 11 === 0 ? '\nand\nmore\nlines' : ''
    await (number % 5 < 3 ? api : grace).write(room, `Number ${number}.${long}${lines}`)
  }
  ada = await Person.open(browser, server, { viewport: { width: 900, height: 700 } })
  await ada.signIn('ada', `/rooms/${room.id}`)
  await ada.sees(`Number ${total}.`)
})

after(async () => {
  await browser?.close()
  await server?.dispose()
})

/** The message nearest to the middle of the view, and how far from the view's top it stands. */
const anchor = () =>
  ada.log.evaluate((log) => {
    const view = log.getBoundingClientRect()
    const middle = view.top + view.height / 2
    const rows = [...log.querySelectorAll('article')].map((row) => {
      const box = row.getBoundingClientRect()
      return {
        text: row.querySelector('p[dir=auto]').textContent.split('.')[0],
        top: box.top - view.top,
        distance: Math.abs(box.top - middle),
      }
    })
    return rows.sort((a, b) => a.distance - b.distance)[0]
  })

const topOf = (text) =>
  ada.log.evaluate((log, wanted) => {
    const rows = [...log.querySelectorAll('article')]
    const row = rows.find(
      (one) => one.querySelector('p[dir=auto]').textContent.split('.')[0] === wanted,
    )
    return row ? row.getBoundingClientRect().top - log.getBoundingClientRect().top : null
  }, text)

const hiddenBelow = (person) =>
  person.log.evaluate((log) => log.scrollHeight - log.scrollTop - log.clientHeight)

/** Once all is measured nothing is hidden below the view. */
async function staysAtTheEnd(person, where) {
  await person.page.waitForTimeout(300)
  const below = await hiddenBelow(person)
  assert.ok(below < 2, `${where}: ${below} pixels are hidden below`)
  assert.equal(await person.page.getByRole('button', { name: 'Jump to newest' }).count(), 0, where)
}

test('it opens at the newest message', async () => {
  await staysAtTheEnd(ada, 'at first')
  assert.ok(await ada.page.getByText(`Number ${total}.`).isVisible())
})

test('a view that is moved without keys, wheel or touch stays where it was put', async () => {
  // As a screen reader or voice control moves it, once it stands still.
  await ada.page.waitForTimeout(400)
  for (let page = 1; page <= 3; page++) {
    await ada.log.evaluate((log) => log.scrollBy(0, -500))
    await ada.page.waitForTimeout(200)
    const below = await hiddenBelow(ada)
    assert.ok(below > 300 * page, `${page} pages up only ${below} pixels are hidden below`)
  }
  await ada.page.getByRole('button', { name: 'Jump to newest' }).click()
  await staysAtTheEnd(ada, 'back at the end')
})

test('rooms of any length open at the newest message, and stay there while others write', async () => {
  // Rows are placed by guess until they are measured; the lengths make the guesses wrong in many ways.
  const rooms = []
  for (const length of [9, 14, 19, 24, 30, 37, 48]) {
    const made = await api.createRoom(`of ${length}`, { description: 'Of some length' })
    await grace.join(made)
    for (let number = 1; number <= length; number++) {
      const lines = '\nand more'.repeat(number % 4 === 0 ? number % 5 : 0)
      await (number % 3 ? api : grace).write(made, `Line ${number}${lines}`)
    }
    rooms.push({ ...made, length })
  }
  const reader = await Person.open(browser, server, { viewport: { width: 1024, height: 768 } })
  await reader.signIn('ada', `/rooms/${rooms[0].id}`)
  for (const { name, length } of [...rooms, ...rooms.reverse()]) {
    await reader.page.getByRole('link', { name }).click()
    await reader.sees(`Line ${length}`)
    await staysAtTheEnd(reader, name)
    await reader.page.reload()
    await reader.sees(`Line ${length}`)
    await staysAtTheEnd(reader, `${name}, loaded again`)
  }
  for (let number = 1; number <= 12; number++) {
    await api.write(rooms.at(-1), `News ${number}${'\nand more'.repeat((number * 7) % 5)}`)
  }
  await reader.sees('News 12')
  await staysAtTheEnd(reader, 'after the news')
  assert.deepEqual(reader.faults, [])
  await reader.context.close()
})

test('an older page that comes while one reads moves nothing', async () => {
  // Each page is held back, so that it comes while the reader stands still.
  const pages = /messages\?.*before=/
  const held = []
  await ada.page.route(pages, (route) => held.push(route))
  await ada.log.hover()
  let loads = 0
  for (let step = 0; step < 80 && loads < 4; step++) {
    await ada.page.mouse.wheel(0, -250)
    await ada.page.waitForTimeout(60)
    if (held.length === 0) continue
    await ada.page.waitForTimeout(300)
    const before = await anchor()
    const answered = ada.page.waitForResponse(pages)
    for (const route of held.splice(0)) await route.continue()
    await answered
    await ada.page.waitForTimeout(300)
    const top = await topOf(before.text)
    assert.notEqual(top, null, `${before.text} is no longer on the page`)
    assert.ok(Math.abs(top - before.top) <= 2, `${before.text} moved by ${top - before.top} pixels`)
    loads++
  }
  assert.equal(loads, 4, 'too few older pages were loaded')
  await ada.page.unroute(pages)
})

test('the beginning is reached, and every message is there once, in order', async () => {
  const seen = []
  const collect = async () => {
    for (const text of await ada.texts()) {
      const number = Number(/^Number (\d+)\./.exec(text)?.[1])
      if (!seen.includes(number)) seen.push(number)
    }
  }
  for (let step = 0; step < 120; step++) {
    await ada.page.mouse.wheel(0, -600)
    await ada.page.waitForTimeout(40)
    await collect()
    if (await ada.page.getByText('This is the beginning of a public room').isVisible()) break
  }
  await ada.page.getByText('This is the beginning of a public room').waitFor()
  await collect()
  assert.deepEqual(
    await ada.texts().then((texts) => texts.slice(0, 3).map((text) => text.slice(0, 8))),
    ['Number 1', 'Number 2', 'Number 3'],
  )
  for (let number = 1; number <= Math.max(...seen); number++) {
    assert.ok(seen.includes(number), `number ${number} was never on the page`)
  }
})

test('what comes meanwhile does not pull the reader away, and is a click away', async () => {
  const before = await anchor()
  await api.write(room, 'News from below')
  const pill = ada.page.getByRole('button', { name: '1 new message' })
  await pill.waitFor()
  assert.ok(Math.abs((await topOf(before.text)) - before.top) <= 1)
  await pill.click()
  await ada.sees('News from below')
  assert.ok(await ada.page.getByText('News from below').isVisible())
  await pill.waitFor({ state: 'detached' })
})

test('a window that is higher than a page is filled without scrolling', async () => {
  const tall = await Person.open(browser, server, { viewport: { width: 900, height: 3600 } })
  await tall.signIn('ada', `/rooms/${room.id}`)
  await tall.sees('News from below')
  await tall.page.waitForFunction(() => {
    const log = document.querySelector('[role=log]')
    return log.scrollHeight > log.clientHeight + 500
  })
  await staysAtTheEnd(tall, 'a tall window')
  assert.deepEqual(tall.faults, [])
  await tall.context.close()
})

test('only what is in view is in the document', async () => {
  assert.ok((await ada.log.getByRole('article').count()) < 80)
})

test('the browser had nothing to complain about', () => assert.deepEqual(ada.faults, []))
