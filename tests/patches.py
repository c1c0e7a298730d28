# SPDX-License-Identifier: GPL-2.0-only
"""The patches for mainline: do they apply, compile one by one, and say what they should?

Each series of patches/linux is applied by git am to the files that it changes, as they
are in each of Debian's linux-source packages that series.toml names for it. What it
changes is compiled after each of its patches, against that kernel's headers and
configuration, with W=1 and, where the headers can, sparse: no warning may come that was
not there before. That a series mends what it says is shown by the register bench
(make check-kunit) for those that name a suite.
"""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile


from outboard import steps
from outboard.modules import build
from outboard.sources import kernels, linux_source, series
from outboard.steps import BUILD, TOP, Step
from tests import report
from tests.kunit import mainline

SCRIPTS = "6.12"    # whose checkpatch
SPARSE = ("6.1", "6.12")    # the headers of 7.x lack a script that C=1 calls
OUT = BUILD / "patches"

# For git am, which leaves commits behind.
IDENTITY = {f"GIT_{who}_{what}": "outboard" for who in ("AUTHOR", "COMMITTER")
            for what in ("NAME", "EMAIL")}


def run(*command, cwd, **options):
    done = subprocess.run([str(word) for word in command], cwd=cwd, capture_output=True,
                          text=True, stdin=subprocess.DEVNULL, check=False,
                          env={**os.environ, **IDENTITY, "GIT_CONFIG_GLOBAL": "/dev/null"},
                          **options)
    return done.returncode, (done.stdout + done.stderr).strip()


def style(result, every):
    """checkpatch --strict, and what it does not look at."""
    scripts = linux_source.get(SCRIPTS)
    # Outside any repository, or checkpatch looks for the commits of Fixes: tags in it.
    with tempfile.TemporaryDirectory(prefix="outboard-patches.") as nowhere:
        for one in every.values():
            for number, path in enumerate(one.patches, 1):
                with result.test("checkpatch", f"{one.name}/{path.name}"):
                    # Not here: the files that have a name in mixed case already, the commits named.
                    status, out = run("perl", scripts / "scripts/checkpatch.pl", "--no-tree",
                                      "--strict", "--terse", "--show-types", "--ignore",
                                      "CAMELCASE,UNKNOWN_COMMIT_ID", path, cwd=nowhere)
                    assert status == 0, out
                with result.test("message", f"{one.name}/{path.name}"):
                    message(path.read_text(encoding="utf-8"), number, len(one.patches), path)


def message(text, number, count, path):
    """What a maintainer looks for before reading the change."""
    head, body = text.split("\n\n", 1)
    body = body.split("\n---\n", 1)[0]
    author = re.search(r"^From: (.+(?:\n .+)*)", head, re.M)[1].replace("\n", "")
    assert f"Signed-off-by: {author}" in body, "not signed off by its author"
    subject = re.search(r"^Subject: (.+(?:\n .+)*)", head, re.M)[1].replace("\n", "")
    place = re.match(r"\[(?:RFC )?PATCH(?: (\d+)/(\d+))?\] ([\w/: -]+: )+\S", subject)
    assert place, f"the subject names no subsystem: {subject}"
    wanted = (str(number), str(count)) if count > 1 else (None, None)
    assert place.group(1, 2) == wanted, f"is to be {number} of {count}: {subject}"
    assert path.name.startswith(f"{number:04}-"), f"is to begin with {number:04}-"
    assert re.search(r"^(Tested|Found)\b|[^.]\n(Tested|Found)\b|Not tested|Compile-tested", body), \
        "does not say how it was tested"
    assert len(body.split()) > 40, "does not say enough"
    for line in re.findall(r"^ *fixes.*", body, re.M | re.I):
        assert re.fullmatch(r'Fixes: [0-9a-f]{12} \("\S.*\S"\)', line), \
            f'is to be Fixes: <12 hex digits> ("<subject>"): {line}'


def fixes(result, every):
    """The list in docs/patches.md of patches without Fixes: has those, and no others."""
    text = (TOP / "docs/patches.md").read_text(encoding="utf-8")
    part = text.split("\n## Patches without Fixes:\n", 1)[-1].split("\n## ", 1)[0]
    listed = set(re.findall(r"^\| ([\w-]+ \d+) \| \S", part, re.M))
    lacking = {f"{one.name} {number}" for one in every.values()
               for number, path in enumerate(one.patches, 1)
               if "\nFixes: " not in path.read_text(encoding="utf-8")}
    with result.test("Fixes:", "docs/patches.md"):
        assert not lacking - listed, f"does not say why there is none: {sorted(lacking - listed)}"
        assert not listed - lacking, f"have one: {sorted(listed - lacking)}"


def apply(one, source, root, place):
    """git am to the files that a series changes; [(what, {file: text}), ...], as it was first."""
    shutil.rmtree(place, ignore_errors=True)
    names = series.touched(one.patches)
    missing = [name for name in names if not (root / name).is_file()]
    assert not missing, f"linux-source {source} has not {', '.join(missing)}"
    for name in names:
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        (place / name).write_bytes((root / name).read_bytes())

    def git(*command):
        status, out = run("git", "-C", place, *command, cwd=place)
        assert status == 0, f"git {command[0]}: {out}"

    def files():
        return {name: (place / name).read_text(encoding="utf-8") for name in names}

    git("init", "-q")
    git("add", ".")
    git("commit", "-q", "-m", f"Linux {linux_source.version(root)}")
    states = [("as it was", files())]
    for path in one.patches:
        git("am", "-q", path)
        states.append((path.name, files()))
    return states


def lay_out(one, states, root, out):
    """The sources of each state below @out, as far as they differ from those of the state before;
    returns (object -> (patch, object's name), lines for the Kbuild)."""
    made, lines, seen = {}, [], {}
    for index, (what, files) in states:
        headers = {name: text for name, text in files.items() if name.endswith(".h")}
        for name in one.objects:
            source = str(pathlib.Path(name).with_suffix(".c"))
            text = {**headers, source: files.get(source)
                    or (root / source).read_text(encoding="utf-8")}
            if seen.get(name) == text:
                continue
            seen[name] = text
            place = pathlib.Path(one.name.replace("/", "-")) / str(index)
            for file, content in text.items():
                (out / place / file).parent.mkdir(parents=True, exist_ok=True)
                (out / place / file).write_text(content, encoding="utf-8")
            flags = [f"-I{root / pathlib.Path(source).parent}",
                     *(f"-DCONFIG_{option}=1" for option in one.options)]
            lines += [f"CFLAGS_{place / name} := {' '.join(flags)}",
                      f"obj-{'y' if one.builtin else 'm'} += {place / name}"]
            made[str(place / name)] = (what, name)
    return made, lines


def compile_states(source, out, work):
    """One make for some states of series; returns [(series, object -> (patch, name))], what was
    said, the log. @work: [(series, [(index, (patch, {file: text}))])]"""
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    made, lines = [], ["# SPDX-License-Identifier: GPL-2.0-only"]
    for one, states in work:
        found, more = lay_out(one, states, linux_source.get(source), out)
        made.append((one, found))
        lines += more
    (out / "Kbuild").write_text("\n".join(lines) + "\n", encoding="utf-8")
    goals = [name for _, found in made for name in found]
    _, log = run("make", "-C", kernels.get(source).kdir, f"M={out}", f"-j{os.cpu_count()}", "-k",
                 "ARCH=arm64", "CROSS_COMPILE=aarch64-linux-gnu-",
                 f"CC={build.COMPILERS['gcc']}", "W=1", "KCFLAGS=-g0",
                 *(["C=1", "CF=-D__CHECK_ENDIAN__"] if source in SPARSE else []), *goals, cwd=out)
    (BUILD / "logs").mkdir(exist_ok=True)
    (BUILD / "logs" / f"patches-{out.name}.log").write_text(log + "\n", encoding="utf-8")
    return made, findings(log), log


def findings(log):
    """object's path -> what the compiler and sparse say of it, without line numbers."""
    found = {}
    for line in log.splitlines():
        match = re.search(r"([\w-]+/\d+/\S+?)\.[ch]:(?:\d+:)* ((?:warning|error):? .*)", line)
        if match:
            found.setdefault(match[1] + ".o", []).append(match[2])
    return found


def compile_all(result, source, work):
    """Each state of each series for one linux-source. What a compiler or sparse has against one
    is held against it, unless they had it against the sources as they were. @work: [(series,
    states)]"""
    made, said, log = compile_states(source, OUT / source, [
        (one, list(enumerate(states))[1:]) for one, states in work])
    suspects = {one.name for one, found in made if set(found) & set(said)}
    before = {}
    if suspects:
        _, before, _ = compile_states(source, OUT / f"{source}-unpatched", [
            (one, list(enumerate(states))[:1]) for one, states in work if one.name in suspects])
    for one, found in made:
        for path, (what, name) in found.items():
            with result.test(f"compiles, {source}", f"{one.name}: {name}, {what}"):
                mine = said.get(path, [])
                assert (OUT / source / path).exists(), "\n".join(mine or [log[-1500:]])
                known = before.get(f"{one.name.replace('/', '-')}/0/{name}", [])
                new = [line for line in mine if line not in known]
                assert not new, "\n".join(new)


def groups(root_or_files):
    """What is wrong in the tables of Amlogic's pinctrl drivers: name -> findings."""
    wrong = {}
    for name, text in root_or_files.items():
        there = set(re.findall(r"^\s*(?:GPIO_)?GROUP\((\w+)", text, re.M))
        named = {group for body in
                 re.findall(r"static const char \* const \w+_groups\[\] = \{(.*?)\};", text, re.S)
                 for group in re.findall(r'"(\w+)"', body)}
        found = [f"no function has {group}" for group in sorted(there - named)]
        found += [f"there is no group {group}" for group in sorted(named - there)]
        if found:
            wrong[name] = found
    return wrong


def tables(result, one, source, states):
    """Each patch of a series for these tables leaves less to complain of, the last nothing."""
    before = groups(states[0][1])
    left = sum(len(found) for found in before.values())
    for what, files in states[1:]:
        with result.test(f"tables, {source}", f"{one.name}: {what}"):
            now = sum(len(found) for found in groups(files).values())
            assert now < left, "it mends no table"
            left = now
    with result.test(f"tables, {source}", f"{one.name}: all of them"):
        assert set(before) == set(states[0][1]), "a driver had nothing wrong"
        assert not left, str(groups(states[-1][1]))


def suites(result, every):
    """What series.toml says of tests."""
    drivers = mainline.load()
    known = {path.stem for path in mainline.suites()}
    for one in every.values():
        with result.test("what shows it", one.name):
            if one.test in ("", "tables"):
                continue
            assert one.test in known, f"there is no suite {one.test} in tests/kunit/mainline"
            driver = mainline.driver_of(one.test)
            assert driver.series == one.name, f"{driver.name} is run with {driver.series}"
            assert driver.fails, f"no test of {one.test} is said to fail without it"
    for driver in drivers.values():
        with result.test("what shows it", f"bench, {driver.name}"):
            assert not driver.series or driver.series in every, f"there is no {driver.series}"


def main():
    every = series.load()
    result = report.Report("patches")
    with Step("checkpatch, messages"):
        style(result, every)
        fixes(result, every)
        suites(result, every)
    for source in sorted({source for one in every.values() for source in one.sources}):
        root = linux_source.get(source)
        if root.name != source:
            result.add(f"git am, {source}", "all", "skip", "its sources are gone from the archive")
            continue
        release = kernels.get(source).release
        with Step(f"series for {source} ({linux_source.version(root)})"), \
                tempfile.TemporaryDirectory(prefix="outboard-patches.") as scratch:
            work = []
            for one in every.values():
                if source not in one.sources:
                    continue
                with result.test(f"git am, {source}", one.name):
                    states = apply(one, source, root, pathlib.Path(scratch) / one.name)
                    work.append((one, states))
                    if one.test == "tables":
                        tables(result, one, source, states)
            # Sid's packages do not move together.
            if release.split(".")[:2] != linux_source.version(root).split(".")[:2]:
                result.add(f"compiles, {source}", "all", "skip", f"the headers are of {release}")
            else:
                compile_all(result, source, work)
    return result.close()


if __name__ == "__main__":
    if len(sys.argv) > 1:
        raise SystemExit(f"usage: {pathlib.Path(__file__).relative_to(TOP)}")
    steps.main_guard(main)
