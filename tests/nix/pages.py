# SPDX-License-Identifier: GPL-2.0-only
"""The pages for users: the options' is that of the modules, and what the other shows works."""
import re
import tempfile
import pathlib

from outboard.facts import boards
from outboard.steps import TOP
from tests.nix import nixos_options

PAGE = TOP / "docs" / "nixos.md"
# Files of a user's own that the page's configurations name.
FILES = ("my-sensor.dtso", "from-the-maker.dtbo", "u-boot.bin.sd.bin.signed")
# Where a text is not below a board's name.
DEFAULT = "raspberry-pi-4"
VENDOR = "khadas-vim1s"


def examples():
    """(board, configuration) of each that the page shows; whole files are left out."""
    found, heading = [], ""
    pattern = r"^#{2,3} ([^\n]*)$|^```nix\n(.*?)^```"
    for match in re.finditer(pattern, PAGE.read_text(encoding="utf-8"), re.M | re.S):
        if match[1]:
            heading = match[1]
            continue
        text = match[2]
        if text.startswith("#"):
            continue
        if not text.startswith("{"):
            text = "{\n" + text + "}\n"
        named = [name for name in heading.split(", ") if name in boards.names()]
        found += [(board, text)
                  for board in named or [VENDOR if '"vendor"' in text else DEFAULT]]
    return found


def check(result, ours):
    """Evaluate what the pages say; @ours is the Bench with our own nixpkgs."""
    with result.test("pages", "docs/nixos-options.md is that of the modules"):
        text = nixos_options.page(nixos_options.options(ours.nixpkgs / "lib"))
        assert nixos_options.PAGE.read_text(encoding="utf-8") == text, \
            "run make readme"
    shown = examples()
    with result.test("pages", "docs/nixos.md has an example for each board"):
        assert {board for board, _ in shown} >= set(boards.names()), shown
    with tempfile.TemporaryDirectory() as folder:
        for name in FILES:
            (pathlib.Path(folder) / name).write_text("")
        for number, (board, text) in enumerate(shown):
            path = pathlib.Path(folder) / f"example-{number}.nix"
            path.write_text(text)
            with result.test("pages", f"docs/nixos.md: example {number + 1}, {board}"):
                said = ours.evaluate(f"""
                    let config = (system "{board}" {path}).config; in {{
                      wrong = map (one: one.message)
                        (lib.filter (one: !one.assertion) config.assertions);
                      inherit (config) warnings;
                      parameters = config.boot.kernelParams;
                      tree = toString config.hardware.deviceTree.dtbSource;
                    }}""")
                assert not said["wrong"] and not said["warnings"], said
