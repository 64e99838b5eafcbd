"""Amounts as the contract has them."""

from yima.common.v1.types_pb2 import Money


def amount(minor: int, currency: str) -> Money:
    return Money(currency=currency, minor=minor)
