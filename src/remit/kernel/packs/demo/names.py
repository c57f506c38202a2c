"""Names for the demo's people and customers: drawn by a seed, each person's pinyin once, so that it can serve as a login."""

from collections.abc import Iterator
from random import Random

from remit.kernel.packs.demo.words import CITIES, FIRMS, GIVEN, MANNERS, SURNAMES, TRADES
from remit.lib.text import pinyin


def people_names(rng: Random, taken: set[str]) -> Iterator[tuple[str, str]]:
    """(name, its pinyin), without end of patience but never the same pinyin twice. `taken` holds those in use, and grows."""
    while True:
        name = rng.choice(SURNAMES) + rng.choice(GIVEN)
        login = pinyin(name, person=True).full
        if login not in taken:
            taken.add(login)
            yield name, login


def customers(rng: Random, number: int) -> list[str]:
    """Consumers as a service desk writes them down: a surname, a manner, the last figures of the telephone."""
    return [f"{rng.choice(SURNAMES)}{rng.choice(MANNERS)}（尾号{rng.randint(1000, 9999)}）" for _n in range(number)]


def branches(rng: Random, number: int) -> list[tuple[str, str]]:
    """(name, trade) of corporate customers with the city that they are at home in, no two alike; at most as many as there are."""
    every = [(city + name + trade, trade) for city in CITIES for name in FIRMS for trade in TRADES]
    return rng.sample(every, min(number, len(every)))


def firms(rng: Random, number: int) -> list[str]:
    """Corporate customers, no two alike; at most as many as the tables combine to."""
    every = [place + trade for place in FIRMS for trade in TRADES]
    return rng.sample(every, min(number, len(every)))
