let jar = ''

/** Node's fetch keeps no cookies; a browser does. */
export function installCookieJar(): void {
  const plain = globalThis.fetch
  globalThis.fetch = async (input, init) => {
    const request = new Request(input, init)
    if (jar !== '' && request.credentials === 'include') request.headers.set('Cookie', jar)
    const response = await plain(request)
    const set = response.headers.get('Set-Cookie')
    if (set !== null) jar = set.split(';')[0] ?? ''
    return response
  }
}

export function emptyCookieJar(): void {
  jar = ''
}
