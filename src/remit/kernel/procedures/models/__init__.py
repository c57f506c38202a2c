from remit.kernel.procedures.models.case import Case, CaseMoment, CaseNumber, StepRun
from remit.kernel.procedures.models.mailbox import IncomingMail, Mailbox
from remit.kernel.procedures.models.plan import CompanyPlan, Plan, PlannedCase
from remit.kernel.procedures.models.procedure import Procedure, ProcedureVersion

__all__ = [
    "Case",
    "CaseMoment",
    "CaseNumber",
    "CompanyPlan",
    "IncomingMail",
    "Mailbox",
    "Plan",
    "PlannedCase",
    "Procedure",
    "ProcedureVersion",
    "StepRun",
]
