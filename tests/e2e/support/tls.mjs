// Several host names over TLS on this machine: one certificate that names them all, and who believes in it.
import { execFileSync } from 'node:child_process'
import { X509Certificate, createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { request } from 'node:https'
import { join } from 'node:path'

/** Makes a certificate for these names, good for a day: {cert, key} as files, and `pem`. */
export function makeCertificate(folder, names) {
  const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')]
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
  const subject = ['-subj', '/CN=Parley tests', '-addext']
  subject.push(`subjectAltName=${names.map((name) => `DNS:${name}`).join(',')}`)
  const files = ['-keyout', key, '-out', cert, '-days', '1']
  execFileSync('openssl', ['req', '-x509', ...curve, ...subject, ...files], { stdio: 'ignore' })
  return { cert, key, pem: readFileSync(cert) }
}

/** What makes Chromium find these names here, and take this one key for theirs: every other fault of TLS counts. */
export function browserFlags({ pem }) {
  const spki = new X509Certificate(pem).publicKey.export({ type: 'spki', format: 'der' })
  const hash = createHash('sha256').update(spki).digest('base64')
  return [
    '--host-resolver-rules=MAP *.test 127.0.0.1',
    `--ignore-certificate-errors-spki-list=${hash}`,
  ]
}

/** As much of fetch as the tests use, to a *.test host on this machine; the certificate is checked. */
export const tlsFetch =
  ({ pem }) =>
  (url, { method = 'GET', headers = {}, body } = {}) =>
    new Promise((resolve, reject) => {
      const lookup = (_name, options, found) =>
        options.all
          ? found(null, [{ address: '127.0.0.1', family: 4 }])
          : found(null, '127.0.0.1', 4)
      const sent = request(url, { method, headers, ca: pem, lookup, agent: false }, (response) => {
        let text = ''
        response.setEncoding('utf8').on('data', (data) => (text += data))
        response.on('end', () => {
          const status = response.statusCode
          resolve({ ok: status < 400, status, text: () => Promise.resolve(text) })
        })
      })
      sent.on('error', reject)
      sent.end(body)
    })
