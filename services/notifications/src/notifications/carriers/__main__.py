"""`python -m notifications.carriers`: carriers of messages to try things on."""

import logging

import uvloop

from notifications.carriers.sandbox import serve

logging.basicConfig(level=logging.INFO)
uvloop.run(serve())
