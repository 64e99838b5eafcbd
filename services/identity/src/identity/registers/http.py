"""Registers reached over HTTP, such as the sandbox's. A city's own have an adapter that speaks like it."""

from chassis.questions import Questions

from identity.registers.port import CheckedLicence, CheckedPerson, checked_licence, checked_person


class HttpRegisters(Questions):
    """The registers at one address."""

    async def check_person(self, name: str, number: str) -> CheckedPerson:
        return await self.ask("/people/checks", checked_person, name=name, number=number)

    async def check_licence(self, name: str, number: str) -> CheckedLicence:
        return await self.ask("/licences/checks", checked_licence, name=name, number=number)
