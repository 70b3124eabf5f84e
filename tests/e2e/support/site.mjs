// The web app on any web server that knows files: what whoever hosts it elsewhere does, config.js edited.
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:https'
import { extname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'

const dist = fileURLToPath(new URL('../../../web/dist/', import.meta.url))
const operations = fileURLToPath(new URL('../../../docs/OPERATIONS.md', import.meta.url))
const types = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
}

/** Answers under every host name: the web app of the server that `serverUrlNow` names, and an empty page at /blank.html. */
export async function startSite({ pem, key }, serverUrlNow) {
  const site = createServer({ cert: pem, key: await readFile(key) }, (request, response) => {
    void answer(request, response, serverUrlNow())
  }).listen(0, '127.0.0.1')
  await once(site, 'listening')
  site.at = (host) => `https://${host}:${site.address().port}`
  return site
}

async function answer(request, response, serverUrl) {
  const path = normalize(new URL(request.url, 'https://site').pathname)
  if (path === '/blank.html') {
    response.setHeader('Content-Type', 'text/html')
    response.end('<!doctype html><title>blank</title>')
    return
  }
  if (path === '/config.js') {
    response.setHeader('Content-Type', 'text/javascript')
    response.end(`window.PARLEY = { server: '${serverUrl}' }`)
    return
  }
  // Every other path without an ending is one of the app's own addresses.
  const file = extname(path) === '' ? 'index.html' : path
  try {
    const body = await readFile(join(dist, file))
    response.setHeader('Content-Type', types[extname(file)] ?? 'application/octet-stream')
    response.setHeader('Content-Security-Policy', await advisedPolicy(new URL(serverUrl).host))
    response.end(body)
  } catch {
    response.statusCode = 404
    response.end()
  }
}

/** What the document for operators tells whoever hosts the web app to send, with this server's name in it. */
async function advisedPolicy(host) {
  const [, policy] = /`Content-Security-Policy: ([^`]+)`/.exec(await readFile(operations, 'utf8'))
  return policy.replaceAll('chat.example.org', host)
}
