"""What an operator relies on: nothing stays down, nothing stays behind."""

import itertools
import os
import signal
import time
from pathlib import Path

from remit.serving.tests.supervised import Supervised, is_alive, wait_until

STEADY = "echo $$ >> $DIR/{name}; exec sleep 100"


def steady(name: str, seconds: float = 5) -> tuple[str, float, str]:
    return name, seconds, STEADY.format(name=name)


def test_a_killed_program_comes_back(tmp_path: Path) -> None:
    with Supervised(tmp_path, steady("web"), steady("worker")) as it:
        wait_until(lambda: it.numbers("web") and it.numbers("worker"))
        first = it.numbers("web")[0]
        os.kill(first, signal.SIGKILL)
        wait_until(lambda: len(it.numbers("web")) == 2)
        assert is_alive(it.numbers("web")[1])
        assert len(it.numbers("worker")) == 1  # the other was left alone
        assert f"web (process {first}) ended with -9" in it.log()


def test_what_a_killed_program_had_started_goes_with_it(tmp_path: Path) -> None:
    with_helper = "echo $$ >> $DIR/web; sleep 100 & echo $! >> $DIR/helper; wait"
    with Supervised(tmp_path, ("web", 5, with_helper)) as it:
        wait_until(lambda: it.numbers("helper"))
        os.kill(it.numbers("web")[0], signal.SIGKILL)
        wait_until(lambda: len(it.numbers("helper")) == 2)
        assert not is_alive(it.numbers("helper")[0])


def test_terminating_it_ends_everything_in_order(tmp_path: Path) -> None:
    slow_to_end = (
        "trap 'sleep 0.3; echo {name} >> $DIR/order; exit 0' TERM; echo $$ >> $DIR/{name}; while :; do sleep 0.05; done"
    )
    programs = [(name, 5.0, slow_to_end.format(name=name)) for name in ("web", "worker")]
    with Supervised(tmp_path, *programs) as it:
        wait_until(lambda: it.numbers("web") and it.numbers("worker"))
        it.process.terminate()
        assert it.process.wait(10) == 0
        assert (tmp_path / "order").read_text().split() == ["web", "worker"]
        assert not any(is_alive(pid) for pid in it.numbers("web") + it.numbers("worker"))


def test_ctrl_c_is_a_way_to_stop_too(tmp_path: Path) -> None:
    with Supervised(tmp_path, steady("web")) as it:
        wait_until(lambda: it.numbers("web"))
        it.process.send_signal(signal.SIGINT)
        assert it.process.wait(10) == 0
        assert not is_alive(it.numbers("web")[0])


def test_a_program_that_will_not_end_is_killed_in_time(tmp_path: Path) -> None:
    deaf = "trap '' TERM; echo $$ >> $DIR/web; while :; do sleep 0.1; done"
    with Supervised(tmp_path, ("web", 1, deaf), steady("worker")) as it:
        wait_until(lambda: it.numbers("web") and it.numbers("worker"))
        began = time.monotonic()
        it.process.terminate()
        assert it.process.wait(10) == 0
        assert 0.9 < time.monotonic() - began < 5
        assert not any(is_alive(pid) for pid in it.numbers("web") + it.numbers("worker"))


def test_asking_twice_cuts_the_patience_short(tmp_path: Path) -> None:
    deaf = "trap '' TERM; echo $$ >> $DIR/web; while :; do sleep 0.1; done"
    with Supervised(tmp_path, ("web", 60, deaf)) as it:
        wait_until(lambda: it.numbers("web"))
        it.process.terminate()
        time.sleep(0.3)
        it.process.terminate()
        assert it.process.wait(10) == 0
        assert not is_alive(it.numbers("web")[0])


def test_the_programs_end_with_a_killed_supervisor(tmp_path: Path) -> None:
    with Supervised(tmp_path, steady("web"), steady("worker")) as it:
        wait_until(lambda: it.numbers("web") and it.numbers("worker"))
        it.process.kill()
        it.process.wait()
        wait_until(lambda: not any(is_alive(pid) for pid in it.numbers("web") + it.numbers("worker")), 5)


def test_starts_come_ever_slower_and_end_if_it_is_hopeless(tmp_path: Path) -> None:
    broken = "date +%s%N >> $DIR/web; exit 3"
    with Supervised(tmp_path, ("web", 5, broken), steady("worker")) as it:
        assert it.process.wait(30) == 1
        starts = it.numbers("web")
        assert len(starts) == 5
        gaps = [(later - earlier) / 1e9 for earlier, later in itertools.pairwise(starts)]
        assert gaps == sorted(gaps)
        assert gaps[0] >= 0.5
        assert gaps[-1] >= 4
        assert "web does not start; giving up" in it.log()
        assert not is_alive(it.numbers("worker")[0])


def test_a_mistake_of_ours_ends_it_and_leaves_nothing_behind(tmp_path: Path) -> None:
    with Supervised(tmp_path, steady("web"), watch="lambda: {}['no such key']") as it:
        assert it.process.wait(20) == 1
        assert "KeyError" in it.log()
        assert not any(is_alive(pid) for pid in it.numbers("web"))


def test_trouble_with_the_database_is_reported_and_tried_again(tmp_path: Path) -> None:
    (tmp_path / "trouble.py").write_text(
        "from pathlib import Path\n"
        f"seen = Path({str(tmp_path)!r}, 'seen')\n"
        "def look() -> None:\n"
        "    with seen.open('a') as file:\n"
        "        file.write('1 ')\n"
        "    raise RuntimeError('the disk is full')\n"
    )
    watch = f"(sys.path.insert(0, {str(tmp_path)!r}), __import__('trouble').look)[1]"
    with Supervised(tmp_path, steady("web"), watch=watch) as it:
        wait_until(lambda: len(it.numbers("seen")) >= 2)
        assert is_alive(it.numbers("web")[0])
        assert "the disk is full" in it.log()
