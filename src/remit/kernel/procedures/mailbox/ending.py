"""That a case which came by mail has ended, told to who wrote: the outcome in his words, and where he says with one tap how content he is.

The mail only leads to the page: programs that open the links of mails before people do must not vote.
"""

import datetime as dt
import logging
from typing import Any, Final

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext as _

from remit.kernel.audit.actions import record
from remit.kernel.procedures.compiled import spec_of
from remit.kernel.procedures.engine import CANCELLED
from remit.kernel.procedures.mailbox.answering import MOST_IN_A_RUN, SENDER, over_one_line, reply, status_address
from remit.kernel.procedures.models import IncomingMail
from remit.kernel.procedures.models.mailbox import MOST_ENDINGS
from remit.kernel.procedures.public.reading import LEVEL_LABELS, customer_view
from remit.kernel.work.notices.mailing import AGAIN_AFTER, is_set_up, reason_not_taken
from remit.lib import clock

logger = logging.getLogger(__name__)
# A server that was down for weeks must not tell of what is long forgotten.
FRESH: Final = dt.timedelta(days=3)


def send_endings() -> int:
    """Over one connection, each in a transaction of its own. Returns how many went out."""
    if not is_set_up() or not settings.PUBLIC_URL:
        return 0
    now = clock.now()
    waiting = IncomingMail.objects.filter(
        Q(ending_after=None) | Q(ending_after__lte=now),
        state="opened", answered_at__isnull=False, ending_sent_at=None, ending_tries__lt=MOST_ENDINGS, case__closed_at__lte=now,
    )  # fmt: skip
    return over_one_line(list(waiting.order_by("pk").values_list("pk", flat=True)[:MOST_IN_A_RUN]), _tell)


def _tell(pk: int, server: Any) -> bool:
    with transaction.atomic():
        related = ("case__version", "case__company", "case__party", "mailbox")
        found = IncomingMail.objects.select_for_update(skip_locked=True, of=("self",)).select_related(*related)
        mail = found.filter(pk=pk, ending_sent_at=None, ending_tries__lt=MOST_ENDINGS).first()
        if mail is None:
            return False
        message = compose(mail)
        if message is None:
            mail.ending_tries = MOST_ENDINGS
            mail.save(update_fields=["ending_tries"])
            return False
        message.connection = server
        refused = reason_not_taken(message)
        if refused is not None:
            mail.ending_tries = MOST_ENDINGS if refused.for_good else mail.ending_tries + 1
            mail.ending_after = clock.now() + AGAIN_AFTER[min(mail.ending_tries, len(AGAIN_AFTER)) - 1]
            mail.save(update_fields=["ending_tries", "ending_after"])
            logger.warning("the end of the case of mail %s was not taken: %s", mail.pk, refused.text)
            return False
        mail.ending_sent_at = clock.now()
        mail.save(update_fields=["ending_sent_at"])
        record(
            SENDER, "mailbox.tell_end", subject=("mail", mail.pk, mail.subject or mail.sender), company_id=mail.company_id,
            changes={"case": mail.case.number if mail.case else ""},
        )  # fmt: skip
        return True


def compose(mail: IncomingMail) -> EmailMessage | None:
    """None where there is nothing to say: cancelled, open again, too long ago, no question of how content he is, no good link."""
    case = mail.case
    if case is None or case.closed_at is None or case.outcome == CANCELLED or case.closed_at < clock.now() - FRESH:
        return None
    address = status_address(case)
    if spec_of(case.version).satisfaction is None or not address:
        return None
    with translation.override(settings.LANGUAGE_CODE):
        view = customer_view(case)
        lines = [
            f"{case.number}: {view.says}",
            *(f"{name}: {text}" for name, text in view.tells),
            "",
            _("How content are you? One tap on this page is enough: %(address)s") % {"address": address},
            " · ".join(f"{level} {name}" for level, name in LEVEL_LABELS),
            "",
            case.company.name,
        ]
    return reply(mail, lines, "case-end")
