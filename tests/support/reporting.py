"""A pytest plugin: what the servers of a failed test logged stands below its trace."""

import pytest

_servers = []


def watch(server):
    _servers.append(server)
    return server


def forget(server):
    if server in _servers:
        _servers.remove(server)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    outcome = yield
    report = outcome.get_result()
    if report.failed:
        for server in _servers:
            state = "runs" if server.alive else f"ended with {server.process.returncode if server.process else None}"
            report.sections.append((f"server on port {server.port} ({state}), end of its log", server.log[-6000:]))
