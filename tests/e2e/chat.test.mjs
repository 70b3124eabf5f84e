// Two people in two browsers, from an empty server to a chat that outlives a kill -9.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Person, launch } from './support/browser.mjs'
import { Server } from './support/server.mjs'

let server, browser, ada, grace

before(async () => {
  server = await Server.start()
  browser = await launch()
  ada = await Person.open(browser, server)
  grace = await Person.open(browser, server)
})

after(async () => {
  await browser?.close()
  await server?.dispose()
})

test('the first to come sets the server up and administers it', async () => {
  await ada.page.goto('/')
  await ada.page.getByRole('heading', { name: 'Set up your server' }).waitFor()
  await ada.signUp('ada', 'Ada Lovelace')
  await ada.page.getByRole('button', { name: 'My account' }).click()
  await ada.page.getByRole('menuitem', { name: 'Administration' }).waitFor()
  await ada.page.keyboard.press('Escape')
})

test('a room is created, and found and joined by somebody else', async () => {
  await ada.page.getByRole('main').getByRole('button', { name: 'Create a room' }).click()
  await ada.page.getByLabel('Name').fill('general')
  await ada.page.getByRole('button', { name: 'Create room' }).click()
  await ada.page.getByRole('heading', { level: 1, name: 'general' }).waitFor()

  await grace.signUp('grace', 'Grace Hopper')
  await grace.page.getByRole('link', { name: 'Find rooms' }).click()
  await grace.page.getByRole('searchbox').fill('gen')
  await grace.page.getByRole('button', { name: 'Join general' }).click()
  await grace.log.waitFor()
  await ada.page.getByText('Grace Hopper joined').waitFor()
})

test('each sees that the other is here', async () => {
  for (const [person, other] of [
    [ada, 'Grace Hopper'],
    [grace, 'Ada Lovelace'],
  ]) {
    await person.page.getByRole('region', { name: 'Here now' }).getByText(other).waitFor()
  }
})

test('they chat, both ways, and see each other type', async () => {
  await ada.say('Hello Grace')
  await grace.sees('Hello Grace')
  await grace.page.getByRole('textbox').pressSequentially('Hello A')
  await ada.page.getByText('Grace Hopper is typing').waitFor()
  await grace.say('Hello Ada\nnice to meet you here')
  await ada.sees('nice to meet you here')
  for (const person of [ada, grace]) {
    assert.deepEqual(await person.texts(), ['Hello Grace', 'Hello Ada\nnice to meet you here'])
  }
})

test('a reload keeps everything', async () => {
  await grace.page.reload()
  await grace.sees('nice to meet you here')
  assert.equal((await grace.texts()).length, 2)
  await grace.page.getByText('Grace Hopper joined').waitFor()
})

test('who leaves the page leaves the room’s list of who is here', async () => {
  await grace.page.goto('about:blank')
  await ada.page.getByRole('region', { name: 'Away' }).getByText('Grace Hopper').waitFor()
  await grace.page.goto('/')
  await ada.page.getByRole('region', { name: 'Here now' }).getByText('Grace Hopper').waitFor()
  await grace.sees('Hello Grace')
})

test('the server is killed under them: they reconnect and miss nothing', async () => {
  await server.kill()
  for (const person of [ada, grace]) await person.page.getByText('Connection lost').waitFor()
  await ada.say('written in the dark 1')
  await ada.say('written in the dark 2')
  await ada.page.getByText('Waiting for the connection').first().waitFor()
  await server.start()
  for (const person of [ada, grace]) {
    await person.sees('written in the dark 2')
    await person.page.getByText('Connection lost').waitFor({ state: 'detached' })
    const texts = await person.texts()
    assert.deepEqual(texts.slice(2), ['written in the dark 1', 'written in the dark 2'])
  }
  await ada.page.getByRole('region', { name: 'Here now' }).getByText('Grace Hopper').waitFor()
})

test('a kill in the middle of a conversation loses and doubles nothing', async () => {
  const sent = []
  for (let round = 0; round < 4; round++) {
    for (let number = 0; number < 5; number++) {
      sent.push(`round ${round} message ${number}`)
      await ada.say(sent.at(-1))
    }
    await server.kill()
    await server.start()
  }
  for (const person of [ada, grace]) {
    await person.sees(sent.at(-1))
    await person.page.getByText('Sending').waitFor({ state: 'detached' })
    await person.page.getByText('Waiting for the connection').waitFor({ state: 'detached' })
  }
  const answer = await grace.page.evaluate(async () => {
    const { access_token } = await (await fetch('/api/v1/auth/refresh', { method: 'POST' })).json()
    const room = location.pathname.split('/')[2]
    const page = await fetch(`/api/v1/rooms/${room}/messages?limit=100`, {
      headers: { Authorization: `Bearer ${access_token}` },
    })
    return page.json()
  })
  const stored = answer.messages
    .map((message) => message.content)
    .filter((text) => text.startsWith('round'))
  assert.deepEqual(stored, sent)
})

test('a planned stop says so, and they come back', async () => {
  await server.stop()
  await grace.page.getByText('Connection lost').waitFor()
  await server.start()
  await ada.say('and we are back')
  await grace.sees('and we are back')
})

test('the browsers had nothing to complain about', () => {
  assert.deepEqual([...ada.faults, ...grace.faults], [])
})
