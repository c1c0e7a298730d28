# SPDX-License-Identifier: GPL-2.0-only
"""What a user does at a terminal: shells, images that boot by their extlinux.conf, pins, a trace."""
import hashlib
import os
import pathlib
import pty
import re
import select
import signal
import subprocess
import sys
import termios
import threading
import time

from outboard.devicetree import dtmerge, fdt
from outboard.guest import needed, twin as guest
from outboard.image import card, extlinux
from outboard.machine import twin
from outboard.modules import build
from outboard.sources import aptroot, kernels
from outboard.steps import BUILD, TOP, Fault, Step
from tests.twin import images

PROMPT = "image # "
# By the clock: a busy host is no fault of the machine's.
SECONDS = 400
# Of the card that an image grows on.
LARGER = 1 << 30


_running = set()
_over = threading.Event()


def end_all():
    """End the programs that another thread waits for, which then goes on and finds out."""
    _over.set()
    for terminal in list(_running):
        os.kill(terminal.pid, signal.SIGTERM)


class Terminal:
    """A program on a terminal of its own; gone when the block ends."""

    def __init__(self, *words):
        if _over.is_set():
            raise Fault("ended from outside", 1)
        self.pid, self._fd = pty.fork()
        if self.pid == 0:
            os.execv(sys.executable, [sys.executable, *map(str, words)])
        self.text = ""
        self._read = 0      # up to where it was waited for
        self.status = None
        _running.add(self)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        _running.discard(self)
        if self.status is None:
            # It ends its machine by itself; nobody waits for ever.
            os.kill(self.pid, signal.SIGTERM)
            self.end(10)
        os.close(self._fd)

    def type(self, text):
        os.write(self._fd, text.encode())

    def wait(self, wanted, seconds=SECONDS):
        """Read until the pattern comes, and return what matched; an AssertionError if not."""
        deadline, pattern = time.monotonic() + seconds, re.compile(wanted, re.M)
        while True:
            found = pattern.search(self.text, self._read)
            if found:
                self._read = found.end()
                return found
            assert time.monotonic() < deadline, \
                f"no {wanted!r} after {seconds} s; last lines:\n{self._tail()}"
            if select.select([self._fd], [], [], 0.5)[0]:
                try:
                    data = os.read(self._fd, 65536)
                except OSError:
                    data = b""
                assert data, f"it has ended without {wanted!r}; last lines:\n{self._tail()}"
                self.text += data.decode("utf-8", "replace")

    def ask(self, line, wanted, prompt=PROMPT):
        """Type a line at the prompt; what matched of the answer."""
        self.type(f"{line}\n")
        found = self.wait(wanted)
        self.wait(re.escape(prompt))
        return found

    def end(self, seconds=60):
        """Wait for the program's end; its exit status, or None."""
        deadline = time.monotonic() + seconds
        while self.status is None and time.monotonic() < deadline:
            if select.select([self._fd], [], [], 0.2)[0]:
                try:
                    self.text += os.read(self._fd, 65536).decode("utf-8", "replace")
                except OSError:
                    time.sleep(0.1)
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.status = os.waitstatus_to_exitcode(status)
        if self.status is None:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        return self.status

    def is_raw(self):
        return not termios.tcgetattr(self._fd)[3] & termios.ICANON

    def _tail(self):
        return "\n".join(self.text.splitlines()[-15:])


def initrd(board_name, kernel, step, out):
    """An image's initrd, of the stock modules that the board's tree asks for."""
    board = twin.emulated(board_name)
    tree = twin.make_tree(kernel, board_name, board, twin.families(kernel, board)[0],
                          out.with_suffix(".dtb"))
    ours = build.of_board(kernel.name, board)
    first = build.for_initrd(kernel.name, board, ours)
    files = needed.modules(kernel, needed.predict(kernel, tree, ours.values()),
                          ("ext4", *first, *needed.needs(ours.values())))
    out.write_bytes(guest.archive(step, kernel, files, ours, {
        "WAITING": needed.WAITING, "INITRD_MODULES": " ".join(first)}, "initrd"))
    return out


def root_files():
    """What a root file system is made of: busybox, and our programs."""
    tree = aptroot.CACHE / "guest/bookworm-arm64"
    files = {"bin/busybox": tree / "bin/busybox", "bin/pin": guest.OUT / "pin",
             "init": guest.GUEST / "root", "bin/sh": ("busybox",)}
    for applet in ("cat", "echo", "grep", "ls", "mount", "sync", "poweroff", "wc"):
        files[f"bin/{applet}"] = ("busybox",)
    return files


def make_root(work, more=None, size=32 << 20):
    """An ext4 with a root file system and @more files in it."""
    folder = images.folder(work, {**root_files(), **(more or {})})
    for path in ("init", "bin/busybox", "bin/pin"):
        (folder / path).chmod(0o755)
    for name in ("proc", "sys", "dev"):
        (folder / name).mkdir()
    return images.ext4(folder, work.with_suffix(".ext4"), size)


def label(text):
    return f"timeout 30\ndefault second\nlabel first\n  linux /none\nlabel second\n{text}"


def gpt(work, step):
    """VIM1S: GPT, kernel, our tree and overlays in FAT, root in ext4; the initrd has our modules.

    With the kernel that has the least of the S4's drivers.
    """
    kernel = kernels.get("5.10")
    board = twin.emulated("khadas-vim1s")
    overlays = dtmerge.compile_overlays()
    names = twin.with_needs(board, ["khadas-vim1s-onewire"])
    tree = twin.base_tree(kernel, "khadas-vim1s", board, "own", work / "own.dtb")
    boot = images.fat(images.folder(work / "boot", {
        "Image": kernel.image, "board.dtb": tree,
        "initrd.img": initrd("khadas-vim1s", kernel, step, work / "initrd"),
        **{f"overlays/{name}.dtbo": overlays[name] for name in names},
        "extlinux/extlinux.conf": label(
            "  kernel ../Image\n  initrd /initrd.img\n  fdt /board.dtb\n  fdtoverlays "
            + " ".join(f"/overlays/{name}.dtbo" for name in names) +
            "\n  append console=ttyAML0,115200 root=LABEL=root quiet panic=-1\n"),
    }), work / "boot.fat", 160 << 20)
    return images.disk(work / "gpt.img", "gpt", [(boot, True), (make_root(work / "root"), False)])


def built(work, step):
    """i.MX8MP: what make image makes of a root file system, with a boot loader that is none."""
    root = images.folder(work / "built", {**root_files(), "sbin/init": ("../init",)})
    for path in ("init", "bin/busybox", "bin/pin"):
        (root / path).chmod(0o755)
    for name in ("proc", "sys", "dev"):
        (root / name).mkdir()
    firmware = images.folder(work / "firmware", {"flash.bin": b"no boot loader" * 5000})
    out = work / "built.img"
    step.run([sys.executable, TOP / "python", "image", "--board", "imx8mp-evk", "--root",
              root, "--kernel", "6.12", "--without-modules", "--firmware", firmware, "--append",
              "quiet panic=-1", "--output", out])
    return out


def started(board, image, *more):
    return Terminal(TOP / "python", "run", "--board", board, "--image", image, *more)


def root_on_card(terminal, image):
    """Asserts on a shell that has come: where its root is, and that it can be written to."""
    found = terminal.ask("mount; echo mounted", r"^/dev/(mmcblk\d+)p\d+ on / type ext4")
    have = terminal.ask(f"echo sectors $(cat /sys/block/{found[1]}/size)", r"^sectors (\d+)\s")[1]
    size = card.card_size(image.stat().st_size)
    assert int(have) * 512 == size, f"the card has {have} sectors, and not {size} bytes"
    terminal.ask("echo kept >/note && sync && cat /note", r"^kept")


def pins(*words):
    done = subprocess.run([sys.executable, TOP / "python", "pins", "--board", "khadas-vim1s",
                           *words], capture_output=True, text=True, check=False,
                          stdin=subprocess.DEVNULL)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_pins(result, terminal):
    """A pin of the 40-pin header's bank, from both sides."""
    # GPIOD_3: line 27 of the chip, whose banks B, C, E are before it (14, 8, 2 pins).
    line = ("periphs-banks", 27)
    with result.test("pins", "all banks"):
        assert re.search(r"^GPIOD\s+levels 0x", pins(), re.M), pins()
    for value in "101":
        with result.test("pins", f"what the outside drives is read: {value}"):
            assert f"GPIOD:3 {value} input" in pins(f"GPIOD:3={value}")
            assert terminal.ask("pin {} {}".format(*line), r"^pin reads (\d)")[1] == value
    for value in "10":
        with result.test("pins", f"what the guest drives is seen: {value}"):
            terminal.ask("pin {} {} {}".format(*line, value), r"^pin reads \d")
            assert f"GPIOD:3 {value} output" in pins("GPIOD:3"), pins("GPIOD:3")
    with result.test("pins", "a bank that there is not"):
        done = subprocess.run([sys.executable, TOP / "python", "pins", "--board",
                               "khadas-vim1s", "NONE:1"], check=False, capture_output=True,
                              text=True, stdin=subprocess.DEVNULL)
        assert done.returncode == 2 and "no bank NONE: there are GPIO" in done.stderr, done.stderr


def test_gpt(result, image):
    """All that is tried with the first image."""
    before = hashlib.sha256(image.read_bytes()).digest()
    with started("khadas-vim1s", image, "--trace") as terminal:
        with result.test("GPT, FAT, ext4", "the banner says what is run"):
            terminal.wait(r"^  leave +Ctrl-A X")
            for said in ("board +Khadas VIM1S", "from +/extlinux/extlinux.conf on partition 1, "
                         "label second", "tree +/board.dtb of the image, with its overlays",
                         "card .* it stays as it is"):
                assert re.search(said, terminal.text), f"no {said!r} in {terminal.text}"
        with result.test("GPT, FAT, ext4", "a shell, with root on the card"):
            terminal.wait(re.escape(PROMPT))
            assert terminal.is_raw(), "the terminal is not raw"
            root_on_card(terminal, image)
        test_pins(result, terminal)
        with result.test("GPT, FAT, ext4", "it powers off when the shell ends"):
            terminal.type("exit\n")
            assert terminal.end() == 0, f"status {terminal.status}"
    with result.test("GPT, FAT, ext4", "the image is as it was"):
        assert hashlib.sha256(image.read_bytes()).digest() == before
    with result.test("TRACE", "accesses by the names of nodes"):
        trace = (BUILD / "run/khadas-vim1s/registers.log").read_text(errors="replace")
        for kind in ("read", "write"):
            assert re.search(rf"twin_register_{kind} .*clock-controller@", trace), \
                f"no {kind} of a clock controller in {trace[:300]}"
    with result.test("TRACE", "the banner names the file"):
        assert "trace   build/run/khadas-vim1s/registers.log" in terminal.text


def test_built(result, image):
    """The second one; it is written to, as asked for, and left by keys. Its card is larger."""
    suite = "make image"
    before = extlinux.partitions(image)[0]
    old = (image.stat().st_size, before.files.sectors())
    with open(image, "r+b") as handle:
        handle.truncate(LARGER)
    with started("imx8mp-evk", image, "--write") as terminal:
        with result.test(suite, "a shell, with root on the card"):
            terminal.wait(re.escape(PROMPT))
            for said in ("from +/boot/extlinux/extlinux.conf on partition 1, label linux",
                         "tree +/boot/dtb-6.12.*/imx8mp-evk.dtb of the image"):
                assert re.search(said, terminal.text), f"no {said!r} in {terminal.text[:900]}"
            root_on_card(terminal, image)
        with result.test(suite, "the root's partition grows in the first boot"):
            have = int(terminal.ask("echo sectors $(cat /sys/block/mmcblk*/mmcblk*p1/size)",
                                    r"^sectors (\d+)\s")[1])
            assert old[0] < have * 512 < LARGER and have * 512 > LARGER - (16 << 20), \
                f"it has {have} sectors"
        with result.test(suite, "and its file system with it"):
            have = int(terminal.ask(
                r"echo blocks $(busybox df -k / | busybox sed -n '2s/^[^ ]* *\([0-9]*\).*/\1/p')",
                r"^blocks (\d+)\s")[1])
            assert have * 1024 > LARGER * 0.85, f"it has {have} KiB"
        with result.test(suite, "Ctrl-A X leaves"):
            terminal.type("\x01x")
            assert terminal.end() == 0, f"status {terminal.status}"
    with result.test(suite, "what was written is in the image, and its GPT is in order"):
        part = extlinux.partitions(image)[0]
        note = image.with_suffix(".note")
        assert part.files.copy("/note", note) and note.read_text() == "kept\n"
        assert not part.files.has("/etc/outboard-grow"), "it would grow again"
        said = subprocess.run(["/sbin/sfdisk", "--verify", image], capture_output=True, text=True,
                              check=False)
        assert said.returncode == 0 and "No errors" in said.stdout, said.stdout + said.stderr
        assert part.files.sectors() > old[1]


def test_hang(result, bench):
    """A machine without the bit that its kernel waits for."""
    boot = bench.Boot(kernels.get("6.12"), "orangepi-5", twin.emulated("orangepi-5"), "mainline",
                      label="-hang")
    with aptroot.workspace("hang") as work, \
            Step("twin 6.12 orangepi-5, with no PLL that locks", log="twin-hang") as step:
        boot.file("dtb").parent.mkdir(parents=True, exist_ok=True)
        tree = twin.make_tree(boot.kernel, boot.board_name, boot.board, "mainline",
                              boot.file("dtb"))
        text = (TOP / "twin/soc/rk3588.toml").read_text()
        parts = text.split("[[register]]")
        registers = work / "rk3588.toml"
        registers.write_text("[[register]]".join(
            part for part in parts if not re.search(r"^ones = 0x8000$", part, re.M)))
        assert len(registers.read_text()) < len(text), "the locks are not where they were"
        machine = twin.Machine(boot.board, boot.kernel.image, tree, work=work, qmp=work / "qmp",
                               registers=registers)
        talk = bench.run_machine(boot, machine, 60, step.log, silence=15)
    with result.test("a hang", "is ended, and the report has the register and the last lines"):
        assert "register that it reads over and over: " in talk.why, talk.why
        assert re.search(r"clock-controller@fd7c0000", talk.why), talk.why
        assert "the console's last lines:" in talk.why and "] " in talk.why, talk.why


# A client of the pins: it asks for the board's revision, which a module of ours publishes.
CLIENT = "coldplug; python3 -c \"import RPi.GPIO as g; print('It is', g.RPI_INFO['TYPE'])\""


def test_shell(result, board, command, words, client=None):
    """make run without an image: a shell, in which @command ends the machine in its own way.

    @client: what Debian's RPi.GPIO calls the board, when our modules are loaded.
    """
    suite = f"make run BOARD={board}"
    with result.test(suite, f"a shell comes, and '{command}' ends the machine"), \
            Terminal(TOP / "python", "run", "--board", board, "--kernel", "6.12") as terminal:
        terminal.wait(r"(outboard|~) # ")
        terminal.ask("echo $((6 * 7))", r"^42\s", " # ")
        if client:
            terminal.ask(CLIENT, rf"^It is {client}\s", " # ")
        terminal.type(f"{command}\n")
        status = terminal.end(60)
        assert status == 0 and words in terminal.text, \
            f"status {status}; last lines:\n{terminal.text[-600:]}"


def run(result, bench):
    """All of it; @bench: the module that runs boots."""
    with Step("make run: shells that are told to power off and to reboot", log="twin-shells"):
        test_shell(result, "raspberry-pi-3b", "reboot", "reboot: Restarting system",
                   "Pi 3 Model B")
        test_shell(result, "raspberry-pi-4", "poweroff", "reboot: Power down")
        test_shell(result, "khadas-vim1s", "poweroff", "reboot: Power down")
    with result.test("at a terminal", "all of it runs"), aptroot.workspace("images") as work:
        with Step("images of cards", log="twin-images") as step:
            first, second = gpt(pathlib.Path(work), step), built(pathlib.Path(work), step)
            fdt.Tree(work / "initrd.dtb")
        with Step("twin 5.10 khadas-vim1s, from an image with GPT"):
            test_gpt(result, first)
        with Step("twin 6.12 imx8mp-evk, from an image that make image makes"):
            test_built(result, second)
        test_hang(result, bench)
