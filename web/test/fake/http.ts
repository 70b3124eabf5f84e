import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { FakeProblem } from './problem'
import type { FakeSession, FakeState, FakeUser } from './state'

export type Call = {
  state: FakeState
  params: Record<string, string>
  query: URLSearchParams
  body: Record<string, unknown>
  cookie: string | undefined
  setCookie: (value: string) => void
  /** The one who asks; throws where nobody is signed in. */
  user: () => FakeUser
  session: () => FakeSession
}
/** Returns the body, with 200 (or 201 from POST that makes something); undefined is 204. */
type Handler = (call: Call) => unknown
export type Route = [method: string, path: string, handler: Handler]

export const accessToken = (sessionId: string, expires: number) => `${sessionId}.${expires}`

export function sessionOf(state: FakeState, token: string): FakeSession | undefined {
  const [id = '', expires = '0'] = token.split('.')
  return Number(expires) > Date.now() ? state.sessions.get(id) : undefined
}

export type Hooks = {
  /** May answer before the routes do, to make something fail. */
  fault: (path: string) => FakeProblem | null
  /** What happens while an answer that has been made is on its way. */
  onTheWay: (path: string) => Promise<void> | void
}

/** Answers the routes under /api/v1. */
export function serve(state: FakeState, routes: Route[], hooks: Hooks): Server {
  const table = routes.map(([method, path, handler]) => ({
    method,
    handler,
    pattern: new RegExp(`^${path.replace(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`),
  }))
  return createServer((request, response) => {
    void answer(request, response).catch((error: unknown) => {
      const problem =
        error instanceof FakeProblem ? error : new FakeProblem('internal_error', String(error))
      reply(response, problem.status, problem.body())
    })
  })

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://fake')
    const path = url.pathname.replace(/^\/api\/v1/, '')
    const problem = hooks.fault(path)
    if (problem !== null) throw problem
    for (const { method, pattern, handler } of table) {
      const match = pattern.exec(path)
      if (match === null || method !== request.method) continue
      const body = await read(request)
      const result = handler(makeCall(request, response, match.groups ?? {}, url, body))
      await hooks.onTheWay(path)
      const made = method === 'POST' && isMade(path)
      reply(response, result === undefined ? 204 : made ? 201 : 200, result)
      return
    }
    throw new FakeProblem('not_found')
  }

  function makeCall(
    request: IncomingMessage,
    response: ServerResponse,
    params: Record<string, string>,
    url: URL,
    body: Record<string, unknown>,
  ): Call {
    const session = () => {
      const token = (request.headers.authorization ?? '').replace('Bearer ', '')
      const found = sessionOf(state, token)
      if (found === undefined) throw new FakeProblem('token_expired')
      return found
    }
    return {
      state,
      params,
      query: url.searchParams,
      body,
      cookie: /parley_refresh=([^;]+)/.exec(request.headers.cookie ?? '')?.[1],
      setCookie: (value) =>
        response.setHeader('Set-Cookie', `parley_refresh=${value}; HttpOnly; Path=/api/v1/auth`),
      session,
      user: () => {
        const user = state.users.get(session().userId)
        if (user === undefined) throw new FakeProblem('unauthorized')
        return user
      },
    }
  }
}

const isMade = (path: string) =>
  /\/(register|rooms|tokens|invites|messages|password-reset)$/.test(path) &&
  !path.startsWith('/auth/password')

function reply(response: ServerResponse, status: number, body: unknown): void {
  const type = status >= 400 ? 'application/problem+json' : 'application/json'
  response.writeHead(status, body === undefined ? {} : { 'Content-Type': type })
  response.end(body === undefined ? undefined : JSON.stringify(body))
}

async function read(request: IncomingMessage): Promise<Record<string, unknown>> {
  let text = ''
  for await (const chunk of request) text += String(chunk)
  return text === '' ? {} : (JSON.parse(text) as Record<string, unknown>)
}
