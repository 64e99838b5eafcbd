"""What partners are screened by: a rubric, and a checklist for each kind of partner.

A checklist has what every partner is asked and what its kind is asked besides. Each item is of one area, has a weight,
may be a knock-out, and names the kinds of documents that show it.
"""

import hashlib
from collections.abc import Sequence
from typing import Annotated, Self

import orjson
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator
from pydantic.alias_generators import to_camel

from city_pack.split_plans import ALL

AREAS = ("LAW", "SECURITY", "TECHNOLOGY", "PRODUCT", "SERVICE")
ITEMS_MAX = 100
WEIGHT_MAX = 100

type Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=64)]
type Area = Annotated[str, StringConstraints(pattern=f"^({'|'.join(AREAS)})$")]
type Kind = Annotated[str, StringConstraints(pattern=r"^[A-Z]+(_[A-Z]+)*$", max_length=64)]
type Question = Annotated[str, StringConstraints(pattern=r"^\S(.*\S)?$", max_length=120)]
type Points = Annotated[int, Field(ge=0, le=ALL)]


class Part(BaseModel):
    """A part of a pack, as `city_pack.pack.Part` is."""

    model_config = ConfigDict(extra="forbid", frozen=True, alias_generator=to_camel, strict=True)


class Item(Part):
    """One thing that a screener looks at."""

    code: Slug
    area: Area
    question: dict[str, Question]  # by language
    weight: Annotated[int, Field(ge=1, le=WEIGHT_MAX)] = 1
    knock_out: bool = False  # whoever does not meet it in full is not let through, whatever the rest adds up to
    evidence: tuple[Slug, ...] = ()  # kinds of documents, any of which shows it


class Checklist(Part):
    """What one kind of partner is screened by: complete, and the same wherever its version is the same."""

    edition: str
    pass_at: int
    area_at: int
    items: tuple[Item, ...]

    @property
    def version(self) -> str:
        """The SHA-256 of all there is in it, in hexadecimal digits."""
        content = orjson.dumps(self.model_dump(), option=orjson.OPT_SORT_KEYS)
        return hashlib.sha256(content).hexdigest()


class Screening(Part):
    """A city's rubric: what is asked of whom, and how much of it is enough."""

    edition: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9.-]{0,39}$")]  # as people name it
    pass_at: Points  # of all weights together, in hundredths of a percent
    area_at: Points  # of the weights of each area
    review_days: Annotated[int, Field(ge=1, le=3_660)] = 365  # for so long certificates are issued on a review
    renewal_days: Annotated[int, Field(ge=8, le=366)] = 60  # so long before its last day evidence is to be renewed
    appeal_days: Annotated[int, Field(ge=1, le=366)] = (
        30  # for so long a rejection or suspension may be appealed against
    )
    documents: dict[Slug, dict[str, Question]] = Field(default_factory=dict)  # kinds of documents, by code
    items: Annotated[tuple[Item, ...], Field(min_length=1, max_length=ITEMS_MAX)]  # of every partner
    kinds: dict[Kind, Annotated[tuple[Item, ...], Field(max_length=ITEMS_MAX)]] = Field(default_factory=dict)

    @model_validator(mode="after")
    def it_can_be_followed(self) -> Self:
        if missing := set(AREAS) - {item.area for item in self.items}:
            raise ValueError(f"items: must have one of each area, and there is none of {', '.join(sorted(missing))}")
        for where, items in (("items", self.items), *((f"kinds.{kind}", more) for kind, more in self.kinds.items())):
            known: set[str] = set() if items is self.items else {item.code for item in self.items}
            for index, item in enumerate(items):
                if item.code in known:
                    raise ValueError(f"{where}[{index}]: {item.code} is there twice")
                known.add(item.code)
                if unknown := set(item.evidence) - self.documents.keys():
                    raise ValueError(f"{where}[{index}]: documents has no {min(unknown)}")
        return self

    def of(self, kind: str) -> Checklist:
        """The checklist of a kind of partner, such as CLINIC."""
        items = self.items + self.kinds.get(kind, ())
        return Checklist(edition=self.edition, passAt=self.pass_at, areaAt=self.area_at, items=items)

    @property
    def texts(self) -> Sequence[tuple[str, dict[str, str]]]:
        """Every text in it, and where it stands."""
        items = [*self.items, *(item for more in self.kinds.values() for item in more)]
        texts = [(f"screening: the question of {item.code}", item.question) for item in items]
        return texts + [(f"screening.documents.{code}", name) for code, name in self.documents.items()]


def plain(locales: Sequence[str]) -> Screening:
    """What a city asks whose pack does not say: one knock-out item an area, in English."""
    questions = {
        "LAW": "May it do by law what it offers, and are its licences in force?",
        "SECURITY": "Does it keep people's data safe, and was that assessed?",
        "TECHNOLOGY": "Do its systems work with the city's?",
        "PRODUCT": "Is what it sells sound, and are its risks known?",
        "SERVICE": "Does it answer for its service, and hear complaints?",
    }
    items = tuple(
        Item(code=area.lower(), area=area, question=dict.fromkeys(locales, question), knockOut=True)
        for area, question in questions.items()
    )
    return Screening(edition="plain-1", passAt=ALL, areaAt=ALL, items=items)
