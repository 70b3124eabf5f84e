"""Who may do what at the Redis of a deployment, and how its instances sign in there."""

import re
import secrets
from dataclasses import dataclass, field

from support.contract import ROOT

DOCUMENT = ROOT / "docs/DISTRIBUTED_SETUP.md"
DATABASE = 5  # not the one that a client is given without asking


@dataclass
class RedisAccess:
    lines: list = field(default_factory=list)  # of redis.conf
    settings: dict = field(default_factory=dict)  # of the instances
    admin_password: str = ""  # of the user `default`


def documented_user():
    """As the ACL user of the document, rule for rule, in a database other than the first. Unlike there `default` is on, with a
    password of its own: tests break things as that user."""
    (rules,) = re.findall(r"^user parley .*>PASSWORD .*$", DOCUMENT.read_text("utf-8"), re.M)
    password, admin_password = secrets.token_hex(16), secrets.token_hex(16)
    lines = [f"requirepass {admin_password}", rules.replace("PASSWORD", password)]
    settings = {"REDIS_USERNAME": "parley", "REDIS_PASSWORD": password, "REDIS_DB": DATABASE}
    return RedisAccess(lines, settings, admin_password)


def password_alone():
    """As docker-compose.yml has it."""
    password = secrets.token_hex(16)
    return RedisAccess([f"requirepass {password}"], {"REDIS_PASSWORD": password}, password)
