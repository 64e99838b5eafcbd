"""`python -m backups`: see `backups.sets`."""

import sys

from backups import sets

sys.exit(sets.main())
