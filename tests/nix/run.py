# SPDX-License-Identifier: GPL-2.0-only
"""The Nix files: read, evaluated, and what they describe built with this machine's tools.

    run.py [--short] [--only SUITE,...] [--kernel NAME] [--write]

Nix is Debian's, in the cache (outboard.sources.nix). nixpkgs is ours (tests/nix/nixpkgs), which has
the names, the types and the refusals of the real one for what outboard uses, and builds with
this machine's compiler against the kernels of the test matrix. NIXPKGS=<path> evaluates with a
real one as well: a whole nixpkgs, or a directory with its lib alone.
"""
import argparse
import fnmatch
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
from struct import unpack

HERE = pathlib.Path(__file__).resolve().parent

from outboard import steps
from outboard.facts import boards
from outboard.modules import build
from outboard.sources import kernels, nix
from outboard.steps import TOP, Fault, Step
from tests import report
from tests.nix import bench, messages, pages, unused

# What a real lib gave for the cases.
LIB_SEEN = HERE / "lib-cases.json"
# Versions of NixOS whose options differ in what outboard uses.
RELEASES = ("25.11", "26.05", "26.11")
SYSTEMS = ("x86_64-linux", "aarch64-linux")
# A board of each SoC: whose options make check tries one by one.
SHORT_BOARDS = ("bananapi-bpi-r3", "khadas-vim1s", "raspberry-pi-4")
# Names that are used, in each way that there is, and four that are not.
SAMPLE = """
    let dead = 1; live = 2; inherit ({ taken = 1; }) taken; set = rec { a = 1; b = a; };
        f = { formal ? live, ... }: g: argument: _ignored: g.${toString set.b};
        whole = { x, y, ... }@args: args;
    in with set; { inherit f whole; ${toString live} = a; "q" = rec { live = 3; z = live; }; }
"""
# Kernel sets of nixpkgs by the matrix' names.
SETS = {"5.10": "linuxPackages_5_10", "6.1": "linuxPackages_6_1", "6.12": "linuxPackages_6_12",
        "newest": "linuxPackages_latest"}
# What an image is built for, with which kernel, and with which file system.
IMAGES = (("khadas-vim3", "linuxPackages_6_12", "ext4"),
          ("raspberry-pi-4", "linuxPackages_latest", "btrfs"))


class Bench:
    """Where things are, and how an expression over them is evaluated."""

    def __init__(self, nixpkgs, project):
        self.nixpkgs = nixpkgs
        self.project = project

    def expression(self, text, builder="x86_64-linux"):
        """@text with what bench.nix has in its scope."""
        return (f'with import {HERE}/bench.nix {{ nixpkgs = {self.nixpkgs}; '
                f'project = {self.project}; builder = "{builder}"; }}; {text}')

    def evaluate(self, text, **options):
        """The value of an expression; AssertionError with what nix says if there is none."""
        done = nix.run("nix-instantiate", "--eval", "--strict", "--json", "-E",
                       self.expression(text, **options))
        assert done.returncode == 0, _end(done.stderr)
        return json.loads(done.stdout)

    def refusal(self, text):
        """What nix says of an expression that has no value."""
        done = nix.run("nix-instantiate", "--eval", "--strict", "--json", "-E",
                       self.expression(text))
        assert done.returncode != 0, f"it is evaluated: {done.stdout[:300]}"
        return done.stderr

    def build(self, text, *options, folder="build", fails=False):
        """Build an expression's derivation; returns its path, or what was said if it @fails.

        @folder: its working directory's name, which must not be in what is built.
        """
        where = bench.WORK / folder
        where.mkdir(parents=True, exist_ok=True)
        done = nix.run("nix-build", "--no-out-link", *options, "-E", self.expression(text),
                       extra={"TMPDIR": str(where)})
        if fails:
            assert done.returncode != 0, f"it is built: {done.stdout}"
            return done.stderr
        assert done.returncode == 0, _end(done.stderr, 25)
        return [pathlib.Path(line) for line in done.stdout.split()]

    def build_twice(self, text):
        """Build it, and once more elsewhere; AssertionError unless both are the same."""
        made = self.build(text)
        self.build(text, "--check", folder="once-more/in-a-longer-path")
        return made[0]


def _end(text, lines=12):
    """The last lines of what nix says, which have the cause, without traces of evaluation."""
    return "\n".join(line for line in text.splitlines() if line.strip())[-lines * 160:]


def nix_files():
    out = subprocess.run(["git", "-C", TOP, "ls-files", "-co", "--exclude-standard", "--",
                          "*.nix"], capture_output=True, text=True, check=True).stdout
    return sorted(name for name in set(out.splitlines()) if (TOP / name).is_file())


def files(result):
    """Each file by itself: syntax, unused names, what our rules say, nixfmt."""
    nixfmt = shutil.which("nixfmt")
    with result.test("unused names", "the reader itself"):
        parsed = nix.run("nix-instantiate", "--parse", "-E", SAMPLE)
        found = sorted(unused.unused(parsed.stdout))
        assert found == ["argument", "dead", "formal", "taken"], found
    with result.test("nix.py", "an unknown command"):
        done = subprocess.run([sys.executable, TOP / "python", "nix", "nix-frobnicate"], capture_output=True,
                              text=True, check=False)
        assert done.returncode == 2 and "commands are nix, nix-build" in done.stderr, done.stderr
    with result.test("nix.py", "no nix outside of the cache"):
        assert nix.run("nix-instantiate", "--eval", "--store", "x", "-E", "1").returncode
        have = nix.run("nix", "eval", "--impure", "--raw", "--expr",
                       "builtins.storeDir + \" \" + builtins.getEnv \"HOME\"")
        assert have.returncode == 0, have.stderr
        assert all(word.startswith(str(nix.HOME)) for word in have.stdout.split()), have.stdout
    names = nix_files()
    # All at once is a tenth of the work; by each where that fails, to know in which.
    together = nix.run("nix-instantiate", "--parse", *(TOP / name for name in names))
    trees_of = dict(zip(names, together.stdout.splitlines())) if not together.returncode else {}
    for name in names:
        path = TOP / name
        source = path.read_text(encoding="utf-8")
        code = re.sub(r"#.*", "", source)
        with result.test("parse", name):
            if name not in trees_of:
                parsed = nix.run("nix-instantiate", "--parse", path)
                assert parsed.returncode == 0, parsed.stderr
                trees_of[name] = parsed.stdout
        with result.test("unused names", name):
            assert name in trees_of, "not read"
            found = unused.unused(trees_of[name])
            assert not found, f"bound, and used nowhere: {', '.join(found)}"
        with result.test("rules", name):
            assert not re.search(r"^with\b", code, re.M), "a `with' over the whole file"
            assert name == "default.nix" or "<nixpkgs>" not in code, "<nixpkgs> in it"
            assert str(TOP) not in source and str(pathlib.Path.home()) + "/" not in source, \
                "a path of this machine"
        if nixfmt:
            done = subprocess.run([nixfmt, "--check", path], capture_output=True, text=True,
                                  check=False)
            # Not a failure: its versions differ, and no machine that runs these tests has one.
            result.add("nixfmt", name, "pass" if done.returncode == 0 else "skip",
                       "nixfmt formats it otherwise")
    if not nixfmt:
        result.add("nixfmt", "all files", "skip", "no Debian has nixfmt; `nix fmt' runs it "
                   "where Nix has a network")


def flake(result, ours):
    """nix flake check, with both systems, and the same without flakes."""
    options = ["--offline", "--no-write-lock-file", "--override-input", "nixpkgs",
               f"path:{ours.nixpkgs}"]
    with result.test("flake", "nix flake check --no-build --all-systems"):
        done = nix.run("nix", "flake", "check", "--no-build", "--all-systems", *options,
                       f"path:{ours.project}")
        assert done.returncode == 0, _end(done.stderr)
        said = [line for line in done.stderr.splitlines()
                if line.startswith(("warning:", "trace:")) and "lock file" not in line]
        assert not said, "\n".join(said)
    with result.test("flake", "what it offers"):
        done = nix.run("nix", "flake", "show", "--json", "--all-systems", *options,
                       f"path:{ours.project}")
        assert done.returncode == 0, _end(done.stderr)
        shown = json.loads(done.stdout)
        missing = [name for name in ("overlays", "nixosModules", "nixosConfigurations", "packages",
                                     "checks", "hydraJobs", "devShells", "formatter")
                   if name not in shown]
        for board in boards.names():
            missing += [f"nixosModules.{board}"] * (board not in shown["nixosModules"])
            missing += [f"nixosConfigurations.{board}"] * \
                (board not in shown["nixosConfigurations"])
        for system in SYSTEMS:
            missing += [f"packages.{system}.{name}" for name in
                        ("outboard", "outboard-modules", "outboard-overlays", "outboard-qemu",
                         "khadas-vim1s-sd-image", "raspberry-pi-4-sd-image", "rock-5a-firmware",
                         "imx8mp-evk-device-tree")
                        if name not in shown["packages"].get(system, {})]
        assert not missing, f"not there: {', '.join(missing)}"
    with result.test("flake", "default.nix, without flakes"):
        names = ("outboard", "outboard-modules", "rock-5a-device-tree", "rock-5a-firmware",
                 "raspberry-pi-4-sd-image")
        done = nix.run("nix-instantiate", "--arg", "pkgs",
                       f'import {ours.nixpkgs} {{ system = "x86_64-linux"; }}',
                       ours.project / "default.nix", *(word for name in names for word in ("-A", f"packages.{name}")))
        assert done.returncode == 0, _end(done.stderr)
        assert len(done.stdout.split()) == len(names), done.stdout


def kernel_packages(result, ours):
    """The modules in every kernel's package set, whoever else adds to those."""
    def holds(name, text):
        with result.test("kernels' packages", name):
            assert ours.evaluate(text) is True, "it does not"

    holds("what other overlays add to all kernels is kept, before and after ours", f"""
        let add = name: _: prev: {{ kernelPackagesExtensions = prev.kernelPackagesExtensions
              ++ [ (_: _: {{ ${{name}} = true; }}) ]; }};
            set = (import {ours.nixpkgs} {{ system = "aarch64-linux";
              overlays = [ (add "before") overlay (add "after") ]; }}).linuxPackages;
        in set.before && set.after && set ? outboard""")
    holds("they are in a set made of any kernel", """
        (kernelOf boardPkgs "6.6.7" { }).outboard.supported.reason == null""")
    holds("they are built for the kernel that NixOS makes of the user's patches", """
        let patched = (system "raspberry-pi-4" { boot.kernelPatches = [ { name = "mine";
              patch = builtins.toFile "mine.patch" ""; } ]; }).config.boot.kernelPackages;
            plain = (system "raspberry-pi-4" { }).config.boot.kernelPackages;
        in patched.kernel.drvPath != plain.kernel.drvPath
           && patched.outboard.drvPath != plain.outboard.drvPath""")
    holds("a kernel newer than any that was tried is built for when one says so", """
        builtins.isString ((kernelOf boardPkgs "99.1" { }).outboard.override { untested = true; })
          .drvPath""")


def every_board(result, ours, suite="boards", releases=RELEASES):
    """Each board's system, with each version's options, built by both systems."""
    for release in releases:
        for builder in SYSTEMS:
            name = f"NixOS {release}, built on {builder}"
            with result.test(suite, name):
                made = ours.evaluate(f'everyBoard "{release}"', builder=builder)
                assert sorted(made) == sorted(boards.names()), sorted(made)
                for board, system in made.items():
                    board_file = boards.load(board)
                    console = board_file["console"]["device"]
                    assert any(word.startswith(f"console={console},")
                               for word in system["parameters"]), \
                        f"{board}: no console={console} in {system['parameters']}"


def every_option(result, ours, names):
    """Each option of each board's module: seen, of its type, and of some effect."""
    effects = {}
    for board in names:
        with result.test("options", f"{board} is evaluated"):
            made = ours.evaluate(f'options lib.trivial.release "{board}"')
            assert made["base"]["toplevel"] != "none", "its system is not"
            for option in made["options"]:
                name, verdict = option["name"], option["verdict"]
                effects.setdefault(name, set()).add(verdict)
                with result.test(f"options of {board}", name):
                    assert option["described"], "no description"
                    assert option["defaulted"], "no default, and no text of it"
                    assert verdict in ("effect", "no effect", "refused", "read-only"), verdict
    for name, verdicts in effects.items():
        with result.test("options have an effect", name):
            assert verdicts & {"effect", "read-only", "refused"}, \
                "it changes nothing on any of the boards"


# What a PWM chip's directory has: for the group, and for root.
PWM_CHIP = ("export", "unexport")
PWM_CHANNEL = ("pwm0/period", "pwm0/duty_cycle", "pwm0/enable", "pwm0/polarity")
PWM_OTHERS = ("uevent", "npwm", "power/control", "pwm0/uevent", "pwm0/capture",
              "pwm0/power/control")


def touched(rules, sysfs, **event):
    """What of a made-up /sys udev rules change for an event: program -> names of files."""
    found = {}
    for rule in rules.splitlines():
        asked = re.findall(r'(?:ENV\{)?(\w+)\}?=="([^"]*)"', rule)
        if not all(any(fnmatch.fnmatch(event.get(key, ""), one) for one in wanted.split("|"))
                   for key, wanted in asked):
            continue
        for command in re.findall(r'RUN\+="([^"]*)"', rule):
            program, *words = re.sub(r"\$env\{(\w+)\}", lambda m: event[m[1]], command).split()
            files = [sysfs / word.removeprefix("/sys%p").strip("/") for word in words
                     if word.startswith("/sys%p")]
            assert files and all(path.exists() for path in files), command
            if "-R" in words:
                files += [path for file in files for path in file.rglob("*")]
            found.setdefault(pathlib.Path(program).name, set()).update(
                str(path.relative_to(sysfs)) for path in files)
    return found


def groups(result, ours):
    """What of sysfs the rules give to a group, and what they leave to root."""
    with tempfile.TemporaryDirectory(dir=steps.BUILD) as sysfs, \
            result.test("groups", "of a PWM chip the group gets its channels' settings alone"):
        rules = ours.evaluate('(system "khadas-vim1s" { }).config.services.udev.extraRules')
        for name in (*PWM_CHIP, *PWM_CHANNEL, *PWM_OTHERS):
            path = pathlib.Path(sysfs, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()
        chip = {"SUBSYSTEM": "pwm", "KERNEL": "pwmchip0", "sysfs": pathlib.Path(sysfs)}
        for event, wanted in (({"ACTION": "add"}, PWM_CHIP),
                              ({"ACTION": "change", "EXPORT": "pwm0"}, PWM_CHANNEL),
                              ({"ACTION": "change", "UNEXPORT": "pwm0"}, ())):
            have = touched(rules, **chip, **event)
            assert have == ({"chgrp": set(wanted), "chmod": set(wanted)} if wanted else {}), \
                f"{event}: {have}"


def said(result, ours, short):
    """What is said to who makes a mistake."""
    for case in messages.EVALUATED:
        with result.test("messages", case.name):
            text = ours.refusal(case.expression)
            for words in case.words:
                assert re.search(words, text), f"{words!r} is not said:\n{_end(text)}"
    for case in messages.WARNED:
        with result.test("warnings", case.name):
            done = nix.run("nix-instantiate", "--eval", "--strict", "-E",
                           ours.expression(case.expression))
            assert done.returncode == 0, _end(done.stderr)
            for words in case.words:
                assert re.search(words, done.stderr), \
                    f"{words!r} is not said:\n{_end(done.stderr)}"
    for case in messages.BUILT:
        if short and not case.cheap:
            continue
        with result.test("builds that must fail", case.name):
            text = ours.build(case.expression, fails=True)
            for words in case.words:
                assert re.search(words, text), f"{words!r} is not said:\n{_end(text)}"


def module_builds(result, ours, names):
    """The modules' package for kernels of the matrix: twice, and as make has them."""
    for name in names:
        kernel = kernels.get(name)
        with result.test("modules", f"{name} ({kernel.release}), twice and alike"), \
                Step(f"modules of {kernel.release} by nix, twice"):
            # What sid has may be newer than what the modules were tried on.
            path = ours.build_twice(f"(boardPkgs.{SETS[name]}.outboard.override "
                                    f"{{ untested = {'true' if build.untested(kernel) else 'false'}; }})")
            _compare_modules(result, name, kernel, path)


def _compare_modules(result, name, kernel, path):
    top = path / "lib/modules" / kernel.release
    made = {re.sub(r"\.ko(\.xz)?$", "", file.name): file for file in top.rglob("*.ko*")}
    with result.test("modules", f"{name}: those that Kbuild names for that kernel"):
        listed = subprocess.run(["make", "-s", "-f", TOP / "scripts/built-modules.mk",
                                 f"KDIR={kernel.kdir}", *build.untested(kernel)],
                                capture_output=True, text=True, check=True).stdout.split()
        assert listed, "Kbuild names none"
        assert sorted(made) == sorted(pathlib.Path(line).stem for line in listed), sorted(made)
    with result.test("modules", f"{name}: nothing that collides with the kernel's own files"):
        assert not list(top.glob("modules.*")), list(top.glob("modules.*"))
        assert [file.name for file in (path / "lib/modules").iterdir()] == [kernel.release]
    with result.test("modules", f"{name}: no path of the build in them"):
        for file in made.values():
            assert str(bench.WORK).encode() not in _plain(file), f"{file.name} has its build's path"
    if name != kernels.MATRIX["default"]:
        return
    ours = build.modules(name, quiet=True)
    for module, file in sorted(made.items()):
        with result.test("modules are make's", module):
            assert module in ours, "make does not build it"
            for field in ("vermagic", "alias", "depends", "parm", "license"):
                by_nix, by_make = (_modinfo(one, field) for one in (file, ours[module]))
                assert by_nix == by_make, f"{field}: {by_nix}, and by make {by_make}"
            assert _text(file) == _text(ours[module]), "its code is other code"


def _plain(file):
    if file.suffix == ".xz":
        return subprocess.run(["xz", "-dc", file], capture_output=True, check=True).stdout
    return file.read_bytes()


def _modinfo(file, field):
    return sorted(subprocess.run(["/sbin/modinfo", "-F", field, file], capture_output=True,
                                 text=True, check=True).stdout.splitlines())


def _text(file):
    """The code of a module."""
    plain = bench.WORK / "compared.ko"
    plain.write_bytes(_plain(file))
    code = bench.WORK / "compared.text"
    subprocess.run(["aarch64-linux-gnu-objcopy", "-O", "binary", "-j", ".text", plain, code],
                   check=True)
    return code.read_bytes()


def trees(result, ours, names, short):
    """Device trees: each board's, with each kernel that has one."""
    with result.test("built", "the outboard program"):
        path = ours.build("pkgs.outboard")[0]
        done = subprocess.run([path / "bin/outboard", "--version"], capture_output=True, text=True,
                              check=False)
        assert done.returncode == 0, done.stderr
    with result.test("built", "all overlays, twice and alike"), Step("overlays by nix, twice"):
        path = ours.build_twice("pkgs.outboardPackages.device-tree-overlays")
        have = {file.stem for file in path.rglob("*.dtbo")}
        want = {file.stem for file in (TOP / "overlays").rglob("*.dtso")}
        assert have == want, f"differ: {sorted(have ^ want)}"
    if not short:
        with result.test("built", "each overlay's properties in its board's trees, as a package"), \
                Step("checkDeviceTrees of all boards for 6.12 by nix"):
            ours.build("let facts = import (" + str(ours.project) + "/nix/facts.nix) { inherit lib;"
                       " }; kernel = boardPkgs.linuxPackages_6_12.kernel; in lib.mapAttrsToList "
                       "(board: _: pkgs.outboardPackages.checkDeviceTrees { inherit board kernel; }"
                       ") (lib.filterAttrs (_: b: facts.familyOf b kernel != null) boards)")
    for name in names:
        version = f"boardPkgs.{SETS[name]}.kernel"
        text = ("let facts = import (" + str(ours.project) + "/nix/facts.nix) { inherit lib; }; "
                f"kernel = {version}; has = lib.filterAttrs (_: b: facts.familyOf b kernel != null) "
                "boards; in pkgs.linkFarm \"trees\" (lib.mapAttrs (board: _: "
                "pkgs.outboardPackages.mkDeviceTree { inherit board kernel; }) has)")
        with result.test("built", f"the trees of all boards for {name}, twice and alike"), \
                Step(f"trees for {name} by nix, twice"):
            made = ours.build(text)[0]
            ours.build(text, "--check", folder="once-more")
            for board in made.iterdir():
                dtbs = [file for file in board.resolve().rglob("*.dtb") if file.is_file()]
                assert len(dtbs) == 1 and not dtbs[0].is_symlink(), \
                    f"{board.name}: {len(dtbs)} trees"
                path = str(dtbs[0].relative_to(board.resolve()))
                facts = boards.load(board.name)
                assert path in facts["dtb"].values(), path
                # What the boot loader may write: behind the last block of the tree.
                size, struct, strings, *_, strings_size, struct_size = \
                    unpack(">IIIIIIIII", dtbs[0].read_bytes()[4:40])
                free = size - max(struct + struct_size, strings + strings_size)
                wanted = facts.get("boot", {}).get("dtb_padding", 0)
                assert free >= wanted, f"{board.name}: {free} bytes free, not {wanted}"


def image_builds(result, ours):
    """Whole systems' images, as small as a system can be: kernel, initrd, tree, extlinux.conf."""
    for board, kernel, filesystem in IMAGES:
        text = f"""
            (system "{board}" ({{ pkgs, ... }}: {{
              boot.kernelPackages = pkgs.{kernel};
              hardware.outboard = {{
                firmware.enable = false;
                bluetooth.enable = false;
                modules.enable = false;
                image = {{
                  filesystem = "{filesystem}"; compress = false; firmware = null;
                  label = "OWN-LABEL";
                  # The tests' store is elsewhere; a root is known by this.
                  populateCommands = "mkdir -p files/nix/store";
                }};
              }};
              nix.enable = false;
              hardware.wirelessRegulatoryDatabase = false;
            }})).config.system.build.outboardImage"""
        with result.test("built", f"an image for {board}, {filesystem}, twice and alike"), \
                Step(f"image for {board} by nix, twice"):
            path = ours.build_twice(text)
            (image,) = path.glob("*.img")
            done = subprocess.run(["/sbin/sfdisk", "--json", image], capture_output=True, text=True,
                                  check=True)
            table = json.loads(done.stdout)["partitiontable"]
            assert table["partitions"], done.stdout
            labels = [subprocess.run(["/sbin/blkid", "-p", "-o", "value", "-s", "LABEL", "-O",
                                      str(part["start"] * table["sectorsize"]), image],
                                     capture_output=True, text=True, check=False).stdout.strip()
                      for part in table["partitions"]]
            assert "OWN-LABEL" in labels, f"no file system has the label: {labels}"


def library(result, stub, real, write=False):
    """Our lib against the real one: the same value, or a refusal by both, for each case.

    What the real one gave when it was last at hand is in LIB_SEEN, which @write makes anew.
    """
    def values(lib):
        done = nix.run("nix-instantiate", "--read-write-mode", "--eval", "--strict", "--json",
                       HERE / "lib-cases.nix", "--arg", "lib", f"import {lib}/lib")
        assert done.returncode == 0, _end(done.stderr)
        return json.loads(done.stdout)

    def compare(suite, mine, theirs):
        for name in sorted({*mine, *theirs}):
            with result.test(suite, name):
                assert mine.get(name) == theirs.get(name), \
                    f"ours: {json.dumps(mine.get(name))}\nthe real: {json.dumps(theirs.get(name))}"

    with result.test("lib", "the cases are evaluated by ours"):
        mine = values(stub)
        if not write:
            compare("lib as the real one once was", mine,
                    json.loads(LIB_SEEN.read_text(encoding="utf-8")))
        if not real:
            result.add("lib", "ours against the real one", "skip",
                       "NIXPKGS=<path> names no nixpkgs")
            return
        with result.test("lib", "ours has nothing that the real one lacks"):
            done = nix.run("nix-instantiate", "--eval", "--strict", "--json",
                           HERE / "lib-names.nix", "--arg", "ours", f"import {stub}/lib",
                           "--arg", "real", f"import {real}/lib")
            assert done.returncode == 0, _end(done.stderr)
            assert not json.loads(done.stdout), done.stdout
        theirs = values(real)
        compare("lib against the real one", mine, theirs)
        if write:
            LIB_SEEN.write_text(json.dumps(theirs, indent=1, sort_keys=True) + "\n",
                                encoding="utf-8")


def real_nixpkgs(result, real, project):
    """All that is evaluated, once more with a real nixpkgs, as far as it is one."""
    whole = (real / "nixos/lib/eval-config.nix").is_file() and (real / "pkgs/top-level").is_dir()
    if not whole:
        mixed = bench.mixed(real)
        theirs = Bench(mixed, project)
        note = ", ".join(sorted(bench.taken(real)))
        result.add("real nixpkgs", "packages, and NixOS as a whole", "skip",
                   f"{real} has only lib and some files of NixOS, which stand in for ours")
        steps.say(f"  note   of {real}: lib, {note}")
    else:
        theirs = Bench(real, project)
    # A real one has the options of one version, its own.
    every_board(result, theirs, "boards with the real nixpkgs",
                RELEASES if theirs.nixpkgs != real else (theirs.evaluate("lib.trivial.release"),))
    for case in messages.EVALUATED:
        if case.real:
            with result.test("messages with the real nixpkgs", case.name):
                text = theirs.refusal(case.expression)
                for words in case.words:
                    assert re.search(words, text), f"{words!r} is not said:\n{_end(text)}"
    for board in boards.names():
        with result.test("options with the real nixpkgs", board):
            made = theirs.evaluate(f'options lib.trivial.release "{board}"')
            wrong = [f"{option['name']}: {option['verdict']}" for option in made["options"]
                     if option["verdict"] not in ("effect", "no effect", "refused", "read-only")]
            assert not wrong, "\n".join(wrong)
    with result.test("flake with the real nixpkgs", "nix flake check --no-build"):
        done = nix.run("nix", "flake", "check", "--no-build", "--all-systems", "--offline",
                       "--no-write-lock-file", "--override-input", "nixpkgs",
                       f"path:{theirs.nixpkgs}", f"path:{project}")
        assert done.returncode == 0, _end(done.stderr)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--short", action="store_true", help="what make check has time for")
    parser.add_argument("--only", default="", help="suites: files lib flake kernels boards options "
                        "pages groups messages modules trees images real")
    parser.add_argument("--kernel", help="what modules and trees are built for: a name of the "
                        "matrix, or all (default; with --short: the matrix' default)")
    parser.add_argument("--write", action="store_true",
                        help="keep what the lib of NIXPKGS gives for the cases")
    args = parser.parse_args()
    nix.program()
    real = os.environ.get("NIXPKGS")
    if real and not (pathlib.Path(real) / "lib/default.nix").is_file():
        raise Fault(f"NIXPKGS={real}: no nixpkgs: it has no lib/default.nix")
    real = real and pathlib.Path(real).resolve()
    result = report.Report("nix")
    # What is put together below build/ is one tree's.
    with steps.alone("nix"):
        nix.tidy()
        ours = Bench(bench.nixpkgs(), bench.project())
        chosen = boards.names() if not args.short else SHORT_BOARDS
        built = kernels.select(args.kernel or ("" if args.short else "all"))
        suites = {
            "files": lambda: files(result),
            "lib": lambda: library(result, ours.nixpkgs, real, args.write),
            "flake": lambda: flake(result, ours),
            "kernels": lambda: kernel_packages(result, ours),
            "boards": lambda: every_board(result, ours),
            "options": lambda: every_option(result, ours, chosen),
            "pages": lambda: pages.check(result, ours),
            "groups": lambda: groups(result, ours),
            "messages": lambda: said(result, ours, args.short),
            "trees": lambda: trees(result, ours, built, args.short),
            "modules": lambda: module_builds(result, ours, built),
        }
        if not args.short:
            suites["images"] = lambda: image_builds(result, ours)
        if real:
            suites["real"] = lambda: real_nixpkgs(result, real, ours.project)
        else:
            result.add("real nixpkgs", "evaluation", "skip", "NIXPKGS=<path> names no nixpkgs")
        for name, suite in suites.items():
            if args.only and name not in args.only.split(","):
                continue
            with Step(f"nix: {name}"):
                suite()
    return result.close()


if __name__ == "__main__":
    steps.main_guard(main)
