"""The settings of a process that goes by its city's pack."""

import os
from datetime import timedelta
from functools import cached_property

import chassis.settings
from chassis.settings import SettingUnfit
from pydantic import Field

from city_pack import pack

MOVED_BY = "FAKETIME_TIMESTAMP_FILE"  # names the file that says how far a moved clock is ahead


class Settings(chassis.settings.Settings):
    """The settings every process has, and the city's pack. What a service adds is a subclass in its `app.py`."""

    city_file: str = ""  # the city's pack, see docs/operate.md
    # how far a sandbox's clock is ahead of the world's; never a city's
    clock_ahead_seconds: int = Field(default=0, ge=0)

    def check(self) -> None:
        super().check()
        if not self.city.sandbox and (self.clock_ahead_seconds or MOVED_BY in os.environ):
            raise SettingUnfit(
                f"YIMA_CLOCK_AHEAD_SECONDS and {MOVED_BY} move a sandbox's clock, and the city's pack is no sandbox's: "
                "take them away"
            )

    @cached_property
    def city(self) -> pack.City:
        """The city's pack. Raises `BadPack` where there is none, or it cannot be used."""
        return pack.read(self.city_file)

    @property
    def clock_ahead(self) -> timedelta:
        """How far the clock here is ahead of the one outside, by which whoever calls signs, and holds what we sign."""
        return timedelta(seconds=self.clock_ahead_seconds)
