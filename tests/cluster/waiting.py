"""Waiting for what is to come about by itself."""

import time


def eventually(holds, within, every=0.1):
    """Seconds until it held; fails when it did not in time. What it raises counts as not yet."""
    begin = time.monotonic()
    last = None
    while time.monotonic() - begin < within:
        try:
            if holds():
                return time.monotonic() - begin
            last = None
        except (AssertionError, OSError) as wrong:
            last = wrong
        time.sleep(every)
    raise AssertionError(f"it did not come about within {within} s" + (f": {last}" if last else ""))
