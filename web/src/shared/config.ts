declare global {
  // Only an interface adds to what the browser's types say.
  // eslint-disable-next-line @typescript-eslint/consistent-type-definitions
  interface Window {
    /** Set by /config.js, which whoever hosts the web app may edit. */
    PARLEY?: { server?: string }
  }
}

/** The server's origin, without a slash at the end; empty for the origin of this page. */
export const serverOrigin = (window.PARLEY?.server ?? '').replace(/\/+$/, '')

export const apiBase = `${serverOrigin}/api/v1`

/** Where the WebSocket is: the same host, ws for http and wss for https. */
export function socketUrl(): string {
  const origin = serverOrigin === '' ? window.location.origin : serverOrigin
  return `${origin.replace(/^http/, 'ws')}/ws`
}
