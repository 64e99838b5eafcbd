#!/bin/sh
# Compare the contracts with the last released ones (the newest tag, else the first commit that has them).
set -eu
cd "$(dirname "$0")/.."
against=$(git describe --tags --abbrev=0 2>/dev/null || git log --diff-filter=A --format=%H -- proto/buf.yaml | tail -n 1)
if [ -z "$against" ]; then
    echo "breaking: no earlier contracts to compare with"
    exit 0
fi
cd proto
../.venv/bin/buf breaking --against "../.git#ref=$against,subdir=proto"
