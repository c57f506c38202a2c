"""Whether we can listen where we are asked to, found out before anything is started."""

import errno
import os
import socket


class PortUnusable(RuntimeError):
    """Nobody can be served at this address; the text is one sentence for the operator, with the remedy."""


def require_free_port(host: str, port: int) -> None:
    """Raise PortUnusable unless a server could listen on `host` (a name or an address) and `port`.

    The web server would find out too, but after the database is up, and then as a traceback of one of its workers.
    """
    if not 0 < port < 65536:
        raise PortUnusable(f"{port} is no port: choose one from 1024 to 65535 with --port.")
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except (socket.gaierror, UnicodeError) as error:
        raise PortUnusable(
            f"'{host}' port {port} is no address of this machine ({error}): try --host 127.0.0.1."
        ) from error
    with socket.socket(family, kind, protocol) as attempt:
        # Connections of a server that has just ended must not look like a server.
        attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            attempt.bind(address)
        except OSError as error:
            raise PortUnusable(_sentence(error.errno or 0, host, port)) from error


def _sentence(code: int, host: str, port: int) -> str:
    match code:
        case errno.EADDRINUSE:
            return f"Port {port} on {host} is taken by another program: end it, or choose another with --port."
        case errno.EACCES:
            return f"Port {port} is for root only: choose one from 1024 on with --port, or put a proxy in front."
        case errno.EADDRNOTAVAIL:
            return f"{host} is no address of this machine: try --host 127.0.0.1, or 0.0.0.0 for all its addresses."
        case _:
            return f"Cannot listen on {host} port {port}: {os.strerror(code)}."
