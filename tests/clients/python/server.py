"""A real server on a port of its own, with a store that goes when it stops."""

import os
import signal
import subprocess
import tempfile
from pathlib import Path

TOKEN = "admin-token-of-the-clients-tests"

_ROOT = Path(__file__).resolve().parents[3]
_BINARY = os.environ.get("COUNTERFOIL_BIN", str(_ROOT / "target/debug/counterfoil"))
_READY = "counterfoil listening on "


class Server:
    """`rpc` and `socket` are the addresses that a client is given."""

    def __init__(self):
        # Both clients would go through a proxy of this machine's to reach their own machine.
        os.environ["NO_PROXY"] = os.environ["no_proxy"] = "127.0.0.1"
        self._folder = tempfile.TemporaryDirectory(prefix="counterfoil-clients-")
        settings = {
            "COUNTERFOIL_LISTEN": "127.0.0.1:0",
            "COUNTERFOIL_STORE": f"redb:{self._folder.name}/k.redb",
            "COUNTERFOIL_ADMIN_TOKEN": TOKEN,
            "COUNTERFOIL_LOG": "warn",
        }
        self._process = subprocess.Popen(
            [_BINARY],
            cwd=self._folder.name,
            env={**os.environ, **settings},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            text=True,
        )
        line = self._process.stdout.readline()
        if not line.startswith(_READY):
            raise RuntimeError(f"{_BINARY} ended before it was ready: {line!r}")
        url = line.removeprefix(_READY).strip()
        self.rpc = f"{url}/rpc"
        self.socket = f"{url.replace('http:', 'ws:')}/rpc"

    def stop(self):
        self._process.send_signal(signal.SIGTERM)
        self._process.communicate()
        self._folder.cleanup()
        if self._process.returncode != 0:
            raise RuntimeError("the server did not end in good order")
