from remit.kernel.authority.models.declared import DeclaredAction
from remit.kernel.authority.models.grant import AuthorityState, Grant, SeparationRule
from remit.kernel.authority.models.matter import Matter, MatterNumber
from remit.kernel.authority.models.obligation import Obligation
from remit.kernel.authority.models.request import Request, RequestNumber, Step
from remit.kernel.authority.models.ruling import Ruling

__all__ = [
    "AuthorityState", "DeclaredAction", "Grant", "Matter", "MatterNumber", "Obligation", "Request", "RequestNumber",
    "Ruling", "SeparationRule", "Step",
]  # fmt: skip
