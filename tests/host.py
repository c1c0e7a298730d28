# SPDX-License-Identifier: GPL-2.0-only
"""Bad input, the cache, and what the build scripts do when things go wrong.

Every test runs the command that a user would run, and looks at its exit
status, at the sentence that it prints and at what it leaves behind.
"""
import argparse
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import threading

from outboard import steps
from outboard.devicetree import dtmerge
from outboard.facts import boards
from outboard.modules import tools
from outboard.sources import aptroot, kernels
from outboard.steps import BUILD, TOP, Fault, Step
from tests import readme, report
from tests.boot import ktap, qemu, run as boot_bench

# A user who owns nothing here; env: no name of root's directories.
AS_NOBODY = ["setpriv", "--reuid=54321", "--regid=54321", "--clear-groups"]
KDIR_KERNEL = "6.1"
# What is built for it: the Raspberry Pi's, the Meson S4's that it lacks, and what any kernel
# of the range can have.
FOR_PI = ["rpi_boardid", "rpi_gpiomem", "rpi_vcio"]
FOR_S4 = ["aml_s4_clk", "aml_s4_pwm"]
FOR_ANY = ["aml_s4_usb2_phy", "aml_uart"]
FOR_KDIR = sorted(FOR_PI + FOR_S4 + FOR_ANY)


def run(*command, env=None, cwd=TOP, **options):
    done = subprocess.run([str(c) for c in command], cwd=cwd, capture_output=True, text=True,
                          stdin=subprocess.DEVNULL, env={**os.environ, **(env or {})},
                          check=False, **options)
    return done.returncode, done.stdout, done.stderr


def expect(done, status, *said):
    """Assert exit status and that stderr has each of the regular expressions."""
    have, out, err = done
    assert have == status, f"exit status {have}, not {status}\n{out[-600:]}{err[-600:]}"
    for words in said:
        assert re.search(words, err), f"stderr does not say {words!r}:\n{err[-800:]}"
    assert "Traceback" not in err, err


class Scratch:
    """A build tree that may be spoilt: a copy of a real one, without what is large."""

    def __init__(self, work):
        self.kdir = work / "kdir"
        real = kernels.get(KDIR_KERNEL).kdir
        self.kdir.mkdir()
        for path in real.iterdir():
            if path.name == "include":
                shutil.copytree(path, self.kdir / "include", symlinks=True)
            elif path.name in ("Makefile", "Module.symvers", ".kernelvariables"):
                shutil.copy(path, self.kdir)
            elif path.name != "vmlinux":
                (self.kdir / path.name).symlink_to(path)
        for hidden in real.glob(".kernelvariables"):
            shutil.copy(hidden, self.kdir)
        self.out = work / "out"

    def option(self, name, value):
        """Set (value) or take away (None) an option in both of Kbuild's files."""
        for path, line in (("include/config/auto.conf", f"CONFIG_{name}=y\n"),
                           ("include/generated/autoconf.h", f"#define CONFIG_{name} 1\n")):
            path = self.kdir / path
            text = re.sub(rf"^(#define )?CONFIG_{name}[= ].*\n", "", path.read_text(), flags=re.M)
            path.write_text(text + (line if value else ""))

    def build(self, *extra):
        return run(TOP / "scripts/build-kdir", self.kdir, self.out, *extra)

    def modules(self):
        return sorted(path.stem for path in self.out.rglob("*.ko"))


def bad_words(result):
    valid = ", ".join(kernels.names())
    with result.test("words", "make modules KERNEL=nonsense"):
        expect(run("make", "modules", "KERNEL=4.4"), 2, "KERNEL=4.4", re.escape(valid))
    with result.test("words", "make run BOARD=nonsense"):
        expect(run("make", "run", "BOARD=rapsberry"), 2, "BOARD=rapsberry", "raspberry-pi-3b")
    with result.test("words", "make run KERNEL=nonsense"):
        expect(run("make", "run", "KERNEL=9"), 2, "KERNEL=9", re.escape(valid))
    with result.test("words", "one kernel is wanted, and KERNEL=all given"):
        for words in (["run"], ["run", "BOARD=imx8mp-evk"],
                      ["image", "ROOTFS=/", "FIRMWARE=none"], ["bench"]):
            expect(run("make", *words, "KERNEL=all"), 2, "KERNEL=all: one kernel can be used")
    with result.test("words", "make run KERNEL=a file that there is not"):
        expect(run("make", "run", "KERNEL=/no/Image"), 2, "/no/Image: No such file")
    with result.test("words", "make check-fuzz SECONDS=nonsense"):
        for seconds in ("-1", "x"):
            expect(run("make", "check-fuzz", f"SECONDS={seconds}"), 2, "not a number of seconds")
    with result.test("words", "make check-boot KERNEL=nonsense"):
        expect(run("make", "check-boot", "KERNEL=9"), 2, "KERNEL=9", re.escape(valid))
    with result.test("words", "a variable that there is not"):
        expect(run("make", "modules", "KERNLE=6.1"), 2, "no variable KERNLE", "KERNEL KDIR BOARD")
    with result.test("words", "a board that the tests cannot boot says why"):
        real, boards.load = boards.load, lambda name: {"name": name}
        try:
            boot_bench.emulated("some-board")
        except Fault as fault:
            assert re.search(r"BOARD=some-board: none of QEMU's own machines", str(fault)), fault
        else:
            raise AssertionError("it is booted on nothing")
        finally:
            boards.load = real
    with result.test("words", "a kernel that lacks the board's tree"):
        expect(run("make", "run", "BOARD=raspberry-pi-zero-2-w", "KERNEL=5.10"), 2,
               "kernel 5.10 has no tree for it")
    with result.test("words", "kernel-path of what is not there"):
        expect(run(sys.executable, TOP / "python", "kernel-path", "6.1", "initrd"), 2, "kdir, image, dtbs, modules")
    with result.test("words", "make help has a line for each target"):
        status, out, _ = run("make", "help")
        targets = re.findall(r"^([a-z-]+):.*##", (TOP / "Makefile").read_text(), re.M)
        assert status == 0 and all(f"  {target} " in out for target in targets), out
        long = [line for line in out.splitlines() if len(line) > 80]
        assert not long, f"wider than a terminal: {long}"


# Targets that install packages as root without being asked, as make help says.
UNASKED = re.compile(r"run|check|check-.*|lint|bench|setup")


def packages(result):
    """Who has packages installed: on a machine that lacks all of them, as root."""
    text = (TOP / "Makefile").read_text()
    targets = {name for name, recipe in re.findall(r"^([a-z-]+):.*##.*\n((?:\t.*\n)+)", text, re.M)
               if "scripts/setup" in recipe}
    with tempfile.TemporaryDirectory(dir=BUILD) as work:
        work = pathlib.Path(work)
        for name, script in (("id", "echo 0"), ("dpkg-query", "exit 1"),
                             ("apt-get", f"echo \"$@\" >>{work}/called; exit 1")):
            (work / name).write_text(f"#!/bin/sh\n{script}\n")
            (work / name).chmod(0o755)

        def called(*words):
            (work / "called").unlink(missing_ok=True)
            done = run("make", *words,
                       env={"PATH": f"{work}:{os.environ['PATH']}", "SETUP": ""})
            return done, (work / "called").exists()

        for target in sorted(targets):
            with result.test("packages", f"make {target} as root"):
                done, installs = called(target)
                expect(done, 2)
                assert installs == bool(UNASKED.fullmatch(target)), done[2]
                if not installs:
                    expect(done, 2, "sudo apt-get install --no-install-recommends .*make")
        with result.test("packages", "SETUP=yes and SETUP=no"):
            assert called("tools", "SETUP=yes")[1], "nothing is installed"
            assert not called("run", "SETUP=no")[1], "packages are installed"
            expect(called("run", "SETUP=maybe")[0], 2, "SETUP=maybe: neither yes nor no")
        with result.test("packages", "install-tools asks for what it needs"):
            asked = called("install-tools")[0][2].split("recommends ")[1].split()
            assert "libkmod-dev" in asked and len(asked) == len(set(asked)), asked
            assert not {"ninja-build", "mtools", "gcc-aarch64-linux-gnu"} & set(asked), asked


def files_below(root):
    return sorted(str(path.relative_to(root)) for path in root.rglob("*") if not path.is_dir())


def installs(result):
    """What is put where, and that it goes again."""
    with tempfile.TemporaryDirectory(dir=BUILD) as work:
        root = pathlib.Path(work) / "the root"
        kdir = kernels.get(KDIR_KERNEL).kdir
        release = kernels.get(KDIR_KERNEL).release
        out = f"O={work}/out"
        pages = [f"share/man/man1/{path.name}" for path in sorted((TOP / "docs/man").iterdir())]
        for given, prefix, env in (([], "usr/local", {}), (["PREFIX="], "usr/local", {}),
                                   ([], "usr/local", {"PREFIX": ""}),
                                   (["PREFIX=/opt/out board"], "opt/out board", {})):
            with result.test("install", f"make install-tools {' '.join(given)}{env or ''}"):
                expect(run("make", "install-tools", f"DESTDIR={root}", *given, env=env), 0)
                expected = sorted(f"{prefix}/{name}" for name in ["bin/outboard", *pages])
                assert files_below(root) == expected, files_below(root)
                expect(run("make", "uninstall", f"DESTDIR={root}", *given, env=env), 0)
                assert not files_below(root), files_below(root)
        with result.test("install", "a DESTDIR= that is relative"):
            relative = os.path.relpath(root, TOP)
            expect(run("make", "install-tools", f"DESTDIR={relative}"), 0)
            assert "usr/local/bin/outboard" in files_below(root), files_below(root)
        with result.test("install", "an empty UDEVDIR= is as none"):
            expect(run("make", "dkms", f"DESTDIR={root}", "UDEVDIR="), 0)
            assert not list(root.glob("*.rules")) and list(root.glob("etc/udev/rules.d/*.rules"))
        with result.test("install", "make uninstall removes all that was installed"):
            expect(run("make", "install", f"KDIR={kdir}", out, f"DESTDIR={root}"), 0)
            before = files_below(root)
            assert any(name.endswith("rpi_vcio.ko") for name in before), before
            status, said, err = run("make", "uninstall", f"KDIR={kdir}", f"DESTDIR={root}")
            expect((status, said, err), 0)
            assert not files_below(root), files_below(root)
            gone = [name for name in before if not name.startswith("usr/src/")]
            assert all(f"removed {root}/{name}\n" in said for name in gone), said
            assert not (root / f"lib/modules/{release}/updates").exists()
            assert not list((root / "usr/src").iterdir())
        with result.test("install", "make uninstall leaves what is not ours"):
            expect(run("make", "install", f"KDIR={kdir}", out, f"DESTDIR={root}"), 0)
            others = {f"lib/modules/{release}/updates/outboard/other.ko": "other",
                      f"lib/modules/{release}/updates/outboard/rpi_vcio.ko": "mine",
                      f"lib/modules/{release}/updates/another.ko": "another",
                      "lib/modules/1.0/updates/outboard/rpi_vcio.ko": "of another kernel",
                      "usr/local/bin/outboard": "a program", "usr/src/outboard-1/README": "mine",
                      "etc/udev/rules.d/70-mine.rules": "mine"}
            for name, text in others.items():
                (root / name).parent.mkdir(parents=True, exist_ok=True)
                (root / name).write_text(text)
            status, said, err = run("make", "uninstall", f"KDIR={kdir}", f"DESTDIR={root}")
            expect((status, said, err), 0)
            rules = [f"etc/udev/rules.d/{path.name}" for path in (TOP / "udev").iterdir()]
            assert files_below(root) == sorted([*others, *rules]), files_below(root)
            assert "rpi_vcio.ko: not what outboard installs" in said, said
            assert "for the modules of other kernels" in said, said
            assert all((root / name).read_text() == text for name, text in others.items())
        with result.test("install", "make uninstall where nothing is"):
            status, said, err = run("make", "uninstall", f"DESTDIR={work}/nothing")
            expect((status, said, err), 0)
            assert "nothing of outboard's" in said, said
        with result.test("install", "as another user than root"):
            before = () if os.geteuid() else AS_NOBODY
            expect(run(*before, "make", "dkms"), 2,
                   "/usr/src cannot be written to: run this as root")


def checkout(where):
    """A copy of the sources, without .git, as from an archive."""
    names = [name for name in os.listdir(TOP) if name not in ("build", ".git")]
    where.mkdir(parents=True)
    for name in names:
        run("cp", "-r", TOP / name, where)
    return where


# What a user without a home, or without rights, may run in a checkout of root's.
EACH = ("modules", "overlays", "trees", "tools", "fetch", "image", "run", "check-host", "lint",
        "install-tools", "readme", "pins", "boards", "kernels", f"KDIR={TOP}")


def troubles(result):
    """Places that cannot be written, paths with spaces, a full disk: a sentence for each."""
    with tempfile.TemporaryDirectory() as work:
        work = pathlib.Path(work)
        work.chmod(0o755)
        place = checkout(work / "a copy")
        (work / "none").mkdir()

        def make(*words, env=None, before=()):
            done = run(*before, "make", "-C", place, *words, env=env)
            assert "Traceback" not in done[2], done[2]
            return done

        with result.test("troubles", "a checkout whose path has a space"):
            expect(make("tools", "overlays"), 0)
            expect(make("install-tools", f"DESTDIR={work}/a root"), 0)
            expect(make("modules"), 2, "a copy: Kbuild takes no path with a space")
            assert not (work / "a").exists(), "half of the path was made"
        for name in ("KDIR", "O"):
            with result.test("troubles", f"{name}= with a space"):
                given = {"KDIR": kernels.get(KDIR_KERNEL).kdir, "O": work / "o", name: work / "k d"}
                (work / "k d").mkdir(exist_ok=True)
                expect(make(*(f"{key}={path}" for key, path in given.items())), 2,
                       f"{name}={work}/k d: Kbuild takes no path with a space")
        with result.test("troubles", "a cache whose path has a space"):
            expect(make("fetch", env={"XDG_CACHE_HOME": f"{work}/k d"}), 2,
                   "k d/outboard: the cache's path has a space .* XDG_CACHE_HOME=")
        with result.test("troubles", "a cache that is a file"):
            (work / "file").touch()
            expect(make("fetch", env={"XDG_CACHE_HOME": f"{work}/file"}), 2,
                   r"file/outboard\S*: Not a directory .*XDG_CACHE_HOME=")
        with result.test("troubles", "QEMU= is none"):
            expect(make("run", "BOARD=imx8mp-evk", env={"QEMU": "/bin/false"}), 2,
                   "QEMU=/bin/false: it is no QEMU")
        with result.test("troubles", "stdout is full, or closed"):
            for to, status in ((">/dev/full", 2), (">&-", 0)):
                expect(run("sh", "-c", f"exec {sys.executable} python boards {to}"), status,
                       *(["No space left"] if status else []))
        if os.geteuid():
            result.add("troubles", "as another user", "skip", "this is not root")
            return
        for target in EACH:
            for what, env in (("root's cache", {"XDG_CACHE_HOME": str(work / "none")}),
                              ("no home", {"HOME": "", "XDG_CACHE_HOME": ""})):
                with result.test("troubles", f"make {target} in root's checkout, with {what}"):
                    status, said, err = make(target, env=env, before=AS_NOBODY)
                    assert status == 2 and "outboard: " in err or \
                        status == 0 and target in ("boards", "kernels"), said + err
        # A container may forbid it.
        small = ("unshare", "-m", "sh", "-c",
                 f'mount -t tmpfs -o size=200k none {work}/none && exec "$@"', "sh")
        if run(*small, "true")[0]:
            result.add("troubles", "the disk of the cache is full", "skip",
                       "no file system can be mounted here")
            return
        with result.test("troubles", "the disk of the cache is full"):
            expect(run(*small, sys.executable, "python", "fetch", "6.1",
                       env={"XDG_CACHE_HOME": f"{work}/none"}), 2,
                   "outboard: .*(disk is full|No space left)")


def build_trees(result):
    def case(name):
        return result.test("KDIR", name)

    with case("no such directory"):
        expect(run("make", "KDIR=/nonexistent"), 2, "KDIR=/nonexistent: no such directory")
    with tempfile.TemporaryDirectory(dir=BUILD) as work, case("not a kernel tree"):
        expect(run("make", f"KDIR={work}"), 2, "has no Makefile")
    for missing, said in (("include/config/auto.conf", "modules_prepare"),
                          ("include/generated/autoconf.h", "modules_prepare"),
                          ("Module.symvers", "Module.symvers is missing"),
                          ("scripts", "scripts/mod/modpost is missing")):
        with tempfile.TemporaryDirectory(dir=BUILD) as work, case(f"without {missing}"):
            tree = Scratch(pathlib.Path(work))
            (tree.kdir / missing).unlink()
            expect(tree.build(), 2, re.escape(str(tree.kdir)), said)
            assert not tree.out.exists(), "something was made"
    with tempfile.TemporaryDirectory(dir=BUILD) as work, case("O= is somebody's folder"):
        precious = pathlib.Path(work) / "precious"
        precious.write_text("mine")
        expect(run("make", f"KDIR={kernels.get(KDIR_KERNEL).kdir}", f"O={work}"), 2,
               "neither empty nor a build directory")
        assert [path.name for path in pathlib.Path(work).iterdir()] == ["precious"]
        assert precious.read_text() == "mine"
    with tempfile.TemporaryDirectory(dir=BUILD) as work:
        tree = Scratch(pathlib.Path(work))
        with case("CROSS_COMPILE= and LLVM= choose the compiler"):
            expect(tree.build("CROSS_COMPILE=no-such-"), 2, "no compiler no-such-gcc")
            expect(tree.build("LLVM=-0"), 2, "no compiler clang-0")
        with case("another architecture"):
            tree.option("ARM64", None)
            expect(tree.build(), 2, "another architecture than arm64")
            tree.option("ARM64", "y")
        with case("no loadable modules"):
            tree.option("MODULES", None)
            expect(tree.build(), 2, "CONFIG_MODULES")
            tree.option("MODULES", "y")
        with case("no such compiler"):
            expect(tree.build("CC=no-such-cc"), 2, "no compiler no-such-cc")
        with case("an older kernel than the range"):
            status, out, err = tree.build("VERSION=5", "PATCHLEVEL=4")
            assert status == 1, f"exit status {status}"
            assert "#error \"this is Linux 5.4: outboard supports Linux 5.10" in out + err, \
                (out + err)[-600:]
            assert not tree.modules(), "modules were left"
        with case("a newer kernel than the range"):
            status, out, err = tree.build("VERSION=9", "PATCHLEVEL=0")
            assert status == 1 and "make UNTESTED=1" in out + err, (out + err)[-600:]
        with case("a newer kernel than the range, UNTESTED=1"):
            expect(tree.build("VERSION=9", "PATCHLEVEL=0", "UNTESTED=1"), 0)
            # A release by which the kernel has its own PWM driver; its options say nothing.
            assert tree.modules() == sorted({*FOR_KDIR} - {"aml_s4_pwm"}), tree.modules()
        with case("built"):
            expect(tree.build(), 0)
            assert tree.modules() == FOR_KDIR, tree.modules()
        with case("nothing to do the second time"):
            before = {path: path.stat().st_mtime_ns for path in tree.out.rglob("*.ko")}
            expect(tree.build(), 0)
            assert before == {p: p.stat().st_mtime_ns for p in tree.out.rglob("*.ko")}, "rebuilt"
        with case("a vendor's kernel has its own driver"):
            tree.option("BCM_VCIO", "y")
            status, out, _ = tree.build()
            assert status == 0 and "rpi_vcio is not built: this kernel has its own, " \
                "CONFIG_BCM_VCIO" in out, out[-600:]
            assert tree.modules() == sorted({*FOR_KDIR} - {"rpi_vcio"}), tree.modules()
            tree.option("BCM_VCIO", None)
        with case("a kernel that lacks what a module needs"):
            tree.option("RASPBERRYPI_FIRMWARE", None)
            status, out, _ = tree.build()
            assert status == 0 and "rpi_boardid is not built: this kernel lacks " \
                "CONFIG_RASPBERRYPI_FIRMWARE" in out, out[-600:]
            assert tree.modules() == sorted({*FOR_KDIR} - {"rpi_vcio", "rpi_boardid"}), tree.modules()
            tree.option("RASPBERRYPI_FIRMWARE", "y")
        with case("a symbol that the kernel lacks"):
            symvers = tree.kdir / "Module.symvers"
            whole = symvers.read_text()
            symvers.write_text(re.sub(r".*\tmisc_register\t.*\n", "", whole))
            status, out, err = tree.build()
            assert status == 1 and "misc_register" in out + err, (out + err)[-600:]
            assert not tree.modules(), f"left: {tree.modules()}"
            symvers.write_text(whole)
        with case("whole again after a failure"):
            expect(tree.build(), 0)
            assert tree.modules() == FOR_KDIR, tree.modules()
        with case("another compiler's objects are not reused"):
            expect(tree.build(f"CC={TOP}/scripts/clang-kernel"), 0)
            made = (tree.out / "drivers/char/rpi_vcio.ko").read_bytes()
            assert b"clang" in made and b"GCC: " not in made, "compiled by gcc"
    with tempfile.TemporaryDirectory(dir=BUILD) as work, case("in place, without our scripts"):
        copy = pathlib.Path(work) / "outboard"
        for name in ("Kbuild", "drivers", "include"):
            copy.mkdir(exist_ok=True)
            run("cp", "-r", TOP / name, copy)
        expect(run("make", "-C", kernels.get(KDIR_KERNEL).kdir, f"M={copy}", "ARCH=arm64",
                   "CROSS_COMPILE=aarch64-linux-gnu-", "CC=aarch64-linux-gnu-gcc", "modules"), 0)
        assert sorted(path.stem for path in copy.rglob("*.ko")) == FOR_KDIR
    with tempfile.TemporaryDirectory(dir=BUILD) as work, case("make install"):
        kernel = kernels.get(KDIR_KERNEL)
        expect(run("make", "install", f"KDIR={kernel.kdir}", f"O={work}/out",
                   f"DESTDIR={work}/root"), 0)
        where = pathlib.Path(work) / "root/lib/modules" / kernel.release / "updates/outboard"
        assert sorted(path.stem for path in where.glob("*.ko")) == FOR_KDIR, list(where.glob("*"))
        assert list((pathlib.Path(work) / "root/etc/udev/rules.d").glob("*.rules"))
    with tempfile.TemporaryDirectory(dir=BUILD) as work, case("make dkms"):
        work = pathlib.Path(work)
        kernel = kernels.get(KDIR_KERNEL)
        expect(run("make", "dkms", f"DESTDIR={work}"), 0)
        where = ["--sourcetree", work / "usr/src", "--dkmstree", work / "dkms"]
        (source,) = (work / "usr/src").glob("outboard-*")
        package = source.name.replace("-", "/", 1)
        (work / "dkms").mkdir()
        expect(run("dkms", "add", package, *where), 0)
        expect(run("dkms", "build", package, "-k", kernel.release, "-a", "aarch64",
                   "--kernelsourcedir", kernel.kdir, *where), 0)
        made = list((work / "dkms" / package / kernel.release).rglob("*.ko*"))
        assert len(made) == len(FOR_KDIR), made
        # A kernel for which Kbuild leaves modules out: dkms must not miss them.
        tree = Scratch(work)
        tree.option("RASPBERRYPI_FIRMWARE", None)
        expect(run("dkms", "build", package, "-k", "6.1.0-0-other", "-a", "aarch64",
                   "--kernelsourcedir", tree.kdir, *where), 0)
        made = [path.stem for path in (work / "dkms" / package / "6.1.0-0-other").rglob("*.ko*")]
        assert sorted(made) == sorted({*FOR_KDIR} - {"rpi_vcio", "rpi_boardid"}), made


# What the strict merge must refuse: (name, root and fragments of the overlay, words of the refusal).
BOARD = 'compatible = "raspberrypi,3-model-b";'
FRAGMENT = 'fragment@0 { target-path = "/"; __overlay__ { a { }; }; };'
REFUSED = (
    ("an overlay that names no board", FRAGMENT, "bad.dtbo: its root has no compatible"),
    ("another board's overlay", 'compatible = "a,b", "c,d";' + FRAGMENT,
     "bad.dtbo: is for a,b, c,d; .* is the tree of raspberrypi,3-model-b"),
    ("a target path that is not there",
     BOARD + 'fragment@0 { target-path = "/soc/absent"; __overlay__ { a { }; }; };',
     "bad.dtbo: fragment@0: .*3-b.dtb has no node /soc/absent"),
    ("an alias that is not there",
     BOARD + 'fragment@0 { target-path = "serial9"; __overlay__ { a { }; }; };',
     "fragment@0: .* has no alias serial9"),
    ("a label that is not there", BOARD + 'fragment@0 { target = <&uart00>; __overlay__ { }; };',
     r"has no label uart00 \(needed by /fragment@0:target:0\); it has uart0"),
    ("a label that is not there, as a reference",
     BOARD + 'fragment@0 { target-path = "/"; __overlay__ { a { b = <0 &no_such_thing>; }; }; };',
     r"has no label no_such_thing \(needed by /fragment@0/__overlay__/a:b:4\)"),
    ("a target that is a bare number", BOARD + 'fragment@0 { target = <7>; __overlay__ { }; };',
     "its target is a bare number"),
    ("no target", BOARD + 'fragment@0 { __overlay__ { }; };', "neither target nor target-path"),
    ("two targets", BOARD + 'fragment@0 { target-path = "/"; target = <&uart0>; __overlay__ { }; };',
     "both target and target-path"),
    ("a node that is no fragment", BOARD + FRAGMENT + 'forgotten { a = "b"; };',
     "/forgotten is no fragment .*would be passed over"),
    ("no fragment at all", BOARD, "is no overlay"),
    ("an address that is taken",
     BOARD + 'fragment@0 { target-path = "/soc"; __overlay__ '
     '{ uart@7e201000 { reg = <0x7e201000 4>; }; }; };',
     "uart@7e201000 has the same address as its enabled sibling serial@7e201000"),
    ("a reference to a node that is not merged",
     BOARD + 'outside: fragment@9 { target-path = "/"; __overlay__ { }; };'
     'fragment@0 { target-path = "/"; __overlay__ { a { b = <&outside>; }; }; };',
     "refers to a node that is not merged"),
)


def trees(result):
    overlay = dtmerge.compile_overlays()["rpi-system"]
    base = kernels.get("6.12").dtbs / "broadcom/bcm2837-rpi-3-b.dtb"
    plain = kernels.get("6.1").dtbs / "broadcom/bcm2837-rpi-3-b.dtb"
    program = tools.outboard()
    with tempfile.TemporaryDirectory(dir=BUILD) as work:
        work = pathlib.Path(work)
        out = work / "out.dtb"

        def written(name, data):
            (work / name).write_bytes(data)
            return work / name

        def make_overlay(name, body):
            path = work / f"{name}.dtbo"
            subprocess.run([*dtmerge.tool("dtc"), "-q", "-f", "-@", "-O", "dtb", "-o", path, "-"],
                           input=f"/dts-v1/; /plugin/; / {{ {body} }};", text=True, check=True)
            return path

        def refuse(said, *files):
            expect(run(program, "merge", "-o", out, *files), 2, said)
            assert not list(work.glob("out.dtb*")), "there is an output"

        blob = base.read_bytes()
        deep = bytearray(blob[:40] + bytes(16))    # a good header, and no reservation
        deep += b"\0\0\0\1\0\0\0\0" + b"\0\0\0\1a\0\0\0" * 5000 + b"\0\0\0\2" * 5001
        deep += b"\0\0\0\x09"
        size = len(deep)
        for at, value in ((4, size), (8, 56), (12, size), (16, 40), (32, 0), (36, size - 56)):
            deep[at:at + 4] = value.to_bytes(4, "big")
        for name, tree, over, said in (
                ("a base that is text", written("t.dtb", b"not a tree"), overlay,
                 "t.dtb: is not a device tree blob"),
                ("a base that is source", written("s.dtb", b"/dts-v1/; / { };"), overlay,
                 "s.dtb: is source text: compile it"),
                ("an empty base", written("e.dtb", b""), overlay, "e.dtb: is not a device tree"),
                ("a base cut short", written("c.dtb", blob[:5000]), overlay,
                 "c.dtb: is cut short: 5000 bytes of the"),
                ("a base that is missing", work / "no.dtb", overlay, "no.dtb: cannot be opened"),
                ("a base that is a directory", work, overlay, "is not a file"),
                ("a base that is too large", written("l.dtb", blob + bytes(3 << 20)), overlay,
                 "more than a kernel takes"),
                ("a base nested too deep", written("d.dtb", bytes(deep)), overlay,
                 "d.dtb: has nodes deeper than 64 levels"),
                ("an overlay that is no tree", base, work / "t.dtb", "t.dtb: is not a device tree"),
                ("an overlay of 5,000 nodes", base,
                 make_overlay("many", BOARD + 'fragment@0 { target-path = "/"; __overlay__ { '
                              + "".join(f"n{i} {{ }}; " for i in range(5000)) + "}; };"),
                 "many.dtbo: has more than 4096 nodes"),
                ("a base as the overlay", base, base, "is no overlay: no node of it is"),
                ("a base without labels", plain,
                 make_overlay("l", BOARD + "fragment@0 { target = <&uart0>; __overlay__ { }; };"),
                 "l.dtbo: needs the label uart0 .* has no __symbols__")):
            with result.test("merge", name):
                refuse(said, tree, over)
        for name, body, said in REFUSED:
            with result.test("merge", name):
                refuse(said, base, make_overlay("bad", body))
        with result.test("merge", "two overlays that disagree"):
            one, two = (make_overlay(name, BOARD + 'fragment@0 { target-path = "/aliases"; '
                        f'__overlay__ {{ x = "{name}"; }}; }};') for name in ("one", "two"))
            refuse("two.dtbo: replaces x of /aliases, which one.dtbo has set", base, one, two)
        with result.test("merge", "an overlay that uses an earlier one's label"):
            one = make_overlay("gives", BOARD + 'fragment@0 { target-path = "/"; __overlay__ '
                               '{ here: given { }; }; };')
            two = make_overlay("takes", BOARD + 'fragment@0 { target = <&here>; __overlay__ '
                               '{ taken = <&here>; }; };')
            refuse("takes.dtbo: .* has no label here", base, two, one)
            expect(run(program, "merge", "-o", out, base, one, two), 0)
            phandle = run(*dtmerge.tool("fdtget"), out, "/given", "phandle")[1]
            assert phandle == run(*dtmerge.tool("fdtget"), out, "/given", "taken")[1] != ""
        with result.test("merge", "what it says of itself"):
            said = run(program, "merge", "--explain", base, overlay)[1]
            assert "rpi-system.dtbo:\n    /\n  + /system\n" in said, said
        with result.test("merge", "free space on request"):
            expect(run(program, "merge", "-o", out, base, overlay), 0)
            packed = out.stat().st_size
            expect(run(program, "merge", "-p", "8k", "-o", out, base, overlay), 0)
            assert out.stat().st_size == packed + 8192
            expect(run(program, "merge", "-p", "8x", "-o", out, base, overlay), 2, "is no size|no size")
        with result.test("merge", "an output that cannot be written"):
            expect(run(program, "merge", "-o", work / "no/out.dtb", base, overlay), 2,
                   "no/out.dtb: cannot be written: No such file")
        with result.test("merge", "an existing output survives a full disk"):
            out.write_text("keep")
            expect(run("sh", "-c", 'trap "" XFSZ; ulimit -f 8; exec "$@"', "sh", program, "merge",
                       "-o", out, base, overlay), 1, "out.dtb: cannot be written: File too large")
            assert out.read_text() == "keep"
            assert list(work.glob("out.dtb*")) == [out], "something is left behind"
        with result.test("merge", "an existing output survives a refusal"):
            out.write_text("keep")
            expect(run(program, "merge", "-o", out, base, base), 2)
            assert out.read_text() == "keep"


def board_files(result):
    good = (boards.FOLDER / "raspberry-pi-3b.toml").read_text()
    with tempfile.TemporaryDirectory(dir=BUILD) as work:
        path = pathlib.Path(work) / "board.toml"
        for name, old, new, said in (
                ("unknown key", 'soc = "bcm2837"', 'soc = "bcm2837"\nsoz = 1', "'soz' was unexp"),
                ("unknown key below", "baud = 115200", "baud = 115200\nspeed = 1",
                 "console: .*'speed'"),
                ("missing key", 'name = "Raspberry Pi 3 Model B"\n', "", "'name' is a required"),
                ("wrong type", "baud = 115200", 'baud = "fast"', "console.baud: .*integer"),
                ("no such overlay", '"rpi-system"', '"rpi-sytem"', "rpi-sytem.dtso does not exist"),
                ("no such module", '"rpi_vcio"]', '"rpi_vico"]', "rpi_vico.c does not exist"),
                ("not TOML", "[dtb]", "[dtb", "not TOML")):
            with result.test("board files", name):
                assert old in good, f"the test is stale: {old}"
                path.write_text(good.replace(old, new))
                faults = "\n".join(boards.check(path))
                assert re.search(said, faults), f"faults: {faults!r}"
                assert "board.toml: " in faults, "the file is not named"
        with result.test("board files", "a good one"):
            path.write_text(good)
            assert not boards.check(path), boards.check(path)


class FakeRoot:
    """An apt root with two ABIs whose newest has vanished from the archive."""

    fetched = []

    def __init__(self, *suites, arch="amd64"):
        del suites, arch

    def update(self, step, anew=False):
        pass

    def names(self, prefix):
        return [name for abi in ("6.1.0-55", "6.1.0-9", "6.1.0-56") for name in
                (f"linux-headers-{abi}-arm64", f"linux-image-{abi}-arm64",
                 f"linux-headers-{abi}-rt-arm64") if name.startswith(prefix)]

    def show(self, package):
        abi = re.search(r"6\.1\.0-\d+", package)
        return [{"Version": f"6.1.{abi[0][6:] if abi else 55}-1",
                 "Depends": "linux-kbuild-6.1 (>= 6.1), linux-headers-common"}]

    def download(self, packages, target, step):
        del target, step
        FakeRoot.fetched.append(packages[0])
        if "6.1.0-56" in packages[0]:
            raise aptroot.Vanished("gone")
        raise Fault("enough")


def cache(result):
    with tempfile.TemporaryDirectory(dir=BUILD) as work:
        work = pathlib.Path(work)
        with result.test("cache", "a vanished ABI falls back to the next"):
            real, aptroot.AptRoot = aptroot.AptRoot, FakeRoot
            try:
                kernels._fetch("6.1", Step("fallback"))
            except Fault as fault:
                assert str(fault) == "enough", fault
            finally:
                aptroot.AptRoot = real
            wanted = [f"linux-headers-6.1.0-{n}-arm64:arm64" for n in (56, 55)]
            assert FakeRoot.fetched == wanted, FakeRoot.fetched

        with result.test("cache", "an update that brings nothing new fetches nothing"):
            real, aptroot.AptRoot = aptroot.AptRoot, FakeRoot
            FakeRoot.fetched.clear()
            have = kernels.Kernel("6.1", "6.1.0-56-arm64", "6.1.0-56", "6.1.56-1", "sid", [])
            try:
                got = kernels._fetch("6.1", Step("update"), have)
            finally:
                aptroot.AptRoot = real
            assert got is have and not FakeRoot.fetched, (got, FakeRoot.fetched)

        with result.test("cache", "two runs at once fetch once"):
            fetched, old = [], aptroot.AptRoot.download
            saved, aptroot.CACHE = aptroot.CACHE, work

            def download(_self, _packages, target, _step):
                fetched.append(target)
                threading.Event().wait(0.5)
                (target / "tree/usr").mkdir(parents=True)
                (target / "tree/DEBIAN").mkdir()
                (target / "tree/DEBIAN/control").write_text(
                    "Package: x\nVersion: 1\nArchitecture: all\nMaintainer: x <x@y.z>\n"
                    "Description: x\n")
                subprocess.run(["dpkg-deb", "-b", target / "tree", target / "x.deb"], check=True,
                               capture_output=True)
                return [target / "x.deb"]

            def get():
                step = Step("two at once")
                step.log = work / "log"
                aptroot.tree("thing", ["x"], suites=("sid",), arch=None, step=step)

            aptroot.AptRoot.download = download
            update, aptroot.AptRoot.update = aptroot.AptRoot.update, lambda self, step, anew=False: None
            try:
                threads = [threading.Thread(target=get) for _ in range(2)]
                for thread in threads:
                    thread.start()
                for thread in threads:
                    thread.join()
            finally:
                aptroot.AptRoot.download, aptroot.AptRoot.update = old, update
                aptroot.CACHE = saved
            assert len(fetched) == 1, f"fetched {len(fetched)} times"
            assert (work / "thing/usr").is_dir()
            assert not list((work / "tmp").iterdir()), "work was left behind"

        offline = ["unshare", "-n"]
        if os.geteuid() or subprocess.run([*offline, "true"], check=False,
                                          capture_output=True).returncode:
            for name in ("a second run", "an empty cache"):
                result.add("cache", f"{name} without a network", "skip",
                           "no network namespace can be made here")
            return
        with result.test("cache", "a second run without a network"):
            expect(run(*offline, sys.executable, TOP / "python", "modules", "--kernel", "6.1"), 0)
        with result.test("cache", "an empty cache without a network"):
            empty = work / "empty"
            done = run(*offline, sys.executable, TOP / "python", "fetch", "6.1",
                       env={"XDG_CACHE_HOME": str(empty)})
            expect(done, 2, "no network")
            left = [path for path in (empty / "outboard").rglob("*")
                    if path.name == "kernel.json" or path.suffix == ".deb"]
            assert not left, f"left behind: {left}"
        with result.test("cache", "a set without its stamp is fetched anew"):
            broken = work / "broken/outboard/kernels/6.1/boot"
            broken.mkdir(parents=True)
            done = run(*offline, sys.executable, TOP / "python", "fetch", "6.1",
                       env={"XDG_CACHE_HOME": str(work / "broken")})
            expect(done, 2, "no network")


# What a guest may say, and the verdicts of its leaves.
GUEST_SAYS = {
    "all is well": ("KTAP version 1\n1..1\n  KTAP version 1\n  1..2\n  ok 1 a\n  ok 2 b\n"
                    "ok 1 suite\n", {"suite/a": "pass", "suite/b": "pass"}),
    "a test fails": ("KTAP version 1\n1..1\n  KTAP version 1\n  1..1\n  # why\n  not ok 1 a\n"
                     "not ok 1 suite\n", {"suite/a": "fail"}),
    "a suite fails and no test of it": ("KTAP version 1\n1..1\n  KTAP version 1\n  1..1\n"
                                        "  ok 1 a\nnot ok 1 suite\n",
                                        {"suite/a": "pass", "suite/(suite)": "fail"}),
    "a skip": ("KTAP version 1\n1..1\nok 1 a # SKIP no such thing\n", {"a": "skip"}),
    "a result is missing": ("KTAP version 1\n1..1\n  KTAP version 1\n  1..2\n  ok 1 a\n"
                            "ok 1 suite\n", {"suite/a": "pass", "suite/(plan)": "fail"}),
    "the stream ends early": ("KTAP version 1\n1..2\nok 1 a\n", {"a": "pass", "(plan)": "fail"}),
    "no plan": ("KTAP version 1\nok 1 a\n", {"a": "pass", "(plan)": "fail"}),
    "numbers out of order": ("KTAP version 1\n1..2\nok 2 a\nok 1 b\n",
                             {"a": "fail", "b": "fail"}),
}


def runner(result):
    """The boot bench's own eyes: what it must take for a failure."""
    for name, (text, expected) in GUEST_SAYS.items():
        with result.test("runner", f"KTAP: {name}"):
            have = {leaf: outcome for leaf, outcome, _ in ktap.parse(text).leaves()}
            assert have == expected, f"{have}, expected {expected}"
    with result.test("runner", "KTAP: none at all"):
        assert ktap.parse("Linux version 6.12\n").outcome == ktap.FAIL
    quiet = "[    0.000000] Linux version\n[    1.5] rpi_vcio: loading out-of-tree module\n"
    with result.test("runner", "a quiet console"):
        assert qemu.Expected().unexpected(quiet, "6.12", "virt") == []
    for line in ("WARNING: CPU: 1 PID: 1 at kernel/dma/pool.c:282", "BUG: scheduling while atomic",
                 "Unable to handle kernel NULL pointer dereference", "Internal error: Oops: 96",
                 "sysfs: cannot create duplicate filename '/class/misc'",
                 "rcu: INFO: rcu_preempt self-detected stall on CPU",
                 "INFO: task init:1 blocked for more than 120 seconds.",
                 "refcount_t: underflow; use-after-free."):
        with result.test("runner", f"a console with: {line[:40]}"):
            found = qemu.Expected().unexpected(f"{quiet}[    2.0] {line}\n", "6.12", "virt")
            assert found == [line], found
    with tempfile.TemporaryDirectory(dir=BUILD) as work, \
            result.test("runner", "a machine that hangs is ended"):
        said = qemu.boot(["sleep", "31.4159"], pathlib.Path(work) / "ktap", 1,
                         pathlib.Path(work) / "log")
        assert said == "not finished after 1 s", said
        left = [path for path in pathlib.Path("/proc").glob("[0-9]*/cmdline")
                if path.exists() and b"31.4159" in path.read_bytes()]
        assert not left, "it still runs"
    with tempfile.TemporaryDirectory(dir=BUILD) as work, \
            result.test("runner", "a machine that fails is noticed"):
        said = qemu.boot(["false"], pathlib.Path(work) / "ktap", 5, pathlib.Path(work) / "log")
        assert said == "QEMU ended with status 1", said


def register_bench(result):
    with tempfile.TemporaryDirectory(dir=BUILD) as work:
        work = pathlib.Path(work)
        program = work / "linux"
        program.write_text("#!/bin/sh\n"
                           "echo '[    0.110000] Run /init as init process'\n"
                           "echo '[    0.110000] userspace - set fp regs failed, errno = 14'\n"
                           "echo '[    0.110000] Kernel panic - not syncing: no init'\n"
                           "exit 134\n")
        program.chmod(0o755)
        with result.test("register bench", "a kernel that does not start is one failure"):
            done = run(sys.executable, "-m", "tests.kunit.run", "--program", program,
                       "--out", work / "out", env={"OUTBOARD_LOGS": str(work / "logs")})
            expect(done, 1)
            assert done[1].endswith("\n0 passed, 1 failed, 0 skipped\n"), done[1][-600:]
            (said,) = [line for line in done[1].splitlines() if "does not reach" in line]
            assert re.search("status 134, .*ends with: userspace - set fp regs failed", said), said


# What readme.of_class() says of one kind of devices: its nodes as (kind, cover, more).
OF_CLASS = {
    "-": [],
    "binds": [("agrees", "module gpu", {"registers_only": False})],
    "binds\u00b0": [("agrees", "module gpu", {"registers_only": True})],
    "no driver": [("agrees: no driver", "no driver", {})],
    "twin cannot tell": [("probe fails", "module gpu", {"twin_lacks": True}),
                         ("agrees: no driver", "no driver", {})],
    "does not bind": [("probe fails", "module gpu", {"twin_lacks": True}),
                      ("probe waits", "module gpu", {"twin_lacks": False})],
}


def tables(result):
    """The words and lines of the tables that make readme writes."""
    for word, nodes in OF_CLASS.items():
        with result.test("tables", f"a kind of devices: {word}"):
            have = readme.of_class([{"node": f"/gpu@{number}", "kind": kind, "cover": cover} | more
                                    for number, (kind, cover, more) in enumerate(nodes)], "gpu")
            assert have == word, have
    with result.test("tables", "README.md has a line for each board, with its kernels"):
        lines = readme.board_lines({"rock-5a": {"6.12": {readme.BOOTS: "works"},
                                                "newest": {readme.BOOTS: "no"}}}).splitlines()
        assert len(lines) == 2 + len(boards.names()), lines
        assert "| [ROCK 5A](docs/support.md#rock-5a) | 6.3 on | 6.12 | yes |" in lines, lines
        assert sum("| no | " in line for line in lines) == len(boards.names()) - 1, lines


def without_tests(result):
    """The product does not need tests/: neither by an import nor by a file."""
    with result.test("without tests/", "the package imports nothing of it"):
        found = [f"{path.relative_to(TOP)}: {line}" for path in (TOP / "python").rglob("*.py")
                 for line in path.read_text().splitlines()
                 if re.match(r"\s*(from|import) tests\b", line)]
        assert not found, "\n".join(found)
    with tempfile.TemporaryDirectory(dir=BUILD) as work:
        copy = pathlib.Path(work, "copy")
        listed = subprocess.run(["git", "-C", TOP, "ls-files", "-z"], capture_output=True,
                                text=True, check=True).stdout
        for name in listed.split("\0"):
            if name and not name.startswith("tests/") and (TOP / name).is_file():
                (copy / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(TOP / name, copy / name)
        root = pathlib.Path(work, "root")
        (root / "sbin").mkdir(parents=True)
        (root / "sbin/init").write_text("#!/bin/sh\n")
        for words in (["boards"], ["overlays"], ["run", "BOARD=khadas-vim1s"],
                      ["image", "BOARD=khadas-vim3", f"ROOTFS={root}", "KERNEL=6.12",
                       "FIRMWARE=none", f"OUTPUT={work}/card.img"]):
            with result.test("without tests/", f"make {' '.join(words[:2])}"):
                expect(run("make", *words, cwd=copy), 0)


def main():
    parts = {part.__name__: part for part in (bad_words, packages, installs, troubles, build_trees,
                                              trees, board_files, cache, runner, register_bench,
                                              tables, without_tests)}
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", action="append", choices=parts)
    args = parser.parse_args()
    result = report.Report("host")
    BUILD.mkdir(exist_ok=True)
    for name in ("6.1", "6.12"):
        kernels.get(name)
    dtmerge.tool("dtc")
    with Step("bad input, build trees, merges, board files, cache, runner"):
        for name in args.only or parts:
            parts[name](result)
    return result.close()


if __name__ == "__main__":
    steps.main_guard(main)
