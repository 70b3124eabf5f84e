// What a test needs done that is not what it tests: accounts, rooms and long histories, over REST.
export const password = 'correct horse battery'

export class Api {
  #server
  #token = ''

  constructor(server) {
    this.#server = server
  }

  static async register(server, username, display_name = username, more = {}) {
    const api = new Api(server)
    await api.call('POST', '/auth/register', { username, password, display_name, ...more })
    await api.signIn(username)
    return api
  }

  async signIn(username) {
    this.#token = (await this.call('POST', '/auth/login', { username, password })).access_token
    this.user = await this.call('GET', '/auth/me')
  }

  async call(method, path, body) {
    const response = await this.#server.fetch(`${this.#server.url}/api/v1${path}`, {
      method,
      headers: {
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...(this.#token === '' ? {} : { Authorization: `Bearer ${this.#token}` }),
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    })
    const text = await response.text()
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`)
    return text === '' ? undefined : JSON.parse(text)
  }

  createRoom(name, more = {}) {
    return this.call('POST', '/rooms', { name, description: '', visibility: 'public', ...more })
  }

  join(room) {
    return this.call('POST', `/rooms/${room.id}/join`)
  }

  write(room, content) {
    return this.call('POST', `/rooms/${room.id}/messages`, { content })
  }
}
