"""`python -m e2e.fuzz`, as `make fuzz` runs it."""

import argparse
import asyncio
import sys

import e2e.fuzz
from e2e.fuzz.generators import GENERATORS
from e2e.fuzz.run import fuzz, named


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="make fuzz", description=e2e.fuzz.__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--operations", type=int, default=50_000)
    parser.add_argument("--seed", type=int, default=20261124)
    parser.add_argument("--only", default="", help="generators, separated by commas")
    parser.add_argument("--list", action="store_true", help="list the generators, with the attacks they are of")
    arguments = parser.parse_args()
    if arguments.list:
        for one in GENERATORS.values():
            print(f"{one.name:20} {', '.join(one.attacks):28} {' '.join(one.about.split())}")
        return 0
    return asyncio.run(fuzz(arguments.operations, arguments.seed, named(arguments.only)))


if __name__ == "__main__":
    sys.exit(main())
