"""A listener on loopback that reads one hello from each client, refuses it, and keeps what it said."""

import socket
import threading
from types import TracebackType

from tlsscan.doctor.hello import BadHello, Hello, read_hello

REFUSAL = bytes.fromhex("15030300020246")  # a fatal alert: protocol_version
PATIENCE = 5.0  # seconds for a client that is connected
HOST = "127.0.0.1"


class Listener:
    """Open it with `with`; clients connect to `port`."""

    def __init__(self) -> None:
        self._socket = socket.create_server((HOST, 0))
        self._socket.settimeout(0.1)
        self.port: int = self._socket.getsockname()[1]
        self.hellos: list[Hello] = []
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> "Listener":
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        self._thread.join(2 * PATIENCE)
        self._socket.close()

    def _serve(self) -> None:
        while not self._ended.is_set():
            try:
                client, _ = self._socket.accept()
            except TimeoutError:
                continue
            except OSError:
                return
            with client:
                try:
                    self._one(client)
                except (BadHello, OSError):
                    continue  # the client said nothing that counts

    def _one(self, client: socket.socket) -> None:
        client.settimeout(PATIENCE)
        with client.makefile("rb") as stream:
            self.hellos.append(read_hello(stream.read))
        client.sendall(REFUSAL)
