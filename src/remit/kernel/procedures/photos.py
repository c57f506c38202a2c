"""Photos as evidence: what a picture file really is, when and where the camera says it was taken, and its thumbnail.

A camera's word can be changed by who wants to; it is shown beside the answer and weighed by people. Without it a photo counts, too.
"""

import datetime as dt
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from io import BytesIO
from typing import Any, Final

from django.utils import timezone
from django.utils.translation import gettext as _
from PIL import ExifTags, Image, ImageOps

from remit.kernel.authority.facts import BadFact
from remit.kernel.documents.models import StoredFile
from remit.kernel.documents.queries import content_of

PHOTO_BYTES_MAX: Final = 12 * 1024 * 1024
# A picture of few bytes may unfold to gigabytes; no telephone takes larger ones than this.
PIXELS_MAX: Final = 120_000_000
FORMATS: Final[Mapping[str, str]] = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
THUMBNAIL: Final = 320


@dataclass(frozen=True, slots=True)
class Shot:
    """What the camera wrote into the picture; None and "" where it wrote nothing. Degrees as in a place."""

    taken_at: dt.datetime | None = None
    latitude: str = ""
    longitude: str = ""

    def as_json(self) -> dict[str, str]:
        found = {"taken_at": self.taken_at.isoformat() if self.taken_at else ""}
        return {
            name: text
            for name, text in {**found, "latitude": self.latitude, "longitude": self.longitude}.items()
            if text
        }


def read_shot(file: StoredFile, field: str) -> Shot:
    """What a stored file shows as a photo. Raises BadFact where it is none, whatever its name says."""
    if file.size > PHOTO_BYTES_MAX:
        raise _too_large(file.name, field)
    return read_picture(content_of(file), file.name, field)


def _too_large(name: str, field: str) -> BadFact:
    return BadFact(
        field, _("The photo “%(name)s” is larger than %(n)d MB.") % {"name": name, "n": PHOTO_BYTES_MAX // 2**20}
    )


def read_picture(content: bytes, name: str, field: str) -> Shot:
    """The same before it is kept: a stranger's file is looked at first. Raises BadFact."""
    if len(content) > PHOTO_BYTES_MAX:
        raise _too_large(name, field)
    try:
        with opened(content) as image:
            shot = _shot(image)
        with opened(content) as image:  # anew: what looked for notes may have read on
            _go_through(image)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        sentence = _("“%(name)s” is no photo that can be read; use JPEG, PNG or WebP.") % {"name": name}
        raise BadFact(field, sentence) from error
    return shot


def _go_through(image: Image.Image) -> None:
    """A picture that breaks off shows only when it is read to its end; a JPEG is read small, which takes an eighth of the time."""
    if image.format == "JPEG":
        image.draft("RGB", (64, 64))
        image.load()
    else:
        image.verify()


def opened(content: bytes) -> Image.Image:
    """Only the formats that cameras and browsers make; Pillow's other readers never see the bytes. Raises OSError, ValueError."""
    with warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            image = Image.open(BytesIO(content), formats=list(FORMATS))
        except Image.DecompressionBombWarning as error:
            raise ValueError(str(error)) from error
    if image.width * image.height > PIXELS_MAX:
        raise ValueError("too many pixels")
    return image


def thumbnail(file: StoredFile) -> bytes:
    """A JPEG of 320 pixels at most, upright, without what the camera wrote into it. Raises OSError, ValueError."""
    with opened(content_of(file)) as image:
        image.draft("RGB", (THUMBNAIL * 2, THUMBNAIL * 2))
        small = ImageOps.exif_transpose(image)
        small.thumbnail((THUMBNAIL, THUMBNAIL))
        made = BytesIO()
        small.convert("RGB").save(made, "JPEG", quality=80)
    return made.getvalue()


def _shot(image: Image.Image) -> Shot:
    """Cameras write much nonsense: what can't be read counts as not written."""
    try:
        exif = image.getexif()
        inner, gps = exif.get_ifd(ExifTags.IFD.Exif), exif.get_ifd(ExifTags.IFD.GPSInfo)
    except (OSError, ValueError, SyntaxError, KeyError, TypeError):
        return Shot()
    latitude, longitude = _angle(gps, 2, "S", 90), _angle(gps, 4, "W", 180)
    both = latitude and longitude
    return Shot(_taken(inner), latitude if both else "", longitude if both else "")


def _taken(inner: Mapping[int, Any]) -> dt.datetime | None:
    """Cameras write local time; the newer ones with the zone."""
    text, offset = (
        str(inner.get(ExifTags.Base.DateTimeOriginal, "")),
        str(inner.get(ExifTags.Base.OffsetTimeOriginal, "")),
    )
    try:
        moment = dt.datetime.strptime(text.strip("\x00 "), "%Y:%m:%d %H:%M:%S")
    except ValueError:
        return None
    try:
        return moment.replace(tzinfo=dt.datetime.strptime(offset.strip("\x00 "), "%z").tzinfo)
    except ValueError:
        return timezone.make_aware(moment)


def _angle(gps: Mapping[int, Any], tag: int, negative: str, most: int) -> str:
    """Degrees, minutes and seconds as one signed number of degrees."""
    try:
        degrees, minutes, seconds = (Decimal(str(float(part))) for part in gps[tag])
        angle = degrees + minutes / 60 + seconds / 3600
        if not angle.is_finite() or angle > most:
            return ""
        return f"{-angle if str(gps.get(tag - 1, '')).startswith(negative) else angle:.6f}"
    except (KeyError, TypeError, ValueError, ArithmeticError):
        return ""
