"""What a scan of a resident's code opens: only one that was made with a network, in the code's own minute."""

from chassis.refusals import Refusal


class LateScan(Refusal):
    code = "late-scan"
    title = "A scan that was sent in late proves a service; it opens no record."
