# SPDX-License-Identifier: GPL-2.0-only
# How many rows and how many allocations does Python's csv see in FILE, each
# with all columns?  usage: table.py FILE
import csv
import sys

with open(sys.argv[1], newline="") as f:
    rows = list(csv.DictReader(f, strict=True))
assert all(None not in r and None not in r.values() for r in rows)
allocs = [r for r in rows if r["event"] == "alloc"]
assert all(int(r["addr"], 16) >= int(r["start"], 16) for r in allocs)
print(len(rows), len(allocs))
