"""The checker finds each defect, and exactly that; and nothing in histories without one."""

import pytest

from cluster import history as records
from cluster.checker import check


class Story:
    """A history as a workload would record it: two writers and two readers in one room, unless told otherwise."""

    def __init__(self):
        self.records = [{"what": "room", "room": "r", "members": ["ada", "bob", "eve"], "head": 4}]
        self.now = 100.0
        self.seq = 4
        self.log = []

    def note(self, what, **fields):
        self.records.append({"what": what, **fields})
        return self

    def tick(self, seconds=0.01):
        self.now += seconds
        return self.now

    def subscribe(self, reader, user="ada", after=None, head=None, reset=False, instance="1"):
        head = self.seq if head is None else head
        return self.note("subscribe", reader=reader, user=user, room="r", at=self.tick(), after=after, head=head, reset=reset, instance=instance)  # fmt: skip

    def send(self, key, user="bob"):
        return self.note("send", room="r", user=user, key=key, content=f"c-{key}", at=self.tick())

    def ack(self, key, seq, user="bob", instance="1"):
        return self.note("ack", room="r", user=user, key=key, seq=seq, at=self.tick(), instances=[instance])

    def store(self, key, user="bob", content=None):
        """The message takes the next seq."""
        self.seq += 1
        self.log.append([self.seq, user, key, content or f"c-{key}"])
        return self.seq

    def deliver(self, key, seq, *readers, user="bob", content=None, time=None, messages=None):
        for reader in readers:
            self.entry(reader, seq, "message", user, key, content or f"c-{key}", None, time, messages)
        return self

    def entry(self, reader, seq, kind, user, key, content=None, member=None, time=None, messages=None):
        """`messages` is how many there were in the room up to this entry."""
        return self.note("entry", reader=reader, room="r", at=self.tick(), seq=seq, kind=kind, user=user, key=key, content=content, member=member, messages=messages, time=time or f"t{seq:04}")  # fmt: skip

    def change(self, kind, user, *readers, takes=0.01):
        """A membership change: the call, the entry, its deliveries."""
        at, self.seq = self.tick(), self.seq + 1
        what = "member_added" if kind == "add" else "member_removed"
        for reader in readers:
            self.entry(reader, self.seq, what, "ada", f"~{self.seq}", member=user)
        return self.note("change", room="r", user=user, change=kind, at=at, done=self.tick(takes))

    def message(self, key, *readers, user="bob", instance="1"):
        """Sent, stored, acknowledged and delivered, as it should be."""
        self.send(key, user)
        seq = self.store(key, user)
        self.ack(key, seq, user, instance)
        return self.deliver(key, seq, *readers, user=user)

    def lose_link(self, reader):
        return self.note("unsubscribed", reader=reader, room="r", at=self.tick())

    def fault(self, part, begin, end, instance=None, reader=None):
        return self.note("fault", part=part, instance=instance, reader=reader, at=begin, until=end)

    def counts(self, with_log=True):
        if with_log:
            self.note("log", room="r", head=self.seq, entries=self.log)
        return check(records.sort(self.records)).counts


@pytest.fixture
def story():
    made = Story().subscribe("x").subscribe("y", user="eve")
    return made.message("k1", "x", "y").message("k2", "x", "y", user="ada")


def test_a_clean_history_has_no_findings(story):
    story.message("k3", "x", "y")
    story.lose_link("x").message("k4", "y").message("k5", "y", user="ada")
    story.subscribe("x", after=7, head=9)
    story.deliver("k4", 8, "x").deliver("k5", 9, "x", user="ada")
    story.message("k6", "x", "y")
    assert story.counts() == {}


def test_a_clean_history_with_removal_adding_again_and_a_reset(story):
    story.change("remove", "eve", "x", "y").lose_link("y")
    story.message("k3", "x")
    story.change("add", "eve", "x")
    story.subscribe("y", user="eve", after=6, head=9)
    story.entry("y", 7, "member_removed", "ada", "~7", member="eve")
    story.deliver("k3", 8, "y").entry("y", 9, "member_added", "ada", "~9", member="eve")
    story.message("k4", "x", "y").lose_link("y").message("k5", "x")
    story.subscribe("y", user="eve", after=10, head=11, reset=True).message("k6", "x", "y")
    assert story.counts() == {}


def test_a_retry_answered_late_is_no_defect(story):
    story.send("k3")
    seq = story.store("k3")
    story.deliver("k3", seq, "x", "y").tick(9)
    story.ack("k3", seq)
    story.send("k4")  # refused for good, and never written
    assert story.counts() == {}


def test_acknowledged_but_not_stored_is_lost(story):
    story.send("k3").ack("k3", 7)
    assert story.counts() == {"lost": 1}


def test_acknowledged_where_something_else_stands_is_lost(story):
    story.send("k3").ack("k3", 7).message("k4", "x", "y", user="ada")
    assert story.counts() == {"lost": 1}


def test_never_delivered_to_a_live_reader_is_lost(story):
    story.message("k3", "x").message("k4", "x", "y")
    assert story.counts() == {"lost": 1}


def test_the_newest_never_delivered_is_lost_too(story):
    story.message("k3", "x")
    assert story.counts() == {"lost": 1}


def test_missed_across_a_resume_is_lost(story):
    story.lose_link("x").message("k3", "y").message("k4", "y").subscribe("x", after=6, head=8)
    story.deliver("k4", 8, "x")
    assert story.counts() == {"lost": 1}


def test_one_key_at_two_seqs_is_doubled(story):
    story.message("k3", "x", "y")
    seq = story.store("k3")
    story.deliver("k3", seq, "x", "y")
    assert story.counts() == {"doubled": 1}


def test_delivered_twice_is_doubled(story):
    story.message("k3", "x", "y").deliver("k3", 7, "y")
    assert story.counts() == {"doubled": 1}


def test_delivered_again_after_a_resume_is_doubled(story):
    story.lose_link("x").subscribe("x", after=6, head=6).deliver("k2", 6, "x", user="ada")
    assert story.counts() == {"doubled": 1}


def test_delivered_in_another_order_is_reordered(story):
    story.message("k3", "x").message("k4", "x", "y").deliver("k3", 7, "y")
    assert story.counts() == {"reordered": 1}


def test_a_senders_messages_in_another_order_are_reordered(story):
    story.send("k3").send("k4")
    for key, seq in (("k4", story.store("k4")), ("k3", story.store("k3"))):
        story.ack(key, seq).deliver(key, seq, "x", "y")
    assert story.counts() == {"reordered": 1}


def test_what_was_given_up_may_be_written_late(story):
    story.send("k3").note("refused", room="r", user="bob", key="k3").message("k4", "x", "y")
    story.deliver("k3", story.store("k3"), "x", "y")
    assert story.counts() == {}


def test_what_was_sent_after_an_acknowledgement_but_stands_before_it_is_reordered(story):
    story.send("k3").ack("k3", 8).send("k4", user="ada")
    story.store("k4", user="ada"), story.store("k3")
    story.ack("k4", 7, user="ada").deliver("k4", 7, "x", "y", user="ada").deliver("k3", 8, "x", "y")
    assert story.counts() == {"reordered": 1}


def test_a_time_that_goes_back_is_reordered(story):
    story.send("k3")
    seq = story.store("k3")
    story.ack("k3", seq).deliver("k3", seq, "x", "y", time="t0001")
    assert story.counts() == {"reordered": 1}


def test_what_nobody_sent_is_unexpected(story):
    seq = story.store("ghost")
    story.deliver("ghost", seq, "x", "y")
    assert story.counts() == {"unexpected": 1}


def test_another_content_than_sent_is_unexpected(story):
    story.send("k3")
    seq = story.store("k3", content="garbled")
    story.ack("k3", seq).deliver("k3", seq, "x", "y", content="garbled")
    assert story.counts() == {"unexpected": 1}


def test_two_readers_that_see_different_things_are_unexpected(story):
    story.send("k3").send("k4", user="ada")
    seq = story.store("k3")
    story.deliver("k3", seq, "x").deliver("k4", seq, "y", user="ada")
    assert story.counts() == {"unexpected": 1}


def test_acknowledged_at_another_seq_is_unexpected(story):
    story.send("k3")
    seq = story.store("k3")
    story.ack("k3", seq + 1).deliver("k3", seq, "x", "y")
    assert story.counts() == {"unexpected": 1}


def test_a_seq_that_nothing_stands_at_is_a_hole(story):
    story.seq += 1
    story.message("k3", "x", "y")
    assert story.counts() == {"hole": 1}


@pytest.mark.parametrize(
    ("counted", "found"),
    [((3, 3, 4), {}), ((3, 4, 5), {"unexpected": 1}), ((3, 3, 3), {"unexpected": 1}), ((3, 3, 5), {"unexpected": 1})],
)
def test_messages_are_counted_one_by_one_and_nothing_else_is(story, counted, found):
    story.send("k3").send("k4")
    first = story.store("k3")
    story.ack("k3", first).deliver("k3", first, "x", "y", messages=counted[0])
    story.seq += 1
    for reader in ("x", "y"):
        story.entry(reader, story.seq, "room_changed", "ada", f"~{story.seq}", messages=counted[1])
    last = story.store("k4")
    story.ack("k4", last).deliver("k4", last, "x", "y", messages=counted[2])
    assert story.counts() == found


def test_live_after_the_own_removal_is_seen_after_removal(story):
    story.change("remove", "eve", "x", "y").message("k3", "x", "y").lose_link("y")
    assert story.counts() == {"seen after removal": 1}


def test_the_same_subscription_going_on_after_being_added_again_is_seen_after_removal(story):
    story.change("remove", "eve", "x", "y").change("add", "eve", "x", "y").lose_link("y")
    assert story.counts() == {"seen after removal": 1}


def test_resumed_while_no_member_is_seen_after_removal(story):
    story.lose_link("y").change("remove", "eve", "x").message("k3", "x")
    story.subscribe("y", user="eve", after=6, head=8)
    story.entry("y", 7, "member_removed", "ada", "~7", member="eve").deliver("k3", 8, "y").lose_link("y")
    story.change("add", "eve", "x")
    assert story.counts() == {"seen after removal": 1}


def test_who_was_added_while_subscribing_may_see_it_happen(story):
    head = story.seq
    story.message("k3", "x", "y").change("add", "new", "x", "y")
    story.subscribe("z", user="new", head=head)
    story.deliver("k3", head + 1, "z").entry("z", head + 2, "member_added", "ada", f"~{head + 2}", member="new")
    story.change("remove", "new", "x", "y", "z").lose_link("z")
    assert story.counts() == {}


def test_written_by_who_was_removed(story):
    story.change("remove", "bob", "x", "y").message("k3", "x", "y")
    assert story.counts() == {"written after removal": 1}


def test_written_after_being_added_again_is_fine(story):
    story.change("remove", "bob", "x", "y").change("add", "bob", "x", "y").message("k3", "x", "y")
    assert story.counts() == {}


def test_written_after_the_rooms_end(story):
    story.seq += 1
    for reader in ("x", "y"):
        story.entry(reader, story.seq, "room_deleted", "ada", f"~{story.seq}").lose_link(reader)
    story.send("k3")
    story.ack("k3", story.store("k3"))
    assert story.counts() == {"written after removal": 1}


def test_delivered_after_the_rooms_end_is_seen_after_removal(story):
    story.seq += 1
    for reader in ("x", "y"):
        story.entry(reader, story.seq, "room_deleted", "ada", f"~{story.seq}")
    story.seq += 1
    story.entry("x", story.seq, "room_changed", "ada", f"~{story.seq}")
    story.lose_link("x").lose_link("y")
    assert story.counts() == {"seen after removal": 1, "written after removal": 1}


def delayed(story, seconds, **places):
    story.send("k3")
    seq = story.store("k3")
    story.ack("k3", seq, **places)
    begin = story.now
    story.deliver("k3", seq, "x").tick(seconds)
    story.deliver("k3", seq, "y")
    return begin


@pytest.mark.parametrize(("seconds", "found"), [(0.4, {}), (0.6, {"late": 1})])
def test_without_a_fault_half_a_second_is_the_limit(story, seconds, found):
    delayed(story, seconds)
    assert story.counts() == found


@pytest.mark.parametrize("part", ["redis", "instance"])
@pytest.mark.parametrize(("seconds", "found"), [(1.8, {}), (2.2, {"late": 1})])
def test_with_the_bus_or_the_writers_instance_down_two_seconds_are_the_limit(story, part, seconds, found):
    begin = delayed(story, seconds, instance="2")
    story.fault(part, begin - 5, begin + 1, instance="2")
    assert story.counts() == found


@pytest.mark.parametrize("part", ["instance", "mongodb"])
def test_nothing_is_claimed_while_ones_own_instance_or_store_is_at_fault(story, part):
    begin = delayed(story, 8)
    story.fault(part, begin - 3, begin - 2.5, instance="1")
    assert story.counts() == {}


@pytest.mark.parametrize(
    ("part", "instance", "ended"), [("instance", "3", 0), ("mongodb", "2", 0), ("redis", None, 4), ("clock", "1", 0)]
)
def test_a_fault_elsewhere_or_long_past_excuses_nothing(story, part, instance, ended):
    begin = delayed(story, 1)
    story.fault(part, begin - 9, begin - ended, instance=instance)
    assert story.counts() == {"late": 1}


def test_behind_nginx_any_instance_may_be_ones_own(story):
    story.lose_link("y").subscribe("y", user="eve", after=6, head=6, instance=None)
    begin = delayed(story, 8)
    story.fault("instance", begin - 1, begin, instance="3")
    assert story.counts() == {}


def test_what_was_acknowledged_before_the_subscription_is_late_only_from_its_reply_on(story):
    story.lose_link("y").message("k3", "x").tick(60)
    story.subscribe("y", user="eve", after=6, head=7).deliver("k3", 7, "y")
    assert story.counts() == {}


def test_a_slow_link_excuses_its_own_reader_only(story):
    begin = delayed(story, 3)
    story.fault("link", begin, begin + 1, reader="x")
    assert story.counts() == {"late": 1}


def test_no_time_passes_while_the_workload_stands_still(story):
    begin = delayed(story, 3)
    story.note("stall", at=begin - 1, until=begin + 2.8)
    assert story.counts() == {}


def test_a_history_survives_its_file(story, tmp_path):
    recorder = records.Recorder(tmp_path / "history")
    story.message("k3", "x")
    for record in story.records:
        recorder.note(**record)
    recorder.close()
    assert check(records.load(tmp_path / "history")).counts == check(records.sort(story.records)).counts


def test_the_report_says_what_was_looked_at_and_what_was_wrong(story):
    story.message("k3", "x").message("k4", "x", "y").fault("redis", 1, 2)
    text = str(check(records.sort(story.records)))
    assert "1 faults, 4 acknowledged, 7 delivered" in text
    assert "1 lost, 0 doubled, 0 reordered" in text
    assert "lost: y in r never got 7" in text
