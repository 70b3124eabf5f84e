"""The requests that came to an instance around nginx, as its log at level debug tells.

A request has an id of nginx's there, or one of the instance's own, which looks otherwise. At most 100 lines a second are logged:
one request of a flood may be missed, a client who goes around nginx is not.
"""

import re

PROBES = ("/healthz", "/readyz")
_REQUEST = re.compile(r" request(?: refused)? request=(?P<id>\S+) method=\S+ path=(?P<path>\S+) ")
_OF_NGINX = re.compile(r"[0-9a-f]{32}")


def detours(log):
    """Those lines of the log. An instance is asked for its health by whoever wants to know it."""
    lines = [(line, _REQUEST.search(line)) for line in log.splitlines()]
    return [
        line
        for line, request in lines
        if request is not None and request["path"] not in PROBES and not _OF_NGINX.fullmatch(request["id"])
    ]
