from remit.kernel.parties.models.activity import Activity, ActivityKind
from remit.kernel.parties.models.allocation import (
    Allocation,
    AllocationLine,
    AllocationSource,
    Capacity,
    FirstContact,
)
from remit.kernel.parties.models.belonging import Collaborator, PoolPolicy, Transfer, TransferKind, TransferLine
from remit.kernel.parties.models.field import CustomField
from remit.kernel.parties.models.file import FileKind, PartyFile
from remit.kernel.parties.models.merge import Merge
from remit.kernel.parties.models.party import Grade, Party, PartyKind, PartyNumber, PartyStatus
from remit.kernel.parties.models.privacy import Channel, Consent, ContactPolicy, Purpose
from remit.kernel.parties.models.reach import ContactKind, ContactPoint, Identifier, IdentifierKind
from remit.kernel.parties.models.segment import Segment
from remit.kernel.parties.models.taking_in import RUNNING, ColumnMapping, ImportedParty, ImportRun, Upload, UploadStage
from remit.kernel.parties.models.ties import PartyTag, Relation, RelationKind, Tag

__all__ = [
    "RUNNING",
    "Activity",
    "ActivityKind",
    "Allocation",
    "AllocationLine",
    "AllocationSource",
    "Capacity",
    "Channel",
    "Collaborator",
    "ColumnMapping",
    "Consent",
    "ContactKind",
    "ContactPoint",
    "ContactPolicy",
    "CustomField",
    "FileKind",
    "FirstContact",
    "Grade",
    "Identifier",
    "IdentifierKind",
    "ImportRun",
    "ImportedParty",
    "Merge",
    "Party",
    "PartyFile",
    "PartyKind",
    "PartyNumber",
    "PartyStatus",
    "PartyTag",
    "PoolPolicy",
    "Purpose",
    "Relation",
    "RelationKind",
    "Segment",
    "Tag",
    "Transfer",
    "TransferKind",
    "TransferLine",
    "Upload",
    "UploadStage",
]
