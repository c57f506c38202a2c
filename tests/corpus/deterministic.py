"""Office packages without the times that the libraries write into them, so that the same input gives the same bytes."""

import io
import re
import zipfile

A_DAY = (2026, 1, 1, 0, 0, 0)


def without_times(package: bytes) -> bytes:
    """The same package with every time in it set to one day."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for entry in source.infolist():
            data = source.read(entry)
            if entry.filename == "docProps/core.xml":
                data = re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", b"2026-01-01T00:00:00Z", data)
            target.writestr(zipfile.ZipInfo(entry.filename, A_DAY), data, zipfile.ZIP_DEFLATED)
    return out.getvalue()
