"""What the API tests, the crash tests and the benchmarks share: a server, and clients that hold it to its contract."""

import os

# The servers are on this machine: whatever proxy the environment names is none of their clients' business.
os.environ["NO_PROXY"] = os.environ["no_proxy"] = "*"
