// By the keyboard alone, from signing up to signing out; and the Enter of an input method.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Api, password } from './support/api.mjs'
import { Person, launch } from './support/browser.mjs'
import { Server } from './support/server.mjs'

let server, browser, ada

before(async () => {
  server = await Server.start()
  browser = await launch()
  ada = await Person.open(browser, server)
})

after(async () => {
  await browser?.close()
  await server?.dispose()
})

const press = (key) => ada.page.keyboard.press(key)
const type = (text) => ada.page.keyboard.type(text)

const focused = () =>
  ada.page.evaluate(() => {
    const element = document.activeElement
    return element.labels?.[0]?.textContent ?? element.ariaLabel ?? element.textContent
  })

/** Waits until the focus is on this. */
const focusIsOn = (label) =>
  ada.page.waitForFunction((name) => document.activeElement.ariaLabel === name, label)

/** Presses Tab until the focus is on this; fails when it never is, or cannot be seen where it is. */
async function tabTo(name, key = 'Tab') {
  for (let step = 0; step < 60; step++) {
    await press(key)
    const now = await focused()
    if (typeof name === 'string' ? now.trim() === name : name.test(now)) {
      const outline = await ada.page.evaluate(() => {
        const element = document.activeElement
        const ring = (one) =>
          getComputedStyle(one).outlineStyle !== 'none' ||
          getComputedStyle(one).boxShadow !== 'none'
        return ring(element) || element.matches('textarea')
      })
      assert.ok(outline, `the focus on ${now} cannot be seen`)
      return
    }
  }
  assert.fail(`Tab never came to ${name}`)
}

test('an account is made', async () => {
  await ada.page.goto('/')
  await ada.page.getByLabel('User name').waitFor()
  await tabTo('User name')
  await type('ada')
  await tabTo('Display name (optional)')
  await type('Ada Lovelace')
  await tabTo('Password')
  await type(password)
  await press('Enter')
  await ada.page.getByRole('heading', { name: 'Welcome to Parley' }).waitFor()
})

test('rooms are created, in a dialog that keeps the focus', async () => {
  for (const name of ['general', 'garden']) {
    await tabTo('Create a room')
    await press('Enter')
    await ada.page.getByRole('dialog').waitFor()
    await tabTo('Name')
    await type(name)
    for (let step = 0; step < 12; step++) {
      await press('Tab')
      const inside = await ada.page.evaluate(
        () =>
          document.activeElement === document.body ||
          document.activeElement.closest('dialog') !== null,
      )
      assert.ok(inside, `the focus left the dialog, to ${await focused()}`)
    }
    await tabTo('Name', 'Shift+Tab')
    await press('Enter')
    await ada.page.getByRole('heading', { level: 1, name }).waitFor()
  }
})

test('a message is written, with a new line in it', async () => {
  await ada.page.getByRole('textbox', { name: 'Message garden' }).waitFor()
  assert.equal(await focused(), 'Message garden')
  await type('first')
  await press('Shift+Enter')
  await type('second')
  await press('Enter')
  await ada.sees('second')
  assert.deepEqual(await ada.texts(), ['first\nsecond'])
})

test('Escape closes what was opened, and gives the focus back', async () => {
  await tabTo('Room menu', 'Shift+Tab')
  await press('Enter')
  await ada.page.getByRole('menu').waitFor()
  assert.equal((await focused()).trim(), 'Room settings')
  await press('ArrowDown')
  await press('Escape')
  await ada.page.getByRole('menu').waitFor({ state: 'detached' })
  assert.equal(await focused(), 'Room menu')
  await press('Enter')
  await press('Enter')
  await ada.page.getByRole('dialog', { name: 'Room settings' }).waitFor()
  await press('Escape')
  await ada.page.getByRole('dialog').waitFor({ state: 'detached' })
})

test('the arrow keys go through the rooms', async () => {
  await tabTo(/garden/, 'Shift+Tab')
  await press('ArrowDown')
  assert.match(await focused(), /general/)
  await press('Enter')
  await ada.page.getByRole('heading', { level: 1, name: 'general' }).waitFor()
})

test('the skip link jumps over the rooms', async () => {
  await ada.page.reload()
  await ada.page.getByRole('textbox', { name: 'Message general' }).waitFor()
  await ada.page.evaluate(() => document.activeElement.blur())
  await ada.page.getByRole('link', { name: 'Skip to the conversation' }).focus()
  await press('Enter')
  const main = await ada.page.evaluate(() => document.activeElement.id)
  assert.equal(main, 'main')
})

test('the messages scroll by the keyboard', async () => {
  await ada.page.getByRole('textbox', { name: 'Message general' }).focus()
  for (let number = 1; number <= 30; number++) await ada.say(`line ${number}`)
  await ada.sees('line 30')
  await tabTo('Messages in general', 'Shift+Tab')
  await press('PageUp')
  const jump = ada.page.getByRole('button', { name: 'Jump to newest' })
  await jump.waitFor()
  // However soon after a message of one's own, whose row is being measured.
  for (let number = 31; number <= 35; number++) {
    await jump.press('Enter')
    await ada.page.getByRole('textbox', { name: 'Message general' }).focus()
    await ada.say(`line ${number}`)
    await ada.sees(`line ${number}`)
    await ada.log.focus()
    await press('PageUp')
    await jump.waitFor()
  }
})

test('the Enter that ends a composition sends nothing', async () => {
  await ada.page.getByRole('textbox', { name: 'Message general' }).focus()
  const input = await ada.context.newCDPSession(ada.page)
  await input.send('Input.imeSetComposition', {
    text: 'にほん',
    selectionStart: 3,
    selectionEnd: 3,
  })
  // As Chromium has it: the key belongs to the input method, and says so by its code 229.
  const enter = { key: 'Enter', code: 'Enter', windowsVirtualKeyCode: 229 }
  await input.send('Input.dispatchKeyEvent', { type: 'rawKeyDown', ...enter })
  await input.send('Input.dispatchKeyEvent', { type: 'keyUp', ...enter })
  await ada.page.waitForTimeout(300)
  assert.equal(await ada.page.getByRole('textbox').inputValue(), 'にほん')
  await input.send('Input.insertText', { text: '日本' })
  assert.equal(await ada.page.getByRole('textbox').inputValue(), '日本')
  await press('Enter')
  await ada.sees('日本')
  assert.equal((await ada.texts()).filter((text) => /日本|にほん/.test(text)).length, 1)
})

test('a room is found and joined, people are added, raised, lowered and removed', async () => {
  const { page } = ada
  const grace = await Api.register(server, 'grace', 'Grace Hopper')
  await grace.createRoom('library')
  await grace.createRoom('laundry')

  await tabTo('Find rooms', 'Shift+Tab')
  await press('Enter')
  await page.getByRole('button', { name: 'Join laundry' }).waitFor()
  await tabTo('Search public rooms')
  await type('lib')
  await page.getByRole('button', { name: 'Join laundry' }).waitFor({ state: 'detached' })
  await tabTo('Join library')
  await press('Enter')
  await page.getByRole('textbox', { name: 'Message library' }).waitFor()
  await focusIsOn('Message library')

  await tabTo('garden', 'Shift+Tab')
  await press('Enter')
  await page.getByRole('textbox', { name: 'Message garden' }).waitFor()
  await tabTo('Add people')
  await press('Enter')
  await page.getByRole('dialog', { name: 'Add people to garden' }).waitFor()
  assert.equal(await focused(), 'User name')
  await type('grace')
  await press('Enter')
  await page.getByText('Grace Hopper is in garden now.').waitFor()
  await press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  await focusIsOn('Add people')

  await tabTo('Actions for Grace Hopper')
  await press('Enter')
  assert.equal((await focused()).trim(), 'Make an admin')
  await press('Enter')
  await page.getByText('@grace · admin').waitFor()
  assert.equal(await focused(), 'Actions for Grace Hopper')
  await press('Enter')
  assert.equal((await focused()).trim(), 'Make a member')
  await press('Enter')
  await page.getByText('@grace · admin').waitFor({ state: 'detached' })
  await press('Enter')
  await press('End')
  assert.equal((await focused()).trim(), 'Remove')
  await press('Enter')
  await page.getByRole('dialog', { name: 'Remove Grace Hopper?' }).waitFor()
  await tabTo('Remove')
  await press('Enter')
  await page.getByText('Ada Lovelace removed Grace Hopper').waitFor()
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  await focusIsOn('Members')
})

test('a message that failed is sent again', async () => {
  const { page } = ada
  let refused = 0
  await page.routeWebSocket('/ws', (socket) => {
    const beyond = socket.connectToServer()
    socket.onMessage((text) => {
      const { type, ref, content } = JSON.parse(text)
      if (type !== 'send' || content !== 'at last' || ++refused > 1) beyond.send(text)
      else socket.send(JSON.stringify({ type: 'error', ref, code: 'forbidden', message: 'No.' }))
    })
  })
  await page.reload()
  await page.getByRole('textbox', { name: 'Message garden' }).waitFor()
  await page.getByRole('region', { name: 'Here now' }).getByText('Ada Lovelace').waitFor()
  await page.getByRole('textbox', { name: 'Message garden' }).focus()
  await type('at last')
  await press('Enter')
  await page.getByText('Not sent. No.').waitFor()
  await tabTo('Retry', 'Shift+Tab')
  await press('Enter')
  await ada.sees('at last')
  await focusIsOn('Messages in garden')
})

test('one signs out, and in again', async () => {
  await tabTo('My account', 'Shift+Tab')
  await press('Enter')
  await press('End')
  assert.equal((await focused()).trim(), 'Sign out')
  await press('Enter')
  await ada.page.getByRole('button', { name: 'Sign in' }).waitFor()
  // Longer than a lost connection waits before it is made again.
  await ada.page.waitForTimeout(1200)
  await tabTo('User name')
  await type('ada')
  await tabTo('Password')
  await type(password)
  await press('Enter')
  await ada.page.getByRole('region', { name: 'Here now' }).getByText('Ada Lovelace').waitFor()
})

test('the browser had nothing to complain about', () => assert.deepEqual(ada.faults, []))
