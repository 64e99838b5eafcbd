"""`python -m notifications.carriers`: carriers of messages to try things on."""

import sys

from chassis.service import run_alone

from notifications.carriers.sandbox import serve

sys.exit(run_alone(serve))
