"""`remit serve`: one process that starts the database, the web server and the job worker, and answers for them.

Outside the kernel and free of Django: it must be able to start the database before the settings are read, and it must stay
small, because everything ends with it. docs/adr/0003-granian-and-supervisor.md has the reasons.
"""

from remit.serving.ports import PortUnusable
from remit.serving.service import serve
from remit.serving.supervisor import Program, Supervisor

__all__ = ["PortUnusable", "Program", "Supervisor", "serve"]
