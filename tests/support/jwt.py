"""Reads and forges access tokens, with and without the server's secret."""

import base64
import hashlib
import hmac
import json

# The key that signs access tokens is derived from SECRET_KEY as libsodium's crypto_kdf does it: server/services/secret_keys.h.
_CONTEXT = b"parley_1"
_ACCESS_TOKEN = 1


def _encode(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _decode(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def key(secret):
    root = hashlib.blake2b(secret.encode(), digest_size=32).digest()
    salt = _ACCESS_TOKEN.to_bytes(8, "little").ljust(16, b"\0")
    return hashlib.blake2b(key=root, salt=salt, person=_CONTEXT.ljust(16, b"\0"), digest_size=32).digest()


def header(token):
    return json.loads(_decode(token.split(".")[0]))


def claims(token):
    return json.loads(_decode(token.split(".")[1]))


def make(head, body, signing_key, algorithm=hashlib.sha256):
    """A token; `head` is its first part as it stands, or the object to make one of."""
    head = head if isinstance(head, str) else _encode(json.dumps(head, separators=(",", ":")).encode())
    signed = head + "." + _encode(json.dumps(body, separators=(",", ":")).encode())
    return signed + "." + _encode(hmac.new(signing_key, signed.encode(), algorithm).digest())


def signed_by(token, signing_key):
    signed, signature = token.rsplit(".", 1)
    return hmac.compare_digest(_decode(signature), hmac.new(signing_key, signed.encode(), hashlib.sha256).digest())


def altered(server, token, head=None, algorithm=hashlib.sha256, **changes):
    """The token with some claims changed (None: left out), signed with the server's own key."""
    signing_key = key(server.secret)
    assert signed_by(token, signing_key), "the server signs with another key: the forgeries would prove nothing"
    body = {name: value for name, value in {**claims(token), **changes}.items() if value is not None}
    new_head = {**header(token), **head} if head else token.split(".")[0]
    return make(new_head, body, signing_key, algorithm)
