from remit.kernel.audit.models.event import Event
from remit.kernel.audit.models.seal import Seal

__all__ = ["Event", "Seal"]
