"""Waiting for what comes about by itself."""

import time


def eventually(holds, within=10.0, pause=0.05):
    """Returns what `holds` gave once it is true."""
    deadline = time.monotonic() + within
    while True:
        found = holds()
        if found:
            return found
        assert time.monotonic() < deadline, f"not within {within} s"
        time.sleep(pause)
