"""A process that keeps other programs running, ends them in order, and takes them along if it is killed."""

import contextlib
import logging
import os
import select
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import FrameType
from typing import Final

from remit.embedded.processes import dies_with_us

logger = logging.getLogger(__name__)

_FIRST_DELAY_SECONDS: Final = 0.5
_LONGEST_DELAY_SECONDS: Final = 30.0
# A program that lived this long was well; what ends it later is a new trouble.
_SETTLED_SECONDS: Final = 10.0
# Five starts take about eight seconds with their delays. A database that comes up a little later is waited for.
_GIVE_UP_AFTER: Final = 5
_LOOK_EVERY_SECONDS: Final = 1.0


@dataclass(frozen=True)
class Program:
    """A command to keep running. `stop_seconds`: how long it may take to end by itself when asked to (SIGTERM)."""

    name: str
    command: Sequence[str]
    stop_seconds: float
    environment: Mapping[str, str] = field(default_factory=dict)  # on top of ours


class Supervisor:
    """Starts programs in the order given, starts one again that ends, and stops them in the same order.

    `watch` is called about once a second from the same (main) thread, to look after what is no child of ours; it may raise
    RuntimeError or OSError, which is logged. `run` returns when asked by SIGTERM or SIGINT; a second one cuts the patience short.
    """

    def __init__(self, programs: Sequence[Program], *, watch: Callable[[], object] | None = None) -> None:
        self._children = [_Child(program) for program in programs]
        self._watch = watch
        self._stops_asked = 0
        self.stop_asked_at: float | None = None  # by time.monotonic()

    def run(self) -> int:
        """0 after being asked to stop; 1 if a program ended again and again without ever having run for ten seconds."""
        with self._wake_up_on_signals() as wake_up:
            try:
                while not self._stops_asked:
                    if not all(child.look_after() for child in self._children):
                        return 1
                    self._look_around()
                    _sleep(wake_up, min(child.seconds_to_start() for child in self._children))
                return 0
            finally:
                self._stop_all(wake_up)

    def _look_around(self) -> None:
        if self._watch is None:
            return
        try:
            self._watch()
        except (RuntimeError, OSError) as error:  # a full disk, for one; tried again in a second
            logger.error("%s", error)

    def _stop_all(self, wake_up: int) -> None:
        for child in self._children:
            deadline = time.monotonic() + child.program.stop_seconds
            child.ask_to_stop()
            while child.is_running() and time.monotonic() < deadline and self._stops_asked < 2:
                _sleep(wake_up, deadline - time.monotonic())
            child.kill()

    @contextlib.contextmanager
    def _wake_up_on_signals(self) -> Iterator[int]:
        """A pipe that gets a byte with every signal, so that the loop neither polls busily nor answers late."""
        reader, writer = os.pipe()
        os.set_blocking(reader, False)
        os.set_blocking(writer, False)
        former_fd = signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
        handlers = {
            signal.SIGTERM: self._asked_to_stop,
            signal.SIGINT: self._asked_to_stop,
            signal.SIGCHLD: lambda _number, _frame: None,  # without a handler the pipe would get no byte
        }
        former = {number: signal.signal(number, handler) for number, handler in handlers.items()}
        try:
            yield reader
        finally:
            for number, handler in former.items():
                signal.signal(number, handler)
            signal.set_wakeup_fd(former_fd)
            os.close(reader)
            os.close(writer)

    def _asked_to_stop(self, _number: int, _frame: FrameType | None) -> None:
        self._stops_asked += 1
        self.stop_asked_at = self.stop_asked_at or time.monotonic()


class _Child:
    """A program and its process of the moment."""

    def __init__(self, program: Program) -> None:
        self.program: Final = program
        self._process: subprocess.Popen[bytes] | None = None
        self._started_at = 0.0
        self._start_at = 0.0
        self._failures = 0
        self._was_ever_well = False

    def is_running(self) -> bool:
        return self._process is not None and not self._has_ended(self._process)

    def seconds_to_start(self) -> float:
        """How long the loop may sleep as far as this program is concerned."""
        if self._process is not None:
            return _LOOK_EVERY_SECONDS
        return min(max(self._start_at - time.monotonic(), 0.0), _LOOK_EVERY_SECONDS)

    def look_after(self) -> bool:
        """Start it if it should run and does not. False if that has proved hopeless."""
        now = time.monotonic()
        if self._process is not None:
            self._was_ever_well |= now - self._started_at >= _SETTLED_SECONDS
            if not self._has_ended(self._process):
                return True
            self._note_the_end(self._process, now)
            if self._failures >= _GIVE_UP_AFTER and not self._was_ever_well:
                logger.error("%s does not start; giving up. Its own messages stand above.", self.program.name)
                return False
        if now >= self._start_at:
            self._start(now)
        return True

    def _note_the_end(self, process: subprocess.Popen[bytes], now: float) -> None:
        self._failures = 1 if now - self._started_at >= _SETTLED_SECONDS else self._failures + 1
        self.kill()  # what it started may still be there
        delay = min(_FIRST_DELAY_SECONDS * 2 ** (self._failures - 1), _LONGEST_DELAY_SECONDS)
        logger.warning(
            "%s (process %s) ended with %s; starting it again in %.1f s",
            *(self.program.name, process.pid, process.returncode, delay),
        )
        self._start_at = now + delay

    def _start(self, now: float) -> None:
        self._process = subprocess.Popen(  # noqa: S603 - commands of our own
            self.program.command,
            env={**os.environ, **self.program.environment},
            stdin=subprocess.DEVNULL,
            # A session, so that Ctrl-C in the terminal reaches us alone and we keep the order; and so a group, to kill.
            start_new_session=True,
            preexec_fn=dies_with_us(signal.SIGTERM),
        )
        self._started_at = now

    def ask_to_stop(self) -> None:
        if self._process is not None:
            self._process.terminate()

    @staticmethod
    def _has_ended(process: subprocess.Popen[bytes]) -> bool:
        # Without collecting it: while it is uncollected, its number, which is its group's too, goes to nobody else.
        return os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None

    def kill(self) -> None:
        """End it and whatever it started; the helpers of a killed program would go on holding its port."""
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None


def _sleep(wake_up: int, seconds: float) -> None:
    """Until a signal comes, at most so long."""
    if select.select([wake_up], [], [], max(seconds, 0.0))[0]:
        with contextlib.suppress(BlockingIOError):
            os.read(wake_up, 4096)
