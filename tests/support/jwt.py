"""Reads and forges access tokens, with and without the server's secret."""

import base64
import hashlib
import hmac
import json


def _encode(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _decode(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def header(token):
    return json.loads(_decode(token.split(".")[0]))


def claims(token):
    return json.loads(_decode(token.split(".")[1]))


def make(head, body, secret, algorithm=hashlib.sha256):
    signed = _encode(json.dumps(head).encode()) + "." + _encode(json.dumps(body).encode())
    return signed + "." + _encode(hmac.new(secret, signed.encode(), algorithm).digest())


def signed_by(token, secret):
    signed, signature = token.rsplit(".", 1)
    return hmac.compare_digest(_decode(signature), hmac.new(secret, signed.encode(), hashlib.sha256).digest())


def altered(server, token, head=None, algorithm=hashlib.sha256, **changes):
    """The token with some claims changed (None: left out), signed with the server's secret."""
    secret = server.secret.encode()
    assert signed_by(token, secret), (
        "the server signs with something else than SECRET_KEY: the forgeries below would prove nothing"
    )
    body = {name: value for name, value in {**claims(token), **changes}.items() if value is not None}
    return make({**header(token), **(head or {})}, body, secret, algorithm)
