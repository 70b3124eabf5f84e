// The web app hosted on another site than the server's, told by its config.js where the server is; over TLS, as
// browsers demand of cookies that another site's pages may use. And the pages that only look as if they were that site.
import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { Api, password } from './support/api.mjs'
import { Person, launch } from './support/browser.mjs'
import { Server } from './support/server.mjs'
import { startSite } from './support/site.mjs'
import { browserFlags, makeCertificate } from './support/tls.mjs'

const hosts = {
  server: 'chat.parley.test',
  app: 'app.elsewhere.test',
  another: 'team.another.test',
  // Begins as a listed one does; and one of the server's own site, with which browsers do send its cookies.
  lookAlike: 'app.elsewhere.test.evil.test',
  sibling: 'evil.parley.test',
}

let folder, site, server, browser, room

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parley-elsewhere-'))
  const certificate = makeCertificate(folder, Object.values(hosts))
  // The server must know the site's port before it starts, the site the server's: the site tells its app late.
  let url = ''
  site = await startSite(certificate, () => url)
  server = await Server.startTls(hosts.server, certificate, {
    PARLEY_ALLOWED_ORIGINS: `${site.at(hosts.app)},${site.at(hosts.another)}`,
  })
  url = server.url
  browser = await launch(browserFlags(certificate))
  const setup_code = await server.setupCode()
  const ada = await Api.register(server, 'ada', 'Ada Lovelace', { setup_code })
  room = await ada.createRoom('general')
  await (await Api.register(server, 'grace', 'Grace Hopper')).join(room)
})

after(async () => {
  await browser?.close()
  await server?.dispose()
  site?.close()
  await rm(folder, { recursive: true, force: true })
})

const open = (host) =>
  Person.open(browser, server, host === undefined ? {} : { baseURL: site.at(host) })
const cookieOf = async (person) =>
  (await person.context.cookies(`${server.url}/api/v1/auth`)).find(
    ({ name }) => name === 'parley_refresh',
  )
const signedOut = (person) => person.page.getByRole('heading', { name: 'Sign in' }).waitFor()

/** A page without any app, to act from as whoever serves it could. */
async function blank(person, host) {
  const page = await person.context.newPage()
  await page.goto(`${site.at(host)}/blank.html`)
  return page
}

/** Asks for a new token with cookies from this page or frame: whether the server refused, and what the page could read. */
async function refreshFrom(frame) {
  const refused = refusals()
  const status = await frame.evaluate(
    (url) =>
      fetch(`${url}/api/v1/auth/refresh`, { method: 'POST', credentials: 'include' }).then(
        (response) => response.status,
        () => 'unreadable',
      ),
    server.url,
  )
  return { refused: refusals() > refused, status }
}

/**
 * The first cookies that a request of the page carries, which Playwright does not tell of those whose answer the page may
 * not read. What asks without any, as for the page's icon, does not count.
 */
async function firstCookiesOf(page) {
  const session = await page.context().newCDPSession(page)
  const seen = new Promise((resolve) =>
    session.on('Network.requestWillBeSentExtraInfo', ({ headers }) => {
      if (headers.Cookie !== undefined) resolve(headers.Cookie)
    }),
  )
  await session.send('Network.enable')
  return { seen }
}

const refusals = () => server.log.split('origin_not_allowed').length

/** Whether a WebSocket with a valid token is accepted from this page or frame. */
const socketFrom = (frame, token) =>
  frame.evaluate(
    ([url, bearer]) =>
      new Promise((resolve) => {
        const socket = new WebSocket(url, ['parley.v1', `bearer.${bearer}`])
        socket.onopen = () => resolve('open')
        socket.onerror = () => resolve('refused')
      }),
    [`${server.url.replace(/^http/, 'ws')}/ws`, token],
  )

async function tokenOf(username) {
  const headers = { 'Content-Type': 'application/json' }
  const body = JSON.stringify({ username, password })
  const answer = await server.fetch(`${server.url}/api/v1/auth/login`, {
    method: 'POST',
    headers,
    body,
  })
  return JSON.parse(await answer.text()).access_token
}

test('people on the other site and on the server itself chat, and stay signed in over a reload', async () => {
  const [ada, grace] = [await open(hosts.app), await open()]
  await ada.signIn('ada', `/rooms/${room.id}`)
  await grace.signIn('grace', `/rooms/${room.id}`)
  await grace.page.getByRole('textbox', { name: 'Message general' }).waitFor()
  await ada.say('Hello from elsewhere')
  await grace.sees('Hello from elsewhere')
  await grace.say('Hello from here')
  await ada.sees('Hello from here')
  await ada.page.reload()
  await ada.sees('Hello from here')
  const [far, near] = [await cookieOf(ada), await cookieOf(grace)]
  assert.deepEqual([far.sameSite, far.secure, far.httpOnly], ['None', true, true])
  assert.equal(far.partitionKey, 'https://elsewhere.test')
  assert.deepEqual([near.sameSite, near.secure, near.httpOnly], ['Strict', true, true])
  assert.equal(near.partitionKey ?? '', '')
  assert.deepEqual([...ada.faults, ...grace.faults], [])
})

test('a session of one site is not the session of another, and ends when one signs out', async () => {
  const ada = await open(hosts.app)
  await ada.signIn('ada', `/rooms/${room.id}`)
  const elsewhere = await ada.context.newPage()
  await elsewhere.goto(site.at(hosts.another))
  await elsewhere.getByRole('heading', { name: 'Sign in' }).waitFor()
  assert.deepEqual(
    await refreshFrom(elsewhere),
    { refused: false, status: 401 },
    'the site is trusted, but has no session here',
  )
  await ada.page.getByRole('button', { name: 'My account' }).click()
  await ada.page.getByRole('menuitem', { name: 'Sign out' }).click()
  await signedOut(ada)
  assert.equal(await cookieOf(ada), undefined)
  await ada.page.reload()
  await signedOut(ada)
  assert.deepEqual(ada.faults, [])
})

test('a site whose name begins as a trusted one gets nothing', async () => {
  const other = await open(hosts.lookAlike)
  await other.page.goto('/')
  await other.page.getByRole('heading', { name: 'The server cannot be reached' }).waitFor()
  const token = await tokenOf('ada')
  const page = await blank(other, hosts.lookAlike)
  assert.equal(await socketFrom(page, token), 'refused')
  assert.equal(await socketFrom(await blank(other, hosts.app), token), 'open', 'the token is good')
})

test("a sibling of the server's own site is refused, though its requests carry the cookie", async () => {
  const grace = await open()
  await grace.signIn('grace', `/rooms/${room.id}`)
  const before = await cookieOf(grace)
  const page = await blank(grace, hosts.sibling)
  const cookies = await firstCookiesOf(page)
  assert.deepEqual(await refreshFrom(page), { refused: true, status: 'unreadable' })
  assert.equal(await cookies.seen, `parley_refresh=${before.value}`)
  assert.equal(await socketFrom(page, await tokenOf('grace')), 'refused')
  assert.equal((await cookieOf(grace)).value, before.value, 'nothing was renewed')
  await grace.page.reload()
  await grace.page.getByRole('textbox', { name: 'Message general' }).waitFor()
})

test('a frame without an origin is refused, even on a trusted site', async () => {
  const ada = await open(hosts.app)
  await ada.signIn('ada')
  const page = await blank(ada, hosts.app)
  const token = await tokenOf('ada')
  assert.deepEqual(await refreshFrom(page), { refused: false, status: 200 })
  await page.evaluate(() => {
    const frame = document.createElement('iframe')
    frame.sandbox.add('allow-scripts')
    frame.srcdoc = 'sandboxed'
    document.body.append(frame)
    return new Promise((resolve) => (frame.onload = resolve))
  })
  const [, frame] = page.frames()
  assert.equal(await frame.evaluate(() => window.origin), 'null')
  assert.deepEqual(await refreshFrom(frame), { refused: true, status: 'unreadable' })
  assert.equal(await socketFrom(frame, token), 'refused')
})
