"""Why a file was not stored, found or printed. Each is one whole sentence with what to do next."""

from remit.lib.refusals import Refusal


class FileTooLarge(Refusal):
    code = "file_too_large"
    status = 413


class EmptyFile(Refusal):
    code = "empty_file"
    status = 422


class BadFileName(Refusal):
    code = "bad_file_name"
    status = 422


class FileNotFound(Refusal):
    """There is no such file, or it isn't this person's to read: strangers can't tell the two apart."""

    code = "not_found"
    status = 404


class FileDamaged(Refusal):
    """What lies on the disk is not what was stored."""

    code = "file_damaged"
    status = 500


class BadTemplate(Refusal):
    """A template that can't be read or does what templates may not."""

    code = "bad_template"
    status = 422


class BadPaperData(Refusal):
    """A paper can't be made of these data: a template's name is missing, a picture is broken, or it is too much."""

    code = "bad_paper_data"
    status = 422
