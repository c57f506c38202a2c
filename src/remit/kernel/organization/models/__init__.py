from remit.kernel.organization.models.acting import Acting
from remit.kernel.organization.models.appointment import Appointment
from remit.kernel.organization.models.person import Person
from remit.kernel.organization.models.position import Position, PositionSpell, ReportingLine
from remit.kernel.organization.models.unit import Unit, UnitSpell

__all__ = ["Acting", "Appointment", "Person", "Position", "PositionSpell", "ReportingLine", "Unit", "UnitSpell"]
