"""How much may come in from outside within an hour: by address, by telephone number, by case, by company. Counted in the database,
so that every process counts the same; addresses and numbers stand there as digests only."""

import datetime as dt
import ipaddress
from collections.abc import Collection, Mapping
from typing import Final

from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from remit.kernel.procedures.errors import TooMany
from remit.kernel.procedures.models import PublicTouch

HOUR: Final = dt.timedelta(hours=1)
KEPT: Final = dt.timedelta(days=1)
# Matters sent in within an hour. A family, or a small office, sits behind one address.
BY_ADDRESS: Final = 6
BY_PHONE: Final = 3
# Words, confirmations and ratings within an hour.
WORDS_BY_CASE: Final = 10
WORDS_BY_ADDRESS: Final = 30
COMPANY: Final = "company"


def bucket(kind: str, value: str) -> str:
    """What is counted, unreadable: "address:9f3c…"."""
    return f"{kind}:{salted_hmac('remit.public-limits', f'{kind}/{value}', algorithm='sha256').hexdigest()[:32]}"


def address_bucket(address: str, kind: str = "address") -> str:
    """Of IPv6 the network counts: one household has as many addresses as it likes."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return bucket(kind, address[:100])
    if isinstance(found, ipaddress.IPv6Address):
        found = found.ipv4_mapped or ipaddress.ip_network((found, 64), strict=False).network_address
    return bucket(kind, str(found))


def refuse_too_many(company_id: int, most: Mapping[str, int], at: dt.datetime, telephone: str) -> None:
    """Raises TooMany where one of the buckets is full. One query."""
    since = at - HOUR
    rows = PublicTouch.objects.filter(company=company_id, bucket__in=list(most), at__gt=since).order_by("-at")
    found: dict[str, list[dt.datetime]] = {}
    for name, moment in rows.values_list("bucket", "at"):
        found.setdefault(name, []).append(moment)
    free = [found[name][count - 1] + HOUR for name, count in most.items() if len(found.get(name, ())) >= count]
    if not free:
        return
    values = {"time": timezone.localtime(max(free)).strftime("%H:%M"), "telephone": telephone}
    if telephone:
        raise TooMany(
            _("Too much has come in within an hour. Try again from %(time)s, or call %(telephone)s now.") % values
        )
    raise TooMany(_("Too much has come in within an hour. Try again from %(time)s.") % values)


def count(company_id: int, buckets: Collection[str], at: dt.datetime) -> None:
    """Note it, and forget what is a day old. Inside the action that took it in."""
    PublicTouch.objects.filter(company=company_id, at__lt=at - KEPT).delete()
    PublicTouch.objects.bulk_create(PublicTouch(company_id=company_id, bucket=name, at=at) for name in buckets)
