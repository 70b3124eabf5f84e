"""What `make test` says must be true: these tests let it run steps that fail in all the ways that steps do."""

import os

import pytest
import runner
from runner import Runner, Step

SKIPPING = """<testsuites><testsuite name="s">
  <testcase name="good" status="run" result="completed"/>
  <testcase name="not here" status="run" result="skipped"><skipped message="no"/></testcase>
  <testcase name="disabled" status="notrun" result="suppressed"/>
</testsuite></testsuites>"""
FAILING = SKIPPING.replace("<testcase", '<testcase name="bad"><failure message="no"/></testcase><testcase', 1)
GREEN = '<testsuites><testsuite><testcase name="a"/><testcase name="b"/></testsuite></testsuites>'
EMPTY = '<testsuites><testsuite tests="0"/></testsuites>'


@pytest.fixture(autouse=True)
def logs(tmp_path, monkeypatch):
    monkeypatch.setattr(runner, "LOGS", tmp_path / "logs")
    monkeypatch.setattr(runner, "ROOT", tmp_path)


def shell(name, script, **fields):
    return Step(name, ["sh", "-c", script, "sh", "{report}"], **fields)


def reporting(name, report, exit_code=0, **fields):
    return shell(name, f"printf '%s' '{report}' >\"$1\"; exit {exit_code}", report=True, **fields)


def run(capsys, *steps, later=()):
    status = Runner(list(steps), later, cores=2).run()
    return status, capsys.readouterr().out.splitlines()


def test_the_last_line_is_the_sum_over_all_reports(capsys):
    status, lines = run(capsys, reporting("one", GREEN), reporting("two", GREEN), shell("check", "true"))
    assert lines[-1] == "5 passed, 0 failed"
    assert status == 0


def test_a_failed_test_fails_the_run_and_shows_the_end_of_its_output(capsys):
    status, lines = run(capsys, reporting("one", FAILING, exit_code=1), shell("loud", "echo what went wrong; exit 3"))
    assert lines[-1] == "1 passed, 2 failed, 2 skipped"
    assert "    | what went wrong" in lines
    assert status == 1


def test_skipped_and_disabled_tests_never_count_as_passed(capsys):
    status, lines = run(capsys, reporting("one", SKIPPING))
    assert lines[-1] == "1 passed, 0 failed, 2 skipped"
    assert status == 0


@pytest.mark.parametrize(
    "step",
    [
        pytest.param(reporting("s", EMPTY), id="ran no test"),
        pytest.param(shell("s", "true", report=True), id="wrote no report"),
        pytest.param(reporting("s", "<testsuites><tests"), id="died while writing its report"),
        pytest.param(reporting("s", GREEN, exit_code=134), id="all passed and then it crashed"),
        pytest.param(shell("s", "exit 1", counts=False), id="a build that fails"),
        pytest.param(shell("s", "true", folder="nowhere"), id="its folder is missing"),
        pytest.param(shell("s", "sleep 60", timeout=1), id="too slow"),
    ],
)
def test_a_step_has_failed_when_it(capsys, step):
    status, lines = run(capsys, shell("other", "true"), step)
    assert status == 1
    assert lines[-1].startswith("1 passed, 1 failed") or lines[-1].startswith("3 passed, 1 failed")
    assert "did not succeed: s" in lines


def test_a_step_that_this_machine_cannot_run_is_skipped_and_its_line_says_why(capsys):
    cannot = shell("cannot", "echo a line before; echo 'nobody is root here'; exit 77", may_skip=True)
    status, lines = run(capsys, shell("other", "true"), cannot)
    (line,) = [line for line in lines if line.startswith("skipped  cannot ")]
    assert line.endswith(" 1 skipped; nobody is root here")
    assert (status, lines[-1]) == (0, "1 passed, 0 failed, 1 skipped")
    assert not any(line.startswith("did not succeed") for line in lines)


@pytest.mark.parametrize(
    "step",
    [
        pytest.param(shell("s", "exit 77"), id="may not"),
        pytest.param(shell("s", "exit 76", may_skip=True), id="ended otherwise"),
    ],
)
def test_a_step_skips_nothing_that(capsys, step):
    """77 is also what libFuzzer ends with when it has found something."""
    status, lines = run(capsys, shell("other", "true"), step)
    assert (status, lines[-1]) == (1, "1 passed, 1 failed")


def test_a_report_of_an_earlier_run_does_not_count(capsys):
    run(capsys, reporting("s", GREEN))
    status, lines = run(capsys, shell("s", "exit 1", report=True))
    assert (status, lines[-1]) == (1, "0 passed, 1 failed")


def test_what_needs_a_failed_step_is_not_run(capsys):
    status, lines = run(capsys, shell("build", "false", counts=False), shell("s", "true", needs=["build"]))
    assert (status, lines[-1]) == (1, "0 passed, 1 failed, 1 skipped")
    assert any(line.startswith("not run  s") for line in lines)


def test_a_step_that_is_still_to_come_fails_nothing_and_stops_nothing(capsys):
    later = shell("web", "false", folder="nowhere")
    status, lines = run(capsys, later, shell("s", "true", needs=["web"]), later=["web"])
    assert (status, lines[-1]) == (0, "1 passed, 0 failed")


def test_a_run_of_builds_alone_has_run_no_test(capsys):
    status, lines = run(capsys, shell("build", "true", counts=False))
    assert (status, lines[-1]) == (1, "0 passed, 0 failed")


def test_steps_of_one_core_run_side_by_side_and_a_build_alone(capsys, tmp_path):
    mark = f'echo begin >>"{tmp_path}/order"; sleep 0.3; echo end >>"{tmp_path}/order"'
    build = shell("build", f'echo build >>"{tmp_path}/order"; sleep 0.3; echo built >>"{tmp_path}/order"', cores=2)
    run(capsys, shell("a", mark), shell("b", mark), build)
    assert (tmp_path / "order").read_text().split() == ["begin", "begin", "end", "end", "build", "built"]


def test_a_step_that_waits_more_than_it_works_runs_beside_a_build(capsys, tmp_path):
    wait = shell("wait", f'echo begin >>"{tmp_path}/order"; sleep 0.6; echo end >>"{tmp_path}/order"', cores=0)
    build = shell("build", f'echo build >>"{tmp_path}/order"; sleep 0.3; echo built >>"{tmp_path}/order"', cores=2)
    run(capsys, build, wait)
    assert sorted((tmp_path / "order").read_text().split()[:2]) == ["begin", "build"]
    assert (tmp_path / "order").read_text().split()[-1] == "end"


def test_everything_gives_way_to_what_judges_times(capsys, tmp_path):
    ours = os.nice(0)
    run(capsys, shell("other", f'nice >"{tmp_path}/other"'), shell("first", f'nice >"{tmp_path}/first"', first=True))
    assert int((tmp_path / "first").read_text()) == ours
    assert int((tmp_path / "other").read_text()) == min(ours + int(runner.NICE), 19)


def test_the_last_lines_say_which_servers_were_used_once_each(capsys):
    steps = [reporting(name, GREEN, used="a server") for name in ("one", "two")]
    _, lines = run(capsys, *steps, shell("three", "true", used="another", needs=["four"]), shell("four", "false"))
    assert [line for line in lines[-3:] if line.startswith("used")] == ["used: a server"]
