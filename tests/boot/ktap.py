# SPDX-License-Identifier: GPL-2.0-only
"""Reads KTAP: nested test results, one line a test.

A result that is missing is a failure as much as one that says 'not ok': a plan
that is absent or not kept, numbers out of order, a stream that ends early.
"""
import dataclasses
import re

PLAN = re.compile(r"1\.\.(\d+)(?: # SKIP ?(.*))?")
RESULT = re.compile(r"(ok|not ok) (\d+)(?: -)?(?: ([^#]*))?(?: ?# ?(SKIP|TODO|XFAIL)\b ?(.*))?")
START = re.compile(r"# start: (.*)")

PASS, FAIL, SKIP = "pass", "fail", "skip"


@dataclasses.dataclass
class Test:
    """A result. @tests: the results below it, none for a leaf."""

    name: str
    outcome: str = FAIL
    why: str = ""
    tests: list = dataclasses.field(default_factory=list)

    def leaves(self, prefix=""):
        """(name, outcome, why) of each leaf, the names of nested tests joined by '/'."""
        for test in self.tests:
            if test.tests:
                yield from test.leaves(f"{prefix}{test.name}/")
            else:
                yield f"{prefix}{test.name}", test.outcome, test.why


class _Group:
    def __init__(self):
        self.plan = None
        self.tests = []
        self.notes = []
        self.started = None

    def missing(self):
        """Tests that stand for what the group's plan promised and did not keep."""
        if self.plan is None:
            return [Test("(plan)", FAIL, "no plan was given")]
        if len(self.tests) == self.plan:
            return []
        if len(self.tests) > self.plan:
            return [Test("(plan)", FAIL, f"{self.plan} tests planned, {len(self.tests)} ran")]
        return [Test(self.started or "(plan)", FAIL,
                     f"no result; {self.plan} tests planned, {len(self.tests)} ended")]


def parse(text):
    """The top-level results of a KTAP stream as a Test without a name."""
    groups = []
    for line in text.splitlines():
        line = line.rstrip("\r")
        body = line.lstrip(" ")
        depth = (len(line) - len(body)) // 2
        if body.startswith("KTAP version "):
            _close(groups, depth)
            while len(groups) <= depth:
                groups.append(_Group())
            continue
        if depth >= len(groups):
            continue
        if match := START.fullmatch(body):
            groups[depth].started = match[1]
            groups[depth].notes = []
        elif body.startswith("#"):
            groups[depth].notes.append(body[1:].strip())
        elif match := PLAN.fullmatch(body):
            groups[depth].plan = int(match[1])
        elif match := RESULT.fullmatch(body):
            _result(groups, depth, match)
    if not groups:
        return Test("", FAIL, "no KTAP at all")
    _close(groups, 1)
    top = groups[0]
    return Test("", PASS, tests=top.tests + top.missing())


def _result(groups, depth, match):
    verdict, number, name, directive, reason = match.groups()
    group = groups[depth]
    inner = groups[depth + 1] if len(groups) > depth + 1 else None
    test = Test((name or "").strip() or f"test {number}", PASS if verdict == "ok" else FAIL)
    if inner:
        _close(groups, depth + 2)
        test.tests = inner.tests + inner.missing()
        del groups[depth + 1:]
        if test.outcome == FAIL and all(outcome != FAIL for _, outcome, _ in test.leaves()):
            test.tests.append(Test("(suite)", FAIL, "; ".join(inner.notes[-3:]) or
                                   "failed, though none of its tests did"))
    if directive == "SKIP" and verdict == "ok":
        test.outcome, test.why = SKIP, reason or "no reason given"
    if test.outcome == FAIL and not inner:
        test.why = "; ".join(group.notes)
    group.notes = []
    group.started = None
    if int(number) != len(group.tests) + 1:
        test.outcome = FAIL
        test.why = f"numbered {number}, is number {len(group.tests) + 1}"
    group.tests.append(test)


def _close(groups, depth):
    """End the groups from @depth on that got no result line of their own."""
    while len(groups) > depth and depth > 0:
        inner = groups.pop()
        outer = groups[-1]
        name = next((note.partition("Subtest: ")[2] for note in inner.notes + outer.notes
                     if note.startswith("Subtest: ")), "(unnamed)")
        outer.tests.append(Test(name, FAIL, "no result", inner.tests + inner.missing() +
                                ([] if inner.missing() else [Test("(suite)", FAIL, "no result")])))


def running(text):
    """What was started and has no result yet, for a report of a hang."""
    last = None
    for line in text.splitlines():
        body = line.strip()
        if match := START.fullmatch(body):
            last = match[1]
        elif body.startswith("# Subtest: "):
            last = body[11:]
        elif RESULT.fullmatch(body):
            last = None
    return last
