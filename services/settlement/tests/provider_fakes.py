"""Payment providers for tests: the port straight onto the sandbox's own books."""

from collections.abc import Sequence

from settlement.provider.http import SandboxSteps
from settlement.provider.port import Outcome, PaymentMethod, ProviderRequest, Unreachable, method_of, outcome_of
from settlement.provider.sandbox.books import OFFERED, Sandbox


class SandboxBooks(SandboxSteps):
    """The provider port straight onto the sandbox's books; `away` is a provider that does not answer, `step` of how
    many minor units what it takes and gives back is a multiple."""

    def __init__(self, sandbox: Sandbox, step: int = 1) -> None:
        self.sandbox = sandbox
        self.away = False
        self.step = step

    def payable_step(self, _currency: str) -> int:
        return self.step

    async def ask(self, path: str, key: str, **what: object) -> Outcome:
        if path != "/payouts" and int(str(what.get("amount", 0))) % self.step:
            return Outcome(False, reason=f"amounts are multiples of {self.step}")
        answer = self.sandbox.carry_out(path, key, dict(what))
        if self.away:
            raise Unreachable("done, but the answer was lost")
        return outcome_of(answer)

    async def methods(self, _currency: str) -> Sequence[PaymentMethod]:
        return [method_of(method) for method in OFFERED]

    async def look_up(self, request: ProviderRequest) -> Outcome | None:
        answer = self.sandbox.look_up(request.key)
        return None if answer is None else outcome_of(answer)
