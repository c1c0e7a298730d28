# SPDX-License-Identifier: GPL-2.0-only
"""The card and the USB stick of a twin's tests, and what the guest wrote to them."""
import hashlib
import random
import subprocess

from outboard.guest.twin import OUT
from outboard.sources import aptroot

# The card, in bytes: a power of two, as QEMU's SD cards have to be.
CARD_SIZE = 64 << 20
DATA_SIZE = WRITTEN_SIZE = 20 << 20
# A USB stick, which has data and no file system.
STICK_SIZE, STICK_WRITTEN = 8 << 20, 2 << 20


def card(step):
    """(image of a card with an ext4 and known data in it, that data's checksum)."""
    OUT.mkdir(parents=True, exist_ok=True)
    data = random.Random(4).randbytes(DATA_SIZE)
    digest = hashlib.md5(data).hexdigest()
    path = OUT / "card.img"
    with aptroot.lock("twin-card"):
        if not path.exists() or path.stat().st_size != CARD_SIZE:
            with aptroot.workspace("card") as work:
                (work / "files").mkdir()
                (work / "files/data").write_bytes(data)
                step.run(["/sbin/mke2fs", "-q", "-t", "ext4", "-d", work / "files",
                          work / "card", f"{CARD_SIZE >> 10}k"])
                (work / "card").replace(path)
    return path, digest


def make_stick(path):
    """Make a USB stick's image; the checksum of what is on it."""
    data = random.Random(5).randbytes(STICK_SIZE)
    path.write_bytes(data)
    return hashlib.md5(data).hexdigest()


def check_stick(path, written):
    """What is wrong with a stick after the guest has written to it, or ""."""
    data = path.read_bytes()[:STICK_WRITTEN]
    return "" if hashlib.md5(data).hexdigest() == written else "it has another checksum"


def check_card(path, written):
    """Sentences of what is wrong with a card after the guest has written to it."""
    done = subprocess.run(["/sbin/e2fsck", "-fn", path], capture_output=True, text=True,
                          stdin=subprocess.DEVNULL, check=False)
    faults = []
    if done.returncode:
        faults.append(f"e2fsck: {(done.stdout + done.stderr).strip()[-400:]}")
    with aptroot.workspace("card") as work:
        out = work / "written"
        subprocess.run(["/sbin/debugfs", "-R", f"dump /written {out}", path],
                       capture_output=True, stdin=subprocess.DEVNULL, check=False)
        if not out.exists() or out.stat().st_size != WRITTEN_SIZE:
            faults.append("the file that the guest wrote is not there whole")
        elif hashlib.md5(out.read_bytes()).hexdigest() != written:
            faults.append("the file that the guest wrote has another checksum")
    return faults
