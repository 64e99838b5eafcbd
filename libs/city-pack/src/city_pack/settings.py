"""The settings of a process that goes by its city's pack."""

from functools import cached_property

import chassis.settings

from city_pack import pack


class Settings(chassis.settings.Settings):
    """The settings every process has, and the city's pack. What a service adds is a subclass in its `app.py`."""

    city_file: str = ""  # the city's pack, see docs/operate.md

    def check(self) -> None:
        super().check()
        _ = self.city

    @cached_property
    def city(self) -> pack.City:
        """The city's pack. Raises `BadPack` where there is none, or it cannot be used."""
        return pack.read(self.city_file)
