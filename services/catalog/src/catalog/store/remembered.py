"""What the database said a moment ago, and is taken to hold still."""

from dataclasses import dataclass, field
from time import monotonic


@dataclass
class Remembered:
    """Texts that are so for some seconds from when they were seen to be. There are at most so many."""

    seconds: float
    most: int
    until: dict[str, float] = field(default_factory=dict)

    def __contains__(self, text: str) -> bool:
        return self.until.get(text, 0) > monotonic()

    def add(self, *texts: str) -> None:
        if len(self.until) + len(texts) > self.most:
            self.until.clear()
        self.until.update(dict.fromkeys(texts[: self.most], monotonic() + self.seconds))
