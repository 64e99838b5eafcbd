"""`python -m identity.registers`: registers to try things on."""

import logging

import uvloop

from identity.registers.sandbox import serve

logging.basicConfig(level=logging.INFO)
uvloop.run(serve())
