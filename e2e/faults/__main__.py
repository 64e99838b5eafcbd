"""`python -m e2e.faults`, as `make faults` runs it."""

import argparse
import asyncio
import os
import sys
from functools import partial
from pathlib import Path

import e2e.faults
from e2e.faults import injected, report
from e2e.faults.injected import FAULTS
from e2e.faults.run import faults

DOCS = Path(__file__).parents[2] / "docs"
IN_NAMESPACE = "YIMA_FAULTS_NAMESPACE"


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="make faults", description=e2e.faults.__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--minutes", type=float, default=10.0, help="begin no other fault after so long")
    parser.add_argument("--seed", type=int, default=20261130)
    parser.add_argument("--only", default="", help="faults, separated by commas")
    parser.add_argument("--mutual-tls", action="store_true", help="services speak mutual TLS; certificates are renewed")
    parser.add_argument("--list", action="store_true", help="list the faults, and what this machine lacks for them")
    parser.add_argument("--folder", type=Path, help="an empty folder, in which databases and logs are kept")
    parser.add_argument("--report", type=Path, help="a folder for faults-last.md and .json; --keep is docs/")
    parser.add_argument("--keep", action="store_true", help="keep the report in docs/")
    arguments = parser.parse_args()
    if arguments.list:
        for each in FAULTS.values():
            print(f"{each.name:34} {f'LEFT OUT: {lacks}. ' if (lacks := each.lacks()) else ''}{each.about}")
        return 0
    only = [name.strip() for name in arguments.only.split(",") if name.strip()]
    if unknown := [name for name in only if name not in FAULTS]:
        sys.exit(f"there is no fault {', '.join(unknown)}; there are {', '.join(FAULTS)}")
    if (not only or "netem" in only) and not injected.no_netem() and IN_NAMESPACE not in os.environ:
        os.environ[IN_NAMESPACE] = "1"  # the loopback that is made slow is nobody else's
        again = [sys.executable, "-m", "e2e.faults", *sys.argv[1:]]
        os.execvp("unshare", ["unshare", "--net", "sh", "-c", 'ip link set lo up && exec "$0" "$@"', *again])
    folder = DOCS if arguments.keep else arguments.report
    said = f"--minutes {arguments.minutes:g} --seed {arguments.seed}{f" --only '{arguments.only}'" if only else ''}"
    said += " --mutual-tls" if arguments.mutual_tls else ""
    write = None if folder is None else partial(report.write, folder=folder, arguments=said, cores=os.cpu_count() or 1)
    run = faults(arguments.minutes, arguments.seed, only, arguments.folder, write, mutual_tls=arguments.mutual_tls)
    return asyncio.run(run)


if __name__ == "__main__":
    sys.exit(main())
