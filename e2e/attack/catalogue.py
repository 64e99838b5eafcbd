"""All attacks, in the order they are tried: those that fill the machine last."""

from collections.abc import Sequence

from e2e.attack import accounts, agreements, bus, costs, inputs, money, proving, standing, trust, visits
from e2e.attack.attacks import ATTACKS, Attack

MODULES = (inputs, agreements, standing, visits, accounts, proving, trust, money, bus, costs)


def every_attack() -> Sequence[Attack]:
    order = [module.__name__ for module in MODULES]
    return sorted(ATTACKS, key=lambda attack: order.index(attack.run.__module__))
