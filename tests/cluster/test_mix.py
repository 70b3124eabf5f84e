"""A random mix of all faults: `make test` runs it for two minutes, `make torture` for as long as you like."""

import os
import random

import pytest

from cluster.faults import mix
from cluster.test_faults import judge

MINUTES = float(os.environ.get("MINUTES", "2"))
SEED = os.environ.get("SEED")


@pytest.mark.timeout(MINUTES * 60 + 400)
def test_a_random_mix(make_chat, deployment):
    chat = make_chat("mix", seed=int(SEED) if SEED else None)
    print(f"SEED={chat.seed}")
    done = mix(chat, deployment, random.Random(chat.seed), MINUTES * 60)
    print(", ".join(f"{count} {name}" for name, count in sorted(done.items())))
    judge(chat, MINUTES * 20)
