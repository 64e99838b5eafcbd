"""Base45 (RFC 9285), as in QR codes. The library for it goes digit by digit, half of what a code costs to issue."""

import struct
from itertools import chain
from struct import pack, unpack

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
DIGITS = {letter: value for value, letter in enumerate(ALPHABET)}
PAIRS = [low + high for high in ALPHABET for low in ALPHABET]  # the two lower digits of a number


def encode(data: bytes) -> str:
    numbers = unpack(f">{len(data) // 2}H", data[: len(data) // 2 * 2])
    text = "".join(chain.from_iterable((PAIRS[number % 2025], ALPHABET[number // 2025]) for number in numbers))
    return text + PAIRS[data[-1]] if len(data) % 2 else text


def decode(text: str) -> bytes:
    """Raises ValueError where the text is no base45."""
    if len(text) % 3 == 1:
        raise ValueError("this is not base45: a letter is missing")
    try:
        digits = [DIGITS[letter] for letter in text]
        whole = len(digits) // 3 * 3
        numbers = [
            low + 45 * middle + 2025 * high
            for low, middle, high in zip(digits[:whole:3], digits[1:whole:3], digits[2:whole:3], strict=True)
        ]
        data = pack(f">{len(numbers)}H", *numbers)
        if len(digits) % 3 == 0:
            return data
        low, middle = digits[whole:]
        return data + pack(">B", low + 45 * middle)
    except (KeyError, struct.error):
        raise ValueError("this is not base45") from None
