# SPDX-License-Identifier: GPL-2.0-only
"""outboard cover on the real kernels.

The search of the image is compared with a second one that is written another
way, and with what the kernel itself lists. Kernels for which each answer is known
are in tests/program/.
"""
import json
import pathlib
import re
import subprocess
import sys
import tempfile

from outboard import steps
from outboard.devicetree import dtmerge
from outboard.modules import tools
from outboard.sources import kernels
from outboard.steps import BUILD, Step
from tests import report
from tests.program.common import compile_tree, nodes, run
from tests.program.made_up import ENTRY

MEGABYTES_ONE_TREE = 100


# The second search: regular expressions over the image, as a check of the first.
COMPATIBLE = re.compile(rb"(?<=\0)[A-Za-z0-9][A-Za-z0-9,._+\-/#]{2,126}(?=\0)")
FIELD = re.compile(rb"[A-Za-z0-9,._+\-/]*\0+")


def search(image):
    """The compatibles of all tables in an image that are for any name and type."""
    found = {}
    for match in COMPATIBLE.finditer(image):
        base = match.start() - 64
        if base >= 0 and not base % 8 and not image[match.end():base + 192].strip(b"\0") and \
                all(FIELD.fullmatch(image[at:at + 32]) for at in (base, base + 32)):
            found[base] = match[0].decode()
    return {text for base, text in found.items()
            if not image[base:base + 64].strip(b"\0") and (base + ENTRY in found or base - ENTRY in found or
            not image[base + ENTRY:base + ENTRY + 192].strip(b"\0"))}


def builtin_compatibles(kernel):
    """What the kernel says that its built-in drivers are for, since 6.18."""
    text = (kernel.modules / "modules.builtin.modinfo").read_bytes().decode(errors="replace")
    return set(re.findall(r"\.alias=of:N\*T\*C([^\0*]+)\0", text))


def tree_of(compatibles, path):
    """A tree with a node for each."""
    text = "".join(f"n{number} {{ compatible = \"{name}\"; }};\n"
                   for number, name in enumerate(sorted(compatibles)))
    return compile_tree(f"/dts-v1/;\n/ {{\n{text}}};\n", path)


def by_compatible(have):
    return {node["compatible"][0]: node for node in have.values()}


def real_search(result, kernel, work):
    """All that the second search finds must be found, and all that the kernel lists."""
    bare = work / f"bare-{kernel.name}"
    (bare / "lib/modules" / kernel.release / "kernel").mkdir(parents=True)
    (bare / "lib/modules" / kernel.release / "modules.alias").touch()
    (bare / "Image").symlink_to(kernel.image.resolve())
    compatibles = search(kernel.image.read_bytes())
    with result.test(kernel.name, "what another search of the image finds"):
        assert len(compatibles) > 900, f"it finds {len(compatibles)}"
        # Names without a vendor are no strings that may be a node's; buses get a class.
        have = by_compatible(nodes("-k", bare, tree_of(compatibles, work / "found.dtb")))
        missed = [name for name, node in have.items()
                  if node["verdict"] == "none" and "as a name" not in node["why"]]
        assert not missed, f"{len(missed)} missed: {' '.join(missed[:20])}"
        drivers = sum(node["driver"] is not None for node in have.values())
        assert drivers > 500, f"only {drivers} have a driver's name"
    listed = builtin_compatibles(kernel)
    if not listed and not kernel.at_least("6.18"):    # the first whose list has them
        return
    with result.test(kernel.name, "what the kernel lists as built in"):
        have = by_compatible(nodes("-k", bare, tree_of(listed, work / "listed.dtb")))
        missed = [name for name, node in have.items() if node["verdict"] == "none"
                  and "as a name" not in node["why"]]
        assert not missed, f"{len(missed)} missed: {' '.join(missed[:20])}"


# A process of its own: a child's highest memory begins with that of its parent.
METER = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, check=False)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss >> 10)
"""


def most_memory(*arguments):
    """The most MiB of memory of a run. How long one takes is make bench's to say."""
    done = subprocess.run([sys.executable, "-c", METER, tools.outboard(), "cover", *arguments],
                          capture_output=True, text=True, check=True)
    return int(done.stdout)


def real_trees(result, kernel):
    trees = sorted(kernel.root.rglob("*.dtb"))
    with result.test(kernel.name, f"all {len(trees)} trees"):
        status, out, err = run("-k", kernel.root, "--json", *trees)
        assert status == 1, err
        assert len(json.loads(out)["trees"]) == len(trees)
    with result.test(kernel.name, "one tree in little memory"):
        one = min(trees, key=lambda path: "khadas-vim3.dtb" not in path.name)
        megabytes = most_memory("-k", kernel.root, one)
        assert megabytes < MEGABYTES_ONE_TREE, f"took {megabytes} MiB"


def main():
    result = report.Report("cover")
    BUILD.mkdir(exist_ok=True)
    dtmerge.tool("dtc")
    tools.outboard()
    with tempfile.TemporaryDirectory(dir=BUILD) as work:
        work = pathlib.Path(work)
        for name in kernels.select("all"):
            kernel = kernels.get(name)
            with Step(f"kernel {name}"):
                real_search(result, kernel, work)
                real_trees(result, kernel)
    return result.close()


if __name__ == "__main__":
    steps.main_guard(main)
