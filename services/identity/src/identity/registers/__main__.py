"""`python -m identity.registers`: registers to try things on."""

import sys

from chassis.service import run_alone

from identity.registers.sandbox import serve

sys.exit(run_alone(serve))
