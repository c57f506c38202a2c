"""A port that cannot be had is one clear sentence, before anything is started."""

import os
import socket

import pytest

from remit.serving import PortUnusable, serve
from remit.serving.ports import require_free_port


def test_a_free_port_is_fine_also_right_after_its_server_ended() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with socket.create_connection(("127.0.0.1", port)):
            server.accept()[0].close()  # the server closes first, so the address lingers
    require_free_port("127.0.0.1", port)


def test_a_taken_port_names_the_remedy() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with pytest.raises(PortUnusable, match=rf"Port {port} on 127.0.0.1 is taken .* --port"):
            require_free_port("127.0.0.1", port)


def test_nothing_is_started_for_a_taken_port() -> None:
    started: list[str] = []
    with socket.create_server(("127.0.0.1", 0)) as server, pytest.raises(PortUnusable):
        serve(
            None,
            host="127.0.0.1",
            port=server.getsockname()[1],
            workers=1,
            with_worker=True,
            before=lambda: started.append("migrated"),
        )
    assert started == []


@pytest.mark.parametrize("host", ["203.0.113.7", "no-such-host.invalid", "a" * 70])
def test_a_foreign_address_is_named(host: str) -> None:
    with pytest.raises(PortUnusable, match=host):
        require_free_port(host, 8000)


def test_an_impossible_port_is_refused() -> None:
    with pytest.raises(PortUnusable, match="700000"):
        require_free_port("127.0.0.1", 700000)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may listen on every port")
def test_a_low_port_is_for_root() -> None:
    with pytest.raises(PortUnusable, match="from 1024 on"):
        require_free_port("127.0.0.1", 81)
