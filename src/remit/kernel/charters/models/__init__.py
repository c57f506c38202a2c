from remit.kernel.charters.models.charter import Charter, CharterPosition, CharterVersion
from remit.kernel.charters.models.draft import DraftCharter, DraftItem
from remit.kernel.charters.models.imported import ImportedDocument
from remit.kernel.charters.models.signature import Signature

__all__ = [
    "Charter", "CharterPosition", "CharterVersion", "DraftCharter", "DraftItem", "ImportedDocument", "Signature",
]  # fmt: skip
