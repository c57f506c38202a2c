#!/usr/bin/env python3
"""Django's own commands, for developers. Operators and users have `remit`."""

import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "remit.settings")
    os.environ.setdefault("REMIT_ENV", "development")
    execute_from_command_line(sys.argv)
