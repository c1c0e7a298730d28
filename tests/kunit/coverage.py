# SPDX-License-Identifier: GPL-2.0-only
"""Line and branch coverage of the drivers, added up over boots.

Each boot leaves its counters. The host's gcov reads them with the notes that the
compiler left beside the object.
"""
import collections
import json
import pathlib
import shutil
import subprocess

from outboard.steps import TOP, Fault

LINES, BRANCHES = 95, 85


def _gcov(data, notes, scratch):
    """gcov's answer on one file of counters, decoded."""
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(parents=True)
    shutil.copy(data, scratch)
    shutil.copy(notes, scratch)
    done = subprocess.run(["gcov", "--json-format", "--branch-probabilities", "--stdout",
                           data.name], cwd=scratch, capture_output=True, text=True, check=False)
    shutil.rmtree(scratch)
    if done.returncode or not done.stdout:
        raise Fault(f"gcov cannot read {data}: {done.stderr.strip()}", 1)
    return json.loads(done.stdout)


def collect(boots, scratch):
    """{driver's source: ({line: count}, {(line, index): count})}"""
    lines = collections.defaultdict(collections.Counter)
    branches = collections.defaultdict(collections.Counter)
    for boot in boots:
        top = boot.out / "gcov"
        for data in sorted(top.rglob("*.gcda")):
            notes = (pathlib.Path("/") / data.relative_to(top)).with_suffix(".gcno")
            for entry in _gcov(data, notes, scratch)["files"]:
                source = pathlib.Path(entry["file"]).resolve()
                if not source.is_relative_to(TOP / "drivers"):
                    continue
                name = str(source.relative_to(TOP))
                for line in entry["lines"]:
                    number = line["line_number"]
                    lines[name][number] += line["count"]
                    for i, branch in enumerate(line["branches"]):
                        branches[name][number, i] += branch["count"]
    return {name: (lines[name], branches[name]) for name in lines}


def _percent(counts):
    return 100 * sum(1 for count in counts.values() if count) / len(counts) if counts else 100


def _annotate(name, lines, branches, out):
    """The source with what was not reached marked."""
    text = []
    for number, line in enumerate((TOP / name).read_text(encoding="utf-8").splitlines(), 1):
        if number not in lines:
            mark = ""
        elif not lines[number]:
            mark = "#####"
        else:
            of_line = [count for (at, _), count in branches.items() if at == number]
            missed = sum(1 for count in of_line if not count)
            mark = f"{missed}/{len(of_line)} br" if missed else str(lines[number])
        text.append(f"{mark:>9} {number:5} {line}")
    out.mkdir(parents=True, exist_ok=True)
    (out / f"{name.replace('/', '_')}.gcov").write_text("\n".join(text) + "\n", encoding="utf-8")


def measure(boots, out):
    """{driver's source: (lines, branches)}; writes the annotated sources to @out."""
    shutil.rmtree(out, ignore_errors=True)
    result = collect(boots, out / "scratch")
    for name, (lines, branches) in result.items():
        _annotate(name, lines, branches, out)
    return result


def table(result):
    """Lines of a table of what measure() returned."""
    width = max(map(len, result), default=0)
    return [f"{name:{width}}  {_percent(lines):5.1f} % of {len(lines):4} lines  "
            f"{_percent(branches):5.1f} % of {len(branches):4} branches"
            for name, (lines, branches) in sorted(result.items())]


def judge(result, out):
    """[(test, verdict, detail)] of what measure() returned."""
    found = []
    for name, (lines, branches) in sorted(result.items()):
        good = _percent(lines) >= LINES and _percent(branches) >= BRANCHES
        found.append((f"{name}: {LINES} % of the lines, {BRANCHES} % of the branches",
                      "pass" if good else "fail", f"what is not reached: {out}"))
    return found or [("any driver", "fail", "no boot left counters of a driver")]
