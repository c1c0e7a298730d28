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

from steps import TOP, Fault

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


def judge(boots, out, whole):
    """[(test, verdict, detail)]; with only a part of the suites, nothing is too little."""
    shutil.rmtree(out, ignore_errors=True)
    result = []
    for name, (lines, branches) in sorted(collect(boots, out / "scratch").items()):
        of_lines, of_branches = _percent(lines), _percent(branches)
        _annotate(name, lines, branches, out)
        title = (f"{name}: {of_lines:.1f} % of {len(lines)} lines, "
                 f"{of_branches:.1f} % of {len(branches)} branches")
        good = of_lines >= LINES and of_branches >= BRANCHES
        result.append((title, "pass" if good or not whole else "fail",
                       f"at least {LINES} % and {BRANCHES} % are asked for; see {out}"))
    return result or [("any driver", "fail", "no boot left counters of a driver")]
