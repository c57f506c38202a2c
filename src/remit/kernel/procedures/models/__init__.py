from remit.kernel.procedures.models.case import Case, CaseMoment, CaseNumber, StepRun
from remit.kernel.procedures.models.mailbox import IncomingMail, Mailbox
from remit.kernel.procedures.models.plan import CompanyPlan, Plan, PlannedCase
from remit.kernel.procedures.models.procedure import Procedure, ProcedureVersion
from remit.kernel.procedures.models.public import (
    CustomerWord,
    IntakePage,
    PublicTouch,
    Rating,
    StatusLink,
    Submission,
)
from remit.kernel.procedures.models.saved_view import SavedView

__all__ = [
    "Case",
    "CaseMoment",
    "CaseNumber",
    "CompanyPlan",
    "CustomerWord",
    "IncomingMail",
    "IntakePage",
    "Mailbox",
    "Plan",
    "PlannedCase",
    "Procedure",
    "ProcedureVersion",
    "PublicTouch",
    "Rating",
    "SavedView",
    "StatusLink",
    "StepRun",
    "Submission",
]
