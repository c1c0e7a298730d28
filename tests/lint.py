# SPDX-License-Identifier: GPL-2.0-only
"""The gates: what a kernel maintainer's tools say of the sources.

checkpatch --strict and kernel-doc come from Debian's linux-source; sparse and
the compilers run through the kernels' own Kbuild, from clean; the outboard program
is compiled with all of gcc's and clang's warnings that its Makefile names. No
finding is allowed, and none is switched off but THIRD_PARTY.

With --short clang compiles for the oldest and the newest kernel alone.
"""
import argparse
import concurrent.futures
import re
import shutil
import subprocess


from outboard import steps
from outboard.facts import boards
from outboard.modules import build
from outboard.sources import kernels, libfdt, linux_source, qemu_build
from outboard.steps import BUILD, TOP, Step
from tests import report
from tests.kunit import run as kunit, uml

SCRIPTS = "6.12"    # whose checkpatch and kernel-doc

# Files with names in mixed case that are not ours to choose: zlib's and libzstd's functions,
# libFuzzer's entry point.
THIRD_PARTY = ("tools/unpack.c", "tests/fuzz/")
# What is in QEMU's style, and judged by its checkpatch.
QEMU_STYLE = "twin/"
JOBS = 2
SPARSE_KERNELS = ("6.1", "6.12")    # the headers of 7.x lack a script that C=2 calls


def files(*patterns):
    """Files of the tree, tracked or about to be, that match."""
    out = subprocess.run(["git", "-C", TOP, "ls-files", "-co", "--exclude-standard", "--",
                          *patterns], capture_output=True, text=True, check=True).stdout
    return sorted(set(name for name in out.splitlines() if (TOP / name).is_file()))


def run(*command):
    done = subprocess.run([str(c) for c in command], cwd=TOP, capture_output=True, text=True,
                          stdin=subprocess.DEVNULL, check=False)
    return done.returncode, (done.stdout + done.stderr).strip()


def each(result, suite, names, *command, quiet=False):
    """A test for each file. One run is for many, as most of a run is its start; where that
    finds something, one for each says in which. @quiet: whatever it says is a finding."""
    def finding(part):
        status, out = run(*command, *part)
        return out if status or quiet and out else None

    def judge(part):
        whole = finding(part)
        for name in part:
            with result.test(suite, name):
                said = whole and finding([name])
                assert not said, said

    size = max(1, min(25, -(-len(names) // JOBS)))
    with concurrent.futures.ThreadPoolExecutor(JOBS) as pool:
        list(pool.map(judge, (names[i:i + size] for i in range(0, len(names), size))))


def style(result):
    scripts = linux_source.get(SCRIPTS) / "scripts"
    with Step("checkpatch, kernel-doc, SPDX, shellcheck, pyflakes"):
        checkpatch = ("perl", scripts / "checkpatch.pl", "--no-tree", "--strict", "--terse",
                      "--show-types")
        sources = [name for name in files("*.c", "*.h", "*.dts", "*.dtsi", "*.dtso")
                   if not name.startswith(QEMU_STYLE)]
        theirs = [name for name in sources if name.startswith(THIRD_PARTY)]
        each(result, "checkpatch", [name for name in sources if name not in theirs],
             *checkpatch, "-f")
        each(result, "checkpatch", theirs, *checkpatch, "--ignore", "CAMELCASE", "-f")
        each(result, "kernel-doc", files("drivers/*.c", "drivers/*.h", "include/*.h",
                                         "tools/*.h", "tools/*.c", "tests/kunit/*.c",
                                         "tests/kunit/*.h"),
             "perl", scripts / "kernel-doc", "-none", "-Werror", quiet=True)
        for name in files("*"):
            if name.endswith((".json", ".md", ".patch")) or name in ("COPYING", "flake.lock") \
                    or name.startswith(("LICENSES/", "tests/fuzz/regressions/")):
                continue
            with result.test("SPDX", name):
                # QEMU has it at the end of the first comment.
                lines = 40 if name.startswith(QEMU_STYLE) else 3
                head = (TOP / name).read_text(errors="replace").splitlines()[:lines]
                assert any("SPDX-License-Identifier: " in line for line in head), \
                    f"no SPDX-License-Identifier in the first {lines} lines"
        each(result, "shellcheck",
             [name for name in files("*")
              if re.match(r"#!/bin/(ba)?sh", (TOP / name).read_text(errors="replace")[:12])],
             "shellcheck")
        each(result, "man pages", files("docs/man/*"), "groff", "-man", "-Tutf8", "-ww", "-z",
             quiet=True)
        each(result, "pyflakes", files("*.py"), "pyflakes3")


# What a message after "error -EIO: " has: a verb, or "no" and what is missing.
SAYS = re.compile(r"\b(failed to|cannot|no|not|is|are|has|belong|spans|begins|exceeds|invalid)\b")


def messages(result):
    """Each message of a probe's error says what failed, not only for what."""
    for name in files("drivers/*.c"):
        text = (TOP / name).read_text(encoding="utf-8")
        said = re.findall(r'dev_err_probe\([^;"]*"((?:[^"\\]|\\.)*)"', text)
        if said:
            with result.test("messages", name):
                bad = [text for text in said if not SAYS.search(text)]
                assert not bad, f"does not say what failed: {', '.join(bad)}"


def program(result):
    """The outboard program, from clean, by both compilers: no warning, of whatever file."""
    with Step("the outboard program, with gcc and clang"):
        for compiler in ("gcc", "clang-19"):
            with result.test("tools", compiler):
                out = BUILD / "lint" / f"tools-{compiler}"
                shutil.rmtree(out, ignore_errors=True)
                status, text = run("make", "-C", TOP / "tools", f"LIBFDT={libfdt.source()}",
                                   f"O={out}", f"CC={compiler}", "CFLAGS=-O2 -g -Wformat=2")
                found = [line for line in text.splitlines() if re.search(r"\bwarning:", line)]
                assert status == 0 and not found, "\n".join(found or [text[-800:]])


def twin(result):
    """The twin by QEMU's rules: its checkpatch, and no warning of the compiler."""
    qemu_build.program()
    with Step("the twin, by QEMU's checkpatch and with -Werror"):
        for name in files("twin/*.c", "twin/*.h"):
            with result.test("QEMU's checkpatch", name):
                status, out = run("perl", qemu_build.source() / "scripts/checkpatch.pl",
                                  "--no-tree", "--terse", "-f", name)
                assert status == 0, out
        with concurrent.futures.ThreadPoolExecutor(JOBS) as pool:
            for name, (status, out) in pool.map(qemu_build.compile_strictly, files("twin/*.c")):
                with result.test("twin compiles without a warning", name):
                    assert status == 0, out


def board_files(result):
    for name in boards.names():
        with result.test("boards", name):
            faults = boards.check(boards.FOLDER / f"{name}.toml")
            assert not faults, "\n".join(faults)


def compile_clean(result, kernel, compiler, sparse):
    """Build from clean; any warning, of whatever file, is a finding."""
    kind = "sparse" if sparse else f"W=1 {compiler}"
    out = BUILD / "lint" / f"{kernel}-{kind.replace(' ', '-')}"
    shutil.rmtree(out, ignore_errors=True)
    extra = ["C=2", "CF=-D__CHECK_ENDIAN__"] if sparse else ["W=1"]
    extra += build.untested(kernels.get(kernel))
    with result.test(kind, kernel):
        status, text = run(TOP / "scripts/build-kdir", kernels.get(kernel).kdir, out,
                           f"CC={build.COMPILERS[compiler]}",
                           "CROSS_COMPILE=aarch64-linux-gnu-", *extra)
        (BUILD / "logs").mkdir(exist_ok=True)
        (BUILD / "logs" / f"lint-{out.name}.log").write_text(text + "\n")
        found = [line for line in text.splitlines()
                 if re.search(r"\b(warning|error)\b", line, re.I)]
        assert status == 0 and not found, "\n".join(found or [text[-800:]])
        made = list(out.glob("drivers/**/*.ko"))
        assert made, "no module was built"
        if not sparse and compiler == "gcc":
            for module in made:
                modinfo(result, kernel, module, out)


def modinfo(result, kernel, module, out):
    """What a user reads with modinfo, and what loads the module by itself."""
    with result.test(f"modinfo {kernel}", module.stem):
        fields = run("/sbin/modinfo", module)[1]
        for field in ("description", "author", "license", "vermagic"):
            assert re.search(rf"^{field}:\s+\S", fields, re.M), f"modinfo has no {field}"
        source = (out / module.relative_to(out)).with_suffix(".c").read_text()
        aliases = re.findall(r"^alias:\s+(\S+)", fields, re.M)
        for compatible in re.findall(r"\.compatible = \"([^\"]+)\"", source):
            assert f"of:N*T*C{compatible}" in aliases, f"no alias for {compatible}"
        for name in re.findall(r"module_param(?:_named)?\((\w+)", source):
            assert re.search(rf"^parm:\s+{name}:\S", fields, re.M), \
                f"parameter {name} has no description"


def compilers(result, short):
    names = kernels.names()
    jobs = [(name, compiler, False) for name in names for compiler in build.COMPILERS
            if not short or compiler == "gcc" or name in (names[0], names[-1])]
    jobs += [(name, "gcc", True) for name in SPARSE_KERNELS]
    for name in kernels.names():
        kernels.get(name)
    with Step(f"{len(jobs)} builds from clean: W=1 with gcc and clang, sparse"), \
            concurrent.futures.ThreadPoolExecutor(JOBS) as pool:
        list(pool.map(lambda job: compile_clean(result, *job), jobs))


def register_bench(result):
    """What the register bench loads: models and suites, and the drivers once more, by W=1 and
    sparse. The objects are those that its boots take."""
    kernel = uml.kernel()
    with kunit.alone():
        made, found = kunit.build_modules(kernel, False, [], sparse=True)
    for name in sorted({*made, *found}):
        with result.test("the register bench, W=1 and sparse", name):
            assert name not in found, found[name]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--short", action="store_true", help="what make check has time for")
    args = parser.parse_args()
    result = report.Report("lint")
    style(result)
    messages(result)
    program(result)
    twin(result)
    board_files(result)
    compilers(result, args.short)
    register_bench(result)
    return result.close()


if __name__ == "__main__":
    steps.main_guard(main)
