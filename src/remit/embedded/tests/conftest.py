"""Data folders for tests: an empty one, and one with a cluster that was made once and is copied (0.1 s in place of 0.6 s)."""

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from remit.embedded import EmbeddedPostgres

# Quick, and small enough that a dozen of them fit beside each other. Killing a server loses nothing without fsync either;
# only a power cut would.
SETTINGS = {"fsync": "off", "shared_buffers": "16MB", "max_connections": "20"}


@pytest.fixture
def empty_folder() -> Iterator[Path]:
    """Not below pytest's own temporary folder, which is closed to others: run by root the server is another user."""
    folder = Path(tempfile.mkdtemp(prefix="rt-"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def prepared_folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="rt-"))
    folder.chmod(0o711)
    with EmbeddedPostgres(folder, settings=SETTINGS) as server:
        server.ensure_database("remit")
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def folder(prepared_folder: Path, empty_folder: Path) -> Path:
    """A data folder that has been used before."""
    subprocess.run(["cp", "-a", f"{prepared_folder}/.", str(empty_folder)], check=True)
    return empty_folder


@pytest.fixture
def server(folder: Path) -> Iterator[EmbeddedPostgres]:
    """A running server that this process owns."""
    with EmbeddedPostgres(folder, settings=SETTINGS) as running:
        yield running
