import type { AddressInfo } from 'node:net'
import { accountRoutes } from './account-routes'
import { adminRoutes } from './admin-routes'
import { serve, type Hooks } from './http'
import { roomRoutes } from './room-routes'
import { Sockets } from './sockets'
import { FakeState } from './state'

export type FakeServer = {
  url: string
  state: FakeState
  sockets: Sockets
  /** Answers requests instead of the routes, when it returns something. */
  setFault: (fault: Hooks['fault']) => void
  /** Something that happens between the making of an answer and its arrival. */
  setOnTheWay: (onTheWay: Hooks['onTheWay']) => void
  close: () => Promise<void>
}

/** A server that speaks the contract, for the web app's tests and for working on its looks. */
export async function startFakeServer(port = 0): Promise<FakeServer> {
  const state = new FakeState()
  const hooks: Hooks = { fault: () => null, onTheWay: () => undefined }
  const routes = [
    ...accountRoutes,
    ...adminRoutes,
    ...roomRoutes((room): ReturnType<Sockets['present']> => sockets.present(room)),
  ]
  const http = serve(state, routes, hooks)
  const sockets = new Sockets(state, http)
  await new Promise<void>((resolve) => http.listen(port, '127.0.0.1', resolve))
  const address = http.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${address.port}`,
    state,
    sockets,
    setFault: (fault) => {
      hooks.fault = fault
    },
    setOnTheWay: (onTheWay) => {
      hooks.onTheWay = onTheWay
    },
    close: () => {
      sockets.cut()
      http.closeAllConnections()
      return new Promise((resolve) => http.close(() => resolve()))
    },
  }
}
