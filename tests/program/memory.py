# SPDX-License-Identifier: GPL-2.0-only
"""A machine without memory: each allocation of the program fails once."""
import os
import pathlib
import subprocess

from outboard.modules import tools
from outboard.steps import BUILD
from tests.program.common import OPTIONS, SANITIZED, compile_tree
from tests.program.made_up import TREE, Kernel

HERE = pathlib.Path(__file__).resolve().parent
WRAPPED = ("malloc", "calloc", "realloc", "strdup", "asprintf")
MOST = 400
# With a label of the tree and one of its own, which a second fragment changes: all have to be
# remembered.
OVERLAY = """
/dts-v1/; /plugin/;
/ { compatible = "acme,board"; fragment@0 { target = <&uart>; __overlay__ {
	added: added { compatible = "acme,net"; user = <&added>; }; }; };
	fragment@1 { target = <&added>; __overlay__ { more; }; }; };
"""


def build():
    """The program with allocations that can fail."""
    out = BUILD / "tools-no-memory"
    out.mkdir(parents=True, exist_ok=True)
    extra = out / "no_memory.o"
    # make does not know of it: link anew.
    (out / "outboard").unlink(missing_ok=True)
    subprocess.run(["gcc", "-O1", "-Wall", "-Wextra", "-c", "-o", extra, HERE / "no_memory.c"],
                   check=True)
    wrap = ",".join(f"--wrap={name}" for name in WRAPPED)
    return tools.outboard(out=out, extra=(*SANITIZED, f"LDFLAGS=-Wl,{wrap} {extra}"))


def each(result, title, program, arguments, outputs=()):
    """Fail one allocation after the other: the program says so, and leaves nothing."""
    def run(number):
        inside, outside = os.pipe()
        try:
            done = subprocess.run(
                [program, *map(str, arguments)], pass_fds=(outside,), capture_output=True,
                text=True, stdin=subprocess.DEVNULL, check=False,
                env={**os.environ, **OPTIONS, "FAIL_AT": str(number), "FAIL_FD": str(outside)})
            os.close(outside)
            outside = -1
            return done, bool(os.read(inside, 1))
        finally:
            os.close(inside)
            if outside >= 0:
                os.close(outside)

    number = 0
    with result.test("memory", title):
        for number in range(1, MOST):
            for path in outputs:
                path.unlink(missing_ok=True)
            done, failed = run(number)
            if not failed:
                break
            said = f"allocation {number}: status {done.returncode}: {done.stderr[-1500:]}"
            assert done.returncode == 1 and "no memory" in done.stderr, said
            assert not done.stdout and not any(path.exists() for path in outputs), said
            assert len(done.stderr.splitlines()) == 1, said
        assert 10 < number < MOST - 1 and done.returncode in (0, 1), f"{number} allocations"


def suites(result, work):
    """All of them."""
    program = build()
    tree, overlay = compile_tree(TREE, work / "tree.dtb"), compile_tree(OVERLAY, work / "o.dtbo")
    kernel, unindexed = Kernel(work / "kernel").root, Kernel(work / "unindexed", aliases=None).root
    each(result, "cover", program, ["cover", "-k", kernel, tree])
    each(result, "cover with overlays, against another kernel", program,
         ["cover", "-k", unindexed, "--overlay", overlay, "--against", kernel, tree])
    out = work / "out.dtb"
    each(result, "merge", program, ["merge", "-o", out, tree, overlay], [out])
