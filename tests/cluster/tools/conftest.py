"""nginx as it is shipped, before instances that are none."""

import httpx
import pytest
from support import nginx
from support.deployment import listens
from support.server import free_port
from support.stub_instance import Instance


@pytest.fixture
def folder(tmp_path):
    """nginx's workers are somebody else where root starts it, and need to get here."""
    tmp_path.chmod(0o755)
    return tmp_path


@pytest.fixture
def before(folder):
    """nginx before instances with these statuses; (client, instances). `edit` has the text of server.conf before nginx has
    it; `front` is believed, as what speaks TLS."""
    started = []

    def make(*statuses, edit=lambda text: text, front=None):
        instances = [Instance(status) for status in statuses]
        port = free_port()
        proxy = nginx.Nginx(folder / "nginx", port, [i.port for i in instances], lambda: listens(port))
        server = proxy.folder / "parley/server.conf"
        server.write_text(edit(server.read_text()))
        if front is not None:
            nginx.believe(proxy.folder, front)
        proxy.start()
        started.extend([proxy.stop, *(i.shutdown for i in instances), *(i.server_close for i in instances)])
        return httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=10), instances

    yield make
    for stop in started:
        stop()
