"""A history is what was noted, whoever noted it."""

import sys
import threading

from cluster import history


def test_what_several_threads_note_is_all_there_each_record_whole(tmp_path):
    recorder = history.Recorder(tmp_path / "history.jsonl")
    each = 20000

    def note(what):
        for number in range(each):
            recorder.note(what, at=number, text="x" * (number % 300))

    threads = [threading.Thread(target=note, args=(what,)) for what in ("entry", "fault", "send")]
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(interval)
    recorder.close()
    found = history.load(recorder.path)
    assert {what: [record["at"] for record in found[what]] for what in found} == {
        what: list(range(each)) for what in ("entry", "fault", "send")
    }
