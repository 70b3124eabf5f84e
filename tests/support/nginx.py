"""nginx with the files of deploy/nginx as they are shipped; only what is particular to a site is put in their place."""

import contextlib
import os
import re
import shutil
import signal
import subprocess
from pathlib import Path

from support.contract import ROOT
from support.processes import Process

SHIPPED = ROOT / "deploy/nginx"
ACCESS_LOG = "/var/log/nginx/access.log"
TLS_HOST = "chat.example.org"  # in parley-tls.conf
_TEMPORARY = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")


def program():
    found = shutil.which("nginx") or next((p for p in ("/usr/sbin/nginx",) if Path(p).exists()), None)
    if found is None:
        raise FileNotFoundError("nginx is not installed: run 'make setup'")
    return found


def render(folder, port, instances):
    """A copy of what is shipped in `folder`, listening on `port` before the instances' ports."""
    shutil.copytree(SHIPPED, folder, dirs_exist_ok=True)
    for file in ("parley/server.conf", "parley-tls.conf"):
        text = (folder / file).read_text()
        assert ACCESS_LOG in text, f"{file} has no log of its own"
        (folder / file).write_text(text.replace(ACCESS_LOG, f"{folder}/access.log"))
    lines = [f"listen 127.0.0.1:{port} backlog=4096;"]
    lines += [f"{name}_temp_path {folder}/temp/{name};" for name in _TEMPORARY]
    (folder / "temp").mkdir(exist_ok=True)
    (folder / "parley/listen.conf").write_text("\n".join(lines) + "\n")
    shipped = (SHIPPED / "parley/instances.conf").read_text()
    options = next(line for line in shipped.splitlines() if line.startswith("server ")).split(" ", 2)[2]
    servers = "".join(f"server 127.0.0.1:{instance} {options}\n" for instance in instances)
    (folder / "parley/instances.conf").write_text(servers)


def render_tls(folder, plain, secure, certificate):
    """Turns what `render` made into the example with TLS: `plain` and `secure` in place of 80 and 443, and another certificate."""
    text = (folder / "parley-tls.conf").read_text()
    for shipped, file in zip(("fullchain", "privkey"), certificate, strict=True):
        text = text.replace(f"/etc/letsencrypt/live/{TLS_HOST}/{shipped}.pem", str(file))
    text = text.replace("/var/www/html", str(folder / "html"))
    for shipped, port in ((80, plain), (443, secure)):
        text = text.replace(f"listen {shipped}", f"listen 127.0.0.1:{port}")
        text = text.replace(f"    listen [::]:{shipped}", "    #")
    _, *temporary = (folder / "parley/listen.conf").read_text().splitlines()
    (folder / "parley.conf").write_text("\n".join([*temporary, text]))


def believe(folder, front):
    """Has what `render` made believe whoever comes from that address, as what speaks TLS in front of it."""
    text = (folder / "parley/front.conf").read_text()
    example = "#set_real_ip_from 10.0.0.7;"
    assert example in text, "the example has gone"
    (folder / "parley/front.conf").write_text(text.replace(example, f"set_real_ip_from {front};"))


def hurried(server_conf):
    """The text with a tenth of every patience with an instance."""
    timeout = re.compile(r"(proxy_(?:read|send|next_upstream)_timeout) (\d+)s;")
    text, count = timeout.subn(lambda found: f"{found[1]} {int(found[2]) * 100}ms;", server_conf)
    assert count, "there is no patience in it any more"
    return text


def make_certificate(folder):
    """For the name in the example: the files of (certificate, key)."""
    made = [folder / "cert.pem", folder / "key.pem"]
    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", made[1]]
    name = ["-subj", f"/CN={TLS_HOST}", "-addext", f"subjectAltName=DNS:{TLS_HOST}"]
    command = ["openssl", "req", "-x509", "-days", "1", *key, *name, "-out", made[0]]
    subprocess.run(command, check=True, capture_output=True)
    return made


def arguments(folder):
    # Root's workers would be nobody, who may not get to this folder.
    more = "user root;" if os.geteuid() == 0 else ""
    return [
        program(),
        *("-p", str(folder), "-c", str(folder / "nginx.conf"), "-e", str(folder / "error.log")),
        *("-g", f"daemon off; pid {folder}/nginx.pid; {more}"),
    ]


def tried(folder):
    """`nginx -t`: the completed process."""
    return subprocess.run([*arguments(folder), "-t"], capture_output=True, text=True, timeout=20, check=False)


class Nginx(Process):
    def __init__(self, folder, port, instances, ready=None):
        folder.mkdir(parents=True, exist_ok=True)
        render(folder, port, instances)
        super().__init__(folder.name, folder, port, arguments(folder), ready=ready)

    @property
    def log(self):
        errors = self.folder / "error.log"
        return errors.read_text("utf-8", "replace") if errors.exists() else ""

    def reload(self):
        self.process.send_signal(signal.SIGHUP)

    def kill_all(self):
        """The workers too, which would serve on without their master."""
        workers = self.workers()
        self.kill()
        for pid in workers:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def workers(self):
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text()
        return [int(pid) for pid in children.split()]
