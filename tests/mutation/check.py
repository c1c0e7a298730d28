# SPDX-License-Identifier: GPL-2.0-only
"""make mutate itself: which changes it makes, and what it says of them.

A tree of its own has a file with a function that is tested and one that is not: each
change of the first has to be found, and none of the second.
"""
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
TOP = HERE.parent.parent

from outboard import steps
from outboard.sources import libfdt
from tests import report
from tests.mutation import mutants

SMALL = r'''/* a < b: no token */
#define NEVER (1 + \
	2)
static const char *const text = "a < b && !c"; // return -EINVAL;
static int limit(struct device *dev, int a, unsigned int flags)
{
	int ret = -ENODEV;
	int *place = &ret;

	if (!a || flags & ~BIT(SHIFT))
		return -EINVAL;
	dev_err(dev, "a %d < 0 and so on\n", a + 1);
	*place = a;
	mutex_unlock(&lock);
	if (ret < 0)
		goto out;
	flags |= 0x10UL << 2;
	for (a = 0; a < 3; a++)
		continue;
out:
	return ret;
}
static struct driver driver = {
	.probe = limit,
	.driver = { .name = "x", .suppress_bind_attrs = true },
};
struct sizes { int field[4]; };
MODULE_PARM_DESC(limit, "1 < 2" + 3);
'''
# Line, kind, the changed line.
WANTED = [
    (7, "return value", "int ret = 0;"),
    (10, "arithmetic", "if (!a || flags & BIT(SHIFT))"),
    (10, "arithmetic", "if (!a || flags | ~BIT(SHIFT))"),
    (10, "condition", "if ((!a || flags & ~BIT(SHIFT)) && 0)"),
    (10, "condition", "if ((!a || flags & ~BIT(SHIFT)) || 1)"),
    (10, "constant", "if (!a || flags & ~BIT(SHIFT + 1))"),
    (10, "logical", "if (!a && flags & ~BIT(SHIFT))"),
    (10, "logical", "if (a || flags & ~BIT(SHIFT))"),
    (11, "return value", "return 0;"),
    (13, "assignment", "{ }"), (14, "call", "{ }"),
    (15, "condition", "if ((ret < 0) && 0)"), (15, "condition", "if ((ret < 0) || 1)"),
    (15, "constant", "if (ret < 1)"), (15, "relational", "if (ret <= 0)"),
    (16, "jump", "{ }"),
    (17, "arithmetic", "flags &= 0x10UL << 2;"), (17, "arithmetic", "flags |= 0x10UL >> 2;"),
    (17, "assignment", "{ }"), (17, "constant", "flags |= 0x10UL << 3;"),
    (17, "constant", "flags |= 0x11UL << 2;"),
    (18, "arithmetic", "for (a = 0; a < 3; a--)"), (18, "constant", "for (a = 0; a < 4; a++)"),
    (18, "constant", "for (a = 1; a < 3; a++)"), (18, "relational", "for (a = 0; a <= 3; a++)"),
    (19, "jump", "{ }"), (21, "return value", "return 0;"),
    (24, "field", ""), (25, "constant", '.driver = { .name = "x", .suppress_bind_attrs = false },'),
    (25, "field", ""), (25, "field", '.driver = { .name = "x", },'),
    (25, "field", ".driver = { .suppress_bind_attrs = true },"),
]

SAMPLE = """
int tested(int a, int b);
int not_tested(int a, int b);
int tested(int a, int b)
{
	int sum;

	sum = a + b;
	if (sum > 10 && a != b)
		return sum - 1;
	return 7;
}

int not_tested(int a, int b)
{
	if (a > b)
		return a - b;
	return 3;
}
"""
FIRST_OF_NOT_TESTED = 14
# In the place of tests/program/run.py, which tests what is in tools/.
TEST = r'''
import pathlib, subprocess, sys
top = pathlib.Path(__file__).resolve().parents[2]
main = top / "build/main.c"
main.write_text("""
int tested(int a, int b);
int main(void)
{
	int a, b;

	for (a = -12; a < 13; a++)
		for (b = -12; b < 13; b++)
			if (tested(a, b) != (a + b > 10 && a != b ? a + b - 1 : 7))
				return 1;
	return 0;
}
""")
subprocess.run(["gcc", "-o", top / "build/main", main, top / "tools/sample.c"], check=True)
if subprocess.run([top / "build/main"], check=False).returncode:
    print("  not ok sample: tested")
    sys.exit(1)
'''


def choice(result):
    """The changes of a text."""
    with result.test("mutation", "the changes of a small file"):
        got = sorted((one.line(SMALL), one.kind, one.shown(SMALL)[1])
                     for one in mutants.every(SMALL))
        assert got == sorted(WANTED), "\n".join(map(str, sorted(set(got) ^ set(WANTED))))
    with result.test("mutation", "a change keeps the numbers of the lines"):
        for one in mutants.every(SMALL):
            assert one.apply(SMALL).count("\n") == SMALL.count("\n"), one
            assert one.apply(SMALL) != SMALL, one
    with result.test("mutation", "the same text and seed give the same changes"):
        text = (TOP / "tools/scan.c").read_text(encoding="utf-8")
        first = mutants.choose(text, 25, 1)
        assert first == mutants.choose(text, 25, 1) and first != mutants.choose(text, 25, 2)
        assert first != mutants.choose(f"{text}\n", 25, 1)
    with result.test("mutation", "the changes are spread, of all kinds"):
        places = [some[0].line(text) for some in first]
        assert len(places) == 25 and places == sorted(places), places
        lines = text.count("\n")
        for fifth in range(1, 5):
            assert any(lines * fifth // 5 <= line < lines * (fifth + 1) // 5 for line in places)
        assert len({some[0].kind for some in first}) >= 6
    with result.test("mutation", "every file of the program and every driver can be split"):
        for path in [*TOP.glob("tools/**/*.c"), *TOP.glob("drivers/**/*.c")]:
            assert mutants.every(path.read_text(encoding="utf-8")), path
    with result.test("mutation", "what is no C is refused"):
        try:
            mutants.every("int a;\nint b = `;\n")
        except ValueError as fault:
            assert str(fault) == "line 2: no token begins with '`'", fault
        else:
            raise AssertionError("it is taken")


def make_tree(top):
    """A tree that has make mutate, a file and its tests."""
    for name in ("python", "tests/mutation"):
        shutil.copytree(TOP / name, top / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name, text in (("tools/sample.c", SAMPLE), ("tests/program/run.py", TEST),
                       ("tests/__init__.py", ""), ("tests/program/__init__.py", ""),
                       ("tests/kunit/__init__.py", ""),
                       ("tests/kunit/uml.py", (TOP / "tests/kunit/uml.py").read_text()),
                       (".gitignore", "/build/\n__pycache__/\n")):
        (top / name).parent.mkdir(parents=True, exist_ok=True)
        (top / name).write_text(text, encoding="utf-8")
    for command in (["init", "-q"], ["add", "-A"],
                    ["-c", "user.name=x", "-c", "user.email=x", "commit", "-qm", "x"]):
        subprocess.run(["git", "-C", top, *command], check=True)


def is_clean(top):
    """Whether a tree is as it was committed."""
    return not subprocess.run(["git", "-C", top, "status", "--porcelain"], capture_output=True,
                              text=True, check=True).stdout


def whole(result, top):
    """Runs on the sample."""
    command = [sys.executable, "-m", "tests.mutation.run", top / "tools/sample.c"]
    options = {"cwd": top, "env": {**os.environ, "PYTHONPATH": str(top / "python")}}

    def run(*arguments, status=0):
        done = subprocess.run([*command, *arguments], capture_output=True, text=True,
                              stdin=subprocess.DEVNULL, check=False, **options)
        assert done.returncode == status, done.stdout + done.stderr
        return done.stdout.splitlines(), done.stderr

    with result.test("mutation", "what is tested is killed, what is not survives"):
        lines, _ = run("--count", "10")
        found = json.loads((top / "build/mutate/tools-sample.c.json").read_text())
        assert len(found["mutants"]) >= 6, found
        for one in found["mutants"]:
            want = "killed" if one["line"] < FIRST_OF_NOT_TESTED else "survived"
            assert one["verdict"] == want, one
            assert one["by"] == ("sample: tested" if want == "killed" else ""), one
        killed = sum(one["verdict"] == "killed" for one in found["mutants"])
        assert 0 < killed < len(found["mutants"])
        assert (found["killed"], found["total"]) == (killed, len(found["mutants"]))
        assert lines[-1].startswith(
            f"{killed} of {len(found['mutants'])} killed ({100 * killed // found['total']} %)"), lines
        assert sum("SURVIVED" in line for line in lines) == found["total"] - killed
        assert is_clean(top), "the tree is not as it was"
    with result.test("mutation", "a second run says the same"):
        assert run("--count", "10", "--jobs", "2")[0] == lines
    with result.test("mutation", "what does not compile is not counted"):
        run("--count", "100")
        found = json.loads((top / "build/mutate/tools-sample.c.json").read_text())
        known = mutants.every(SAMPLE)
        assert found["total"] + found["rejected"] == len(known) and found["rejected"], found
        # Without the assignment the variable has no value, of which the compiler warns.
        assert any(one.kind == "assignment" for one in known)
        assert all(one["kind"] != "assignment" for one in found["mutants"]), found
    with result.test("mutation", "a run that is ended leaves the tree as it was"):
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, start_new_session=True,
                              **options) as process:
            time.sleep(1.5)
            process.send_signal(signal.SIGKILL)
        assert is_clean(top), "the tree is not as it was"
    with result.test("mutation", "tests that fail without any change"):
        (top / "tools/sample.c").write_text(SAMPLE.replace("return 7", "return 8"))
        _, said = run("--count", "10", status=1)
        assert "fails without any mutant: sample: tested" in said, said
    with result.test("mutation", "a file without tests"):
        (top / "drivers").mkdir()
        (top / "drivers/x.c").write_text("int x;\n")
        for name, words in (("drivers/x.c", "no suite of the register bench tests it"),
                            ("tests/x.c", "no such file"), ("python/outboard/steps.py", "FILE= is")):
            done = subprocess.run([*command[:3], top / name], capture_output=True, text=True,
                                  check=False, **options)
            assert done.returncode == 2 and words in done.stderr, done.stderr


def main():
    result = report.Report("mutation")
    libfdt.source()
    steps.BUILD.mkdir(exist_ok=True)
    with steps.Step("mutants of a sample"), tempfile.TemporaryDirectory() as folder:
        choice(result)
        make_tree(pathlib.Path(folder))
        whole(result, pathlib.Path(folder))
    return result.close()


if __name__ == "__main__":
    steps.main_guard(main)
