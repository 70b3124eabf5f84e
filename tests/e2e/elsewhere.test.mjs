// The web app hosted elsewhere: a site of its own, told by its config.js where the server is.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { extname, join, normalize } from 'node:path'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { Api } from './support/api.mjs'
import { Person, launch } from './support/browser.mjs'
import { Server } from './support/server.mjs'

const dist = fileURLToPath(new URL('../../web/dist/', import.meta.url))
const types = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
}

let site, server, browser, room

/** Any web server that knows files, and answers every other path with the page. */
async function answer(request, response) {
  const path = normalize(new URL(request.url, 'http://site').pathname)
  if (path === '/config.js') {
    response.setHeader('Content-Type', 'text/javascript')
    response.end(`window.PARLEY = { server: '${server.url}' }`)
    return
  }
  const file = extname(path) === '' ? 'index.html' : path
  try {
    const body = await readFile(join(dist, file))
    response.setHeader('Content-Type', types[extname(file)] ?? 'application/octet-stream')
    response.end(body)
  } catch {
    response.statusCode = 404
    response.end()
  }
}

before(async () => {
  site = createServer((request, response) => void answer(request, response)).listen(0, '127.0.0.1')
  await once(site, 'listening')
  // Another site than the server's, and still one that a browser trusts with secure cookies.
  site.url = `http://localhost:${site.address().port}`
  server = await Server.start({ PARLEY_ALLOWED_ORIGINS: site.url })
  browser = await launch()
  const ada = await Api.register(server, 'ada', 'Ada Lovelace')
  room = await ada.createRoom('general')
})

after(async () => {
  await browser?.close()
  await server?.dispose()
  site?.close()
})

test('somebody signs in, chats, and stays signed in over a reload', async () => {
  const ada = await Person.open(browser, server, { baseURL: site.url })
  await ada.signIn('ada', `/rooms/${room.id}`)
  await ada.page.getByRole('textbox', { name: 'Message general' }).waitFor()
  await ada.say('Hello from elsewhere')
  await ada.sees('Hello from elsewhere')
  await ada.page.reload()
  await ada.sees('Hello from elsewhere')
  assert.deepEqual(ada.faults, [])
})

test('a site that the server does not trust gets nothing', async () => {
  const other = await Person.open(browser, server, {
    baseURL: site.url.replace('localhost', '127.0.0.1'),
  })
  await other.page.goto('/')
  await other.page.getByRole('heading', { name: 'The server cannot be reached' }).waitFor()
})
