# SPDX-License-Identifier: GPL-2.0-only
"""libfdt's sources, new enough for merges, from Debian's source package.

    libfdt.py      print the directory that has them

libfdt up to 1.6.1, which Debian 12 has, overwrites phandles when overlays are
merged; fdt_overlay_target_offset() came with the first version that is right.
"""

from outboard.sources import aptroot
from outboard.steps import CACHE, Fault, Step

PACKAGE = "device-tree-compiler"


def source():
    """The directory of libfdt's sources in the cache."""
    final = CACHE / "dtc-source"
    with aptroot.lock("dtc-source"):
        if not final.is_dir():
            with Step("sources of libfdt") as step:
                _fetch(final, step)
    return final / "libfdt"


def _fetch(final, step):
    for suite in aptroot.NEWER_SUITES:
        root = aptroot.AptRoot(suite, source=True)
        root.update(step)
        with aptroot.workspace("dtc-source") as work:
            try:
                archive = root.download_source(PACKAGE, work, step)
            except aptroot.Vanished:
                continue
            tree = work / "source"
            tree.mkdir()
            step.run(["tar", "-xf", archive, "-C", tree, "--strip-components=1"])
            if "fdt_overlay_target_offset" not in (tree / "libfdt/libfdt.h").read_text():
                raise Fault(f"{PACKAGE} of {suite}: its libfdt is too old to merge overlays")
            aptroot.publish(tree, final)
            step.note = f"{suite}, {(final / 'VERSION.txt').read_text().strip()}"
            return
    raise Fault(f"no suite of {', '.join(aptroot.NEWER_SUITES)} has the source of {PACKAGE}")
