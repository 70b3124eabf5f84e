"""A pytest plugin: what the servers of a failed test logged stands below its trace, what was measured at the end."""

import pytest

_servers = []
_figures = []


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


def figure(text):
    """Something measured, worth quoting: it is printed at the end of the run, whether the tests pass or not."""
    _figures.append(text)


def pytest_terminal_summary(terminalreporter):
    if _figures:
        terminalreporter.section("measured")
        for text in _figures:
            terminalreporter.line(text)
