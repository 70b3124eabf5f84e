"""A deployment for a browser's test: tests/e2e/support/cluster.py FOLDER. Redis, MongoDB and the instances' entrances run when it
says its ports (of the instances: those of their entrances), as one line of JSON; then each line does one thing (`start instance 2`,
`start nginx`, `kill instance 2`) and is answered with `done`. All of it ends when its input does.
"""

import json
import signal
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from support.deployment import for_tests


def main():
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    deployment = for_tests(Path(sys.argv[1]))
    parts = {part.name: part for part in (*deployment.instances, deployment.nginx)}
    try:
        for part in (deployment.redis, deployment.mongodb, *deployment.entrances):
            if part is not None:
                part.start()
        deployment.set_up()
        print(json.dumps({"nginx": deployment.ports.nginx, "instances": deployment.ports.entrances}), flush=True)
        for line in sys.stdin:
            deed, name = line.strip().split(" ", 1)
            {"start": parts[name].start, "kill": parts[name].kill}[deed]()
            print("done", flush=True)
    finally:
        deployment.stop()


if __name__ == "__main__":
    main()
