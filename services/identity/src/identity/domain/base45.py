"""Base45 (RFC 9285), as in QR codes. The library for it goes digit by digit, half of what a code costs to issue."""

import struct
from itertools import chain
from struct import pack, unpack

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
HIGH = {letter: 2025 * value for value, letter in enumerate(ALPHABET)}  # the highest digit of a number
PAIRS = [low + high for high in ALPHABET for low in ALPHABET]  # the two lower digits of a number
LOW = {pair: value for value, pair in enumerate(PAIRS)}


def encode(data: bytes) -> str:
    numbers = unpack(f">{len(data) // 2}H", data[: len(data) // 2 * 2])
    text = "".join(chain.from_iterable((PAIRS[number % 2025], ALPHABET[number // 2025]) for number in numbers))
    return text + PAIRS[data[-1]] if len(data) % 2 else text


def decode(text: str) -> bytes:
    """Raises ValueError where the text is no base45."""
    if len(text) % 3 == 1:
        raise ValueError("this is not base45: a letter is missing")
    try:
        whole = len(text) // 3 * 3
        numbers = [LOW[text[at : at + 2]] + HIGH[text[at + 2]] for at in range(0, whole, 3)]
        data = pack(f">{len(numbers)}H", *numbers)
        return data if whole == len(text) else data + pack(">B", LOW[text[whole:]])
    except (KeyError, struct.error):
        raise ValueError("this is not base45") from None
