"""The ways a session goes on and ends."""

from support.client import Api, refused
from support.socket import handshake_status


def refresh(server, cookie, **headers):
    """POST /auth/refresh with that cookie and no other."""
    api = Api(server)
    if cookie is not None:
        headers["Cookie"] = f"parley_refresh={cookie}"
    return api.post("/auth/refresh", headers=headers)


def dead(server, token):
    """Asserts that neither REST nor the WebSocket takes the token."""
    refused(Api(server, token).get("/auth/me", None), 401, "unauthorized")
    assert handshake_status(server.ws_url, headers={"Authorization": f"Bearer {token}"}) == 401
