# SPDX-License-Identifier: GPL-2.0-only
# How many tests, failures and skips does junitparser see in FILE, and do the
# counts that stand there agree?  usage: junit.py FILE
import sys

from junitparser import Failure, JUnitXml, Skipped

xml = JUnitXml.fromfile(sys.argv[1])
count = {"tests": 0, "failures": 0, "skipped": 0}
for suite in xml:
    seen = dict.fromkeys(count, 0)
    for case in suite:
        assert case.name.startswith(suite.name.split(".")[1] + "."), case.name
        assert case.classname == suite.name, case.classname
        seen["tests"] += 1
        for result in case.result:
            if isinstance(result, Failure):
                seen["failures"] += 1
                assert "offender" in result.message and result.text.strip()
            if isinstance(result, Skipped):
                seen["skipped"] += 1
                assert result.message
    for key, value in seen.items():
        assert getattr(suite, key) == value, (suite.name, key, value)
        count[key] += value
for key, value in count.items():
    assert getattr(xml, key) == value, (key, value)
print(count["tests"], count["failures"], count["skipped"])
