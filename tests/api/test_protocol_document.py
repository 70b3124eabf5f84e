"""docs/PROTOCOL.md: its thirty lines are run as they stand there."""

import os
import re
import subprocess
import sys

import pytest
from support.client import Api
from support.contract import ROOT


@pytest.fixture(scope="module")
def program(tmp_path_factory):
    guide = (ROOT / "docs/PROTOCOL.md").read_text(encoding="utf-8")
    (code,) = re.findall(r"^```python\n(.*?)^```", guide, re.M | re.S)
    path = tmp_path_factory.mktemp("bot") / "bot.py"
    path.write_text(code, encoding="utf-8")
    return path


def test_it_has_thirty_lines_of_code(program):
    lines = [line for line in program.read_text().splitlines() if line.strip() and not line.strip().startswith("#")]
    assert 25 <= len(lines) <= 32, len(lines)


class Bot:
    def __init__(self, program, server, token, room, log):
        env = {"PATH": os.environ["PATH"], "PARLEY_URL": server.url, "PARLEY_TOKEN": token}
        self.process = subprocess.Popen([sys.executable, str(program), room["id"]], env=env, stderr=log)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()


def test_the_bot_of_the_guide_answers_and_survives_a_restart(program, start_server, tmp_path):
    from support.client import register

    server = start_server()
    ada, owner = register(server, "ada"), register(server, "bot")
    room = ada.create_room()
    token = owner.personal_token()["token"]
    with (tmp_path / "log").open("w+") as log, Bot(program, server, token, room, log) as bot:
        with ada.socket() as socket:
            socket.subscribe(room)
            bot_came = {"user_id": owner.id, "username": "bot"}
            socket.until(lambda f: f["type"] == "user_joined" and bot_came in f["users"], timeout=20)
            ada.say(room, "!echo first words")
            assert socket.until(lambda f: f.get("user_id") == owner.id and "content" in f)["content"] == "first words"
        server.kill()
        server.start()
        again = Api(server, ada.token)
        with again.socket() as socket:
            socket.subscribe(room)
            asked = again.say(room, "!echo while you were away")
            answered = socket.until(lambda f: f.get("user_id") == owner.id and "content" in f, timeout=40)
            assert (answered["content"], answered["key"]) == ("while you were away", f"echo-{asked['seq']}")
        assert bot.process.poll() is None
        mine = [m["content"] for m in again.page(room)["messages"] if m["user_id"] == owner.id]
        assert mine == ["first words", "while you were away"], "each once"
        owner2 = Api(server).sign_in("bot", owner.password)
        (listed,) = owner2.pages("/auth/tokens")
        owner2.delete(f"/auth/tokens/{listed['id']}")
        assert bot.process.wait(15) != 0, "a bot whose token was revoked gives up"
