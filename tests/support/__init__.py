"""What the API tests, the crash tests and the benchmarks share: a server, and clients that hold it to its contract."""
