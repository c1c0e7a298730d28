# SPDX-License-Identifier: GPL-2.0-only
"""Counting tests: verdicts by suite and name, what failed and why, one closing line."""
import contextlib
import json
import sys
import threading

from outboard import steps


class Report:
    """Verdicts of one part of the tests, which are stored by its name, if it has one.
    Safe to use from several threads."""

    def __init__(self, part):
        self.part = part
        self.verdicts = {}
        self._lock = threading.Lock()

    def add(self, suite, name, verdict, detail="", show=True):
        """@verdict: pass, fail or skip; @detail: why, for the last two. @show: say a failure."""
        with self._lock:
            self.verdicts.setdefault(suite, {})[name] = (
                verdict if verdict == "pass" else f"{verdict}: {detail}")
        if verdict == "fail" and show:
            steps.say(f"  not ok {suite}: {name}")
            for line in str(detail).splitlines()[:25]:
                steps.say(f"         {line}")

    @contextlib.contextmanager
    def test(self, suite, name):
        """A test that passes unless its block raises; AssertionError is a finding."""
        try:
            yield
        except AssertionError as finding:
            self.add(suite, name, "fail", str(finding) or "assertion failed")
        except Exception as error:
            self.add(suite, name, "fail", f"{type(error).__name__}: {error}")
        else:
            self.add(suite, name, "pass")

    def counts(self):
        words = [v.split(":")[0] for suite in self.verdicts.values() for v in suite.values()]
        return words.count("pass"), words.count("fail"), words.count("skip")

    def save(self):
        """Store the verdicts."""
        if not self.part:
            return
        path = steps.BUILD / "results" / f"{self.part}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps({"part": self.part, "suites": self.verdicts}, indent=1) + "\n")

    def close(self):
        """Store the verdicts, print skips and the closing line; returns the exit status."""
        self.save()
        for suite, tests in self.verdicts.items():
            for name, verdict in tests.items():
                if verdict.startswith("skip"):
                    steps.say(f"  {verdict}  ({suite}: {name})")
        passed, failed, skipped = self.counts()
        print(f"{passed} passed, {failed} failed, {skipped} skipped")
        sys.stdout.flush()
        return 1 if failed or not passed else 0
