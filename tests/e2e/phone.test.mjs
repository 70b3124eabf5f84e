// A phone: 360 by 740, touch, a keyboard that takes half of the screen.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Api } from './support/api.mjs'
import { Person, launch } from './support/browser.mjs'
import { Server } from './support/server.mjs'

const phone = {
  viewport: { width: 360, height: 740 },
  hasTouch: true,
  isMobile: true,
  deviceScaleFactor: 2,
}

// As long as the server lets them be, with nowhere to break.
const endless = {
  room: 'R'.repeat(64),
  description: 'd'.repeat(500),
  person: 'W'.repeat(64),
  username: 'm'.repeat(32),
}

let server, browser, api, ada, room

before(async () => {
  server = await Server.start()
  browser = await launch()
  api = await Api.register(server, 'ada', 'Ada Lovelace')
  room = await api.createRoom('a-room-with-a-rather-long-name-that-does-not-fit', {
    description: 'And with a description that is longer than a telephone is wide, by far',
  })
  await api.createRoom('garden')
  await api.write(
    room,
    `A word without end: ${'x'.repeat(200)} https://example.org/${'y'.repeat(150)}`,
  )
  for (let number = 1; number <= 40; number++) await api.write(room, `Line ${number}`)
  ada = await Person.open(browser, server, phone)
  await ada.signIn('ada')
})

after(async () => {
  await browser?.close()
  await server?.dispose()
})

const noSidewaysScroll = async (where) => {
  const excess = await ada.page.evaluate(
    () => document.documentElement.scrollWidth - window.innerWidth,
  )
  assert.ok(excess <= 0, `${where} is ${excess} pixels too wide`)
}

/** No text is cut off by an edge, unless it ends in an ellipsis or its line can be scrolled. */
const nothingSticksOut = async (where) => {
  await ada.page.waitForTimeout(250)
  const outside = await ada.page.evaluate(() => {
    const root = [...document.querySelectorAll('dialog[open]')].at(-1) ?? document.body
    const mayEnd = (element) => {
      for (let at = element; at && at !== root; at = at.parentElement) {
        const { textOverflow, overflowX } = getComputedStyle(at)
        if (textOverflow === 'ellipsis' || overflowX === 'auto') return true
      }
      return false
    }
    const found = []
    const check = (name, element, boxes) => {
      if (!element.checkVisibility() || element.closest('.sr-only') || mayEnd(element)) return
      for (const { left, right, width } of boxes) {
        if (width > 1 && (left < -0.5 || right > innerWidth + 0.5)) {
          found.push(`${name}: from ${Math.round(left)} to ${Math.round(right)}`)
        }
      }
    }
    const texts = document.createTreeWalker(root, NodeFilter.SHOW_TEXT)
    while (texts.nextNode()) {
      const range = document.createRange()
      range.selectNodeContents(texts.currentNode)
      const { parentElement } = texts.currentNode
      check(texts.currentNode.data.slice(0, 30), parentElement, range.getClientRects())
    }
    for (const one of root.querySelectorAll('*'))
      check(one.tagName, one, [one.getBoundingClientRect()])
    return found
  })
  assert.deepEqual(outside, [], `outside of ${where}`)
}

/** Everything one can press is at least 40 pixels high and wide; links within a text are as the text is. */
const bigEnough = async (where) => {
  const small = await ada.page.evaluate(() => {
    const open = [...document.querySelectorAll('dialog[open]')].at(-1) ?? document
    return [...open.querySelectorAll('button, a[href], select, input:not([type=radio])')]
      .filter((element) => element.checkVisibility() && element.closest('p, [role=log]') === null)
      .map((element) => ({
        name: element.ariaLabel ?? element.textContent,
        box: element.getBoundingClientRect(),
      }))
      .filter(({ box }) => box.bottom > 0 && (box.height < 39.5 || box.width < 39.5))
      .map(({ name, box }) => `${name}: ${Math.round(box.width)} by ${Math.round(box.height)}`)
  })
  assert.deepEqual(small, [], `too small to touch on ${where}`)
}

test('the rooms are the home page', async () => {
  await ada.page.getByRole('link', { name: 'garden' }).waitFor()
  await noSidewaysScroll('the home page')
  await bigEnough('the home page')
  await ada.shot('phone-home')
})

test('a room fits, whatever is written in it', async () => {
  await ada.page.getByRole('link', { name: /a-room-with/ }).tap()
  await ada.sees('Line 40')
  await noSidewaysScroll('the room')
  await bigEnough('the room')
  await ada.shot('phone-room')
})

test('the drawer leads to the other rooms, and closes', async () => {
  await ada.page.getByRole('button', { name: 'Show rooms' }).tap()
  const drawer = ada.page.getByRole('dialog', { name: 'Rooms' })
  await bigEnough('the drawer')
  await ada.shot('phone-drawer')
  await drawer.getByRole('link', { name: 'garden' }).tap()
  await drawer.waitFor({ state: 'detached' })
  await ada.page.getByRole('heading', { level: 1, name: 'garden' }).waitFor()
  await ada.page.goBack()
  await ada.sees('Line 40')
})

const composerAtTheBottom = () =>
  ada.page.waitForFunction(
    () => document.querySelector('textarea').getBoundingClientRect().bottom > 600,
  )

/** Neither the composer nor the newest message lies below the height that the keyboard leaves. */
const inSightAbove = async (height, newest) => {
  await ada.page.waitForFunction(
    (most) => document.querySelector('textarea').getBoundingClientRect().bottom <= most,
    height,
  )
  await ada.page.waitForTimeout(200)
  const message = ada.page.getByText(newest, { exact: true })
  assert.ok(await message.isVisible())
  const last = await message.boundingBox()
  const box = await ada.page.getByRole('textbox', { name: /^Message / }).boundingBox()
  assert.ok(last.y + last.height <= box.y, 'the newest message is behind the composer')
}

test('the keyboard does not cover the composer, and the newest message stays in sight', async () => {
  const composer = ada.page.getByRole('textbox', { name: /^Message / })
  await composer.tap()
  // What an Android phone does: the keyboard takes its part of the page.
  await ada.page.setViewportSize({ width: 360, height: 400 })
  await inSightAbove(400, 'Line 40')
  await composer.fill('From the train')
  await ada.page.getByRole('button', { name: 'Send' }).tap()
  await ada.sees('From the train')
  await ada.shot('phone-keyboard')
  await ada.page.setViewportSize({ width: 360, height: 740 })
})

/** A keyboard that lies over the page, as on an iPhone: only the visual viewport tells what it leaves. */
const keyboardOver = async (page, height) => {
  await page.evaluate((left) => {
    Object.defineProperty(visualViewport, 'height', { value: left, configurable: true })
    visualViewport.dispatchEvent(new Event('resize'))
  }, height)
  assert.equal(await page.evaluate(() => innerHeight), 740)
}

test('nor does a keyboard that lies over the page, as on an iPhone', async () => {
  await composerAtTheBottom()
  await keyboardOver(ada.page, 400)
  await inSightAbove(400, 'From the train')
  await keyboardOver(ada.page, 740)
  await composerAtTheBottom()
})

test('a dialog keeps above such a keyboard, and its buttons can be pressed', async () => {
  await ada.page.getByRole('button', { name: 'Show rooms' }).tap()
  await ada.page.getByRole('button', { name: 'Create a room' }).tap()
  const dialog = ada.page.getByRole('dialog', { name: 'Create a room' })
  const cancel = dialog.getByRole('button', { name: 'Cancel' })
  const inSight = async (most) => {
    const box = await dialog.boundingBox()
    assert.ok(box.y >= 0 && box.y + box.height <= most, `from ${box.y}, ${box.height} high`)
    await cancel.scrollIntoViewIfNeeded()
    const { y, height } = await cancel.boundingBox()
    assert.ok(y + height <= most, `the button ends at ${y + height}`)
    return box.y + box.height
  }
  await dialog.getByRole('textbox', { name: 'Name' }).fill('From the train')
  // It stands at the bottom: the keyboard would cover it.
  assert.ok((await inSight(740)) > 400)
  await keyboardOver(ada.page, 400)
  await inSight(400)
  await ada.shot('phone-keyboard-dialog')
  await keyboardOver(ada.page, 740)
  assert.ok((await inSight(740)) > 400)
  await cancel.tap()
  await dialog.waitFor({ state: 'detached' })
})

test('nor does it cover the button of who signs in', async () => {
  const guest = await browser.newPage({ ...phone, baseURL: server.url })
  await guest.goto('/')
  const button = guest.getByRole('button', { name: 'Sign in' })
  await button.waitFor()
  await keyboardOver(guest, 250)
  await button.scrollIntoViewIfNeeded()
  const { y, height } = await button.boundingBox()
  assert.ok(y + height <= 250, `it ends at ${y + height}`)
  await guest.close()
})

test('pages that were not open yet open without a connection', async () => {
  await ada.page.goto(`/rooms/${room.id}`)
  await ada.sees('From the train')
  await ada.context.setOffline(true)
  await ada.page.getByRole('button', { name: 'Show rooms' }).tap()
  await ada.page.getByRole('button', { name: 'My account' }).tap()
  await ada.page.getByRole('menuitem', { name: 'Settings' }).tap()
  await ada.page.getByLabel('Display name').waitFor()
  await ada.context.setOffline(false)
  await ada.page.goBack()
  await ada.sees('From the train')
})

test('people, dialogs and settings fit', async () => {
  await ada.page.getByRole('button', { name: /^People/ }).tap()
  await ada.page.getByRole('dialog', { name: 'People' }).getByText('Ada Lovelace').waitFor()
  await bigEnough('the people')
  await ada.page.keyboard.press('Escape')
  for (const path of [
    `/rooms/${room.id}/settings`,
    '/browse',
    '/settings',
    '/settings/security',
    '/settings/tokens',
    '/admin',
    '/admin/invites',
  ]) {
    await ada.page.goto(path)
    await ada.page
      .getByRole('button', {
        name: /^(Save|Open|Change password|Make a token|Make a link|Actions|Show rooms)/,
      })
      .first()
      .waitFor()
    await noSidewaysScroll(path)
    await bigEnough(path)
    await ada.shot(`phone${path.replace(room.id, 'room').replaceAll('/', '-')}`)
  }
})

test('the longest names and words fit everywhere', async () => {
  const other = await Api.register(server, endless.username, endless.person)
  const { description } = endless
  const made = await api.createRoom(endless.room, { description })
  const theirs = await other.createRoom(`${endless.room.slice(1)}2`, { description })
  const { id } = made
  await other.join(made)
  await api.call('PATCH', `/rooms/${id}`, { name: `${endless.room.slice(1)}3` })
  await api.write(made, 'The end')
  const invite = await other.call('POST', `/rooms/${theirs.id}/invites`, {})
  const { page } = ada
  const at = async (path, seen, where = path) => {
    await page.goto(path)
    await seen().first().waitFor()
    await nothingSticksOut(where)
    await ada.shot(`phone-long-${where.replaceAll(/\W+/g, '-')}`)
  }
  const button = (name) => () => page.getByRole('button', { name })

  await at(`/rooms/${id}`, () => page.getByText('The end'), 'the room')
  await page.getByRole('button', { name: /^People/ }).tap()
  await page.getByRole('button', { name: `Actions for ${endless.person}` }).tap()
  await nothingSticksOut('the people')
  await page.getByRole('menuitem', { name: 'Make an admin' }).tap()
  await page.getByText(`${endless.person} is an admin now.`).waitFor()
  await nothingSticksOut('what was done')
  await ada.shot('phone-long-toast')
  await page.getByRole('button', { name: `Actions for ${endless.person}` }).tap()
  await page.getByRole('menuitem', { name: 'Remove' }).tap()
  await page.getByText('will no longer read').waitFor()
  await nothingSticksOut('a question')
  await ada.shot('phone-long-question')
  await at(`/rooms/${id}/settings`, button('Delete room'), 'settings of the room')
  await page.getByRole('button', { name: 'Delete room' }).tap()
  await page.getByLabel(/^Type/).waitFor()
  await nothingSticksOut('what must be typed')
  await ada.shot('phone-long-typed')
  await at(`/rooms/${id}/add`, button('Make a link'), 'people are added')
  await at(`/rooms/${id}/leave`, button('All right'), 'the owner leaves')
  await at(`/rooms/${theirs.id}`, button('Join room'), 'a room to join')
  await at('/browse', button(/^Join/), 'the public rooms')
  await at('/admin', button(/^Actions/), 'administration')
  await at('/', () => page.getByRole('link', { name: endless.room.slice(1) }), 'the home page')
  await at(new URL(invite.url, server.url).pathname, button('Join room'), 'an invite')
  await page.getByRole('button', { name: 'Join room' }).tap()
  await page.getByRole('button', { name: /^People/ }).waitFor()
  await at(`/rooms/${theirs.id}/settings`, () => page.getByText(/^A public room/), 'about a room')
  await at(`/rooms/${theirs.id}/leave`, button('Leave room'), 'a member leaves')
})

test('the browser had nothing to complain about', () => assert.deepEqual(ada.faults, []))
