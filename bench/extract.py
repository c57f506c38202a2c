"""How fast documents are read: megabytes of text a second on one core, beside the least that any reading must do.

Reads the project's own corpus of job descriptions (tests/corpus), the texts already taken out of their files, again and again until
about one megabyte was read. The floor decodes the text, converts it to simplified characters and looks at every line with one
regular expression; it understands nothing.

    remit bench extract [--json] [--scale 1.0]
"""

import argparse
import json
import re
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from remit.kernel.charters.importing.readers import read_path
from remit.kernel.charters.importing.reading import read_charters
from remit.kernel.charters.importing.source import Source
from remit.lib.text import to_simplified

CORPUS = Path(__file__).resolve().parents[1] / "tests" / "corpus"
LINE = re.compile(r"^\s*(?:[一二三四五六七八九十]+、|\d+[.、]|[(（][^)）]{1,3}[)）])?\s*(\S.*)$")


def least(source: Source) -> int:
    text = to_simplified(source.text.encode().decode())
    return sum(LINE.match(line) is not None for line in text.splitlines())


def rate(read: Callable[[Source], object], sources: Sequence[Source], megabytes: float) -> float:
    """Megabytes (of UTF-8) a second of processor time, whole rounds over all sources."""
    size = sum(len(source.text.encode()) for source in sources) / 1e6
    rounds = max(1, round(megabytes / size))
    start = time.process_time()
    for _round in range(rounds):
        for source in sources:
            read(source)
    return rounds * size / (time.process_time() - start)


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="end with one line of JSON")
    parser.add_argument("--scale", type=float, default=1.0, help="megabytes to read")
    options = parser.parse_args(argv)
    gold = sorted(CORPUS.glob("*.gold.json"))
    files = [path for file in gold for path in CORPUS.glob(f"{file.name.removesuffix('.gold.json')}.*") if path != file]
    sources = [read_path(path) for path in files]
    for source in sources:  # patterns compiled, tables loaded
        read_charters(source)
    floors, ours = [], []
    for _turn in range(3):
        floors.append(rate(least, sources, options.scale))
        ours.append(rate(read_charters, sources, options.scale))
    value, floor = max(ours), max(floors)
    print(f"{len(sources)} documents: {value:.2f} MB/s; the least possible {floor:.1f} MB/s")
    if options.json:
        result = {"bench": "extract", "value": round(value, 3), "floor": round(floor, 2), "unit": "MB/s"}
        print(json.dumps({**result, "ratio": round(value / floor, 4)}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
