# SPDX-License-Identifier: GPL-2.0-only
"""Where the program writes to: files, links, devices, pipes, and what is full."""
import os
import stat
import subprocess

from outboard.devicetree import dtmerge
from outboard.steps import TOP

from tests.program.common import Program, compile_tree, start

BASE = '/dts-v1/; / { compatible = "acme,board"; a { }; };'
OVERLAY = """/dts-v1/; /plugin/;
/ { compatible = "acme,board"; fragment@0 { target-path = "/a"; __overlay__ { b; }; }; };
"""


def device(path, minor):
    """/dev/null (3), /dev/full (7): one of our own, which may be lost."""
    os.mknod(path, stat.S_IFCHR | 0o666, os.makedev(1, minor))
    try:
        os.close(os.open(path, os.O_WRONLY))
    except OSError:
        path.unlink()
        raise
    return path


def regular(result, merge, work, expected):
    out = work / "out.dtb"
    with result.test("output", "a new file has the mode that the umask leaves"):
        for mask in (0o022, 0o027, 0o077):
            out.unlink(missing_ok=True)
            assert merge(out, umask=mask).returncode == 0
            assert stat.S_IMODE(out.stat().st_mode) == 0o666 & ~mask, oct(out.stat().st_mode)
            assert out.read_bytes() == expected
    with result.test("output", "an existing file keeps its mode and owner"):
        out.write_text("old")
        out.chmod(0o640)
        owner = (1234, 2345) if os.geteuid() == 0 else (os.geteuid(), os.getegid())
        os.chown(out, *owner)
        before = out.stat().st_ino
        assert merge(out).returncode == 0
        now = out.stat()
        assert stat.S_IMODE(now.st_mode) == 0o640, oct(now.st_mode)
        assert (now.st_uid, now.st_gid) == owner, (now.st_uid, now.st_gid)
        assert now.st_ino != before, "it was written in place"
        assert out.read_bytes() == expected
        out.unlink()
    with result.test("output", "a file that may not be written stays"):
        out.write_text("mine")
        out.chmod(0o444)
        # Not another user: the checkout may be where that one may not look.
        bound = [] if os.geteuid() else ["setpriv", "--bounding-set=-dac_override"]
        done = subprocess.run([*bound, Program.path(), "merge", "-o", out, *merge.files],
                              capture_output=True, text=True, check=False)
        assert done.returncode == 2, done.returncode
        assert "out.dtb: cannot be written: Permission denied" in done.stderr, done.stderr
        assert out.read_text() == "mine"
        out.chmod(0o644)
    with result.test("output", "a directory"):
        done = merge(work)
        assert done.returncode == 2 and "is a directory" in done.stderr.lower(), done.stderr
    with result.test("output", "no such directory"):
        done = merge(work / "no/out.dtb")
        assert done.returncode == 2, done.returncode
        assert "no/out.dtb: cannot be written: No such file" in done.stderr, done.stderr
    with result.test("output", "an existing file survives a full disk, and nothing is left"):
        out.write_text("keep")
        # -f counts blocks of 512 or of 1024 bytes.
        done = subprocess.run(
            ["sh", "-c", 'trap "" XFSZ; ulimit -f 1; exec "$@"', "sh", Program.path(), "merge",
             "-p", "4096", "-o", out, *merge.files], capture_output=True, text=True, check=False)
        assert done.returncode == 1, done.returncode
        assert "out.dtb: cannot be written: File too large" in done.stderr, done.stderr
        assert out.read_text() == "keep"
    with result.test("output", "a signal does not leave a part of a file"):
        done = subprocess.run(["sh", "-c", 'ulimit -f 1; exec "$@"', "sh", Program.path(), "merge",
                               "-p", "4096", "-o", out, *merge.files], check=False)
        assert done.returncode != 0
        assert out.read_text() == "keep"
        assert sorted(work.glob("out.dtb*")) == [out], list(work.glob("out.dtb*"))


def links(result, merge, work, expected):
    file, link = work / "file.dtb", work / "link.dtb"
    link.symlink_to("file.dtb")
    with result.test("output", "a link stays, and its file is replaced"):
        file.write_text("old")
        assert merge(link).returncode == 0
        assert link.is_symlink() and os.readlink(link) == "file.dtb", "the link is gone"
        assert file.read_bytes() == expected
    with result.test("output", "a link to another directory"):
        (work / "other").mkdir()
        (work / "other/file.dtb").write_text("old")
        far = work / "far.dtb"
        far.symlink_to("other/file.dtb")
        assert merge(far).returncode == 0
        assert far.is_symlink() and far.read_bytes() == expected
        assert [path.name for path in (work / "other").iterdir()] == ["file.dtb"]
    with result.test("output", "a link to nothing is refused"):
        file.unlink()
        done = merge(link)
        assert done.returncode == 2, done.returncode
        assert "link.dtb: is a link to a file that does not exist" in done.stderr, done.stderr
        assert link.is_symlink() and not file.exists()


def special(result, merge, work, expected):
    with result.test("output", "a pipe is written to"):
        fifo = work / "fifo"
        os.mkfifo(fifo)
        reading = os.open(fifo, os.O_RDONLY | os.O_NONBLOCK)
        done = merge(fifo, timeout=20)
        got = os.read(reading, 1 << 16)
        os.close(reading)
        assert done.returncode == 0, done.stderr
        assert stat.S_ISFIFO(os.lstat(fifo).st_mode), "it is no pipe any more"
        assert got == expected
    with result.test("output", "a link as /dev/stdout is one"):
        (work / "stdout").symlink_to("/proc/self/fd/1")    # the machine's own may be lost
        done = start("merge", "-o", work / "stdout", *merge.files, text=False, errors=None)
        assert done.returncode == 0 and done.stdout == expected, done.stderr
        assert os.path.islink(work / "stdout")
    with result.test("output", "- is standard output"):
        done = start("merge", "-o", "-", *merge.files, text=False, errors=None)
        assert done.returncode == 0 and done.stdout == expected, done.stderr
    try:
        null, full = device(work / "null", 3), device(work / "full", 7)
    except OSError as error:
        result.add("output", "devices", "skip", f"no device can be made here: {error}")
        return
    with result.test("output", "a device is written to"):
        done = merge(null)
        assert done.returncode == 0, done.stderr
        assert stat.S_ISCHR(os.lstat(null).st_mode), "it is no device any more"
    with result.test("output", "a link to a device"):
        (work / "to-null").symlink_to("null")
        assert merge(work / "to-null").returncode == 0
        assert (work / "to-null").is_symlink() and stat.S_ISCHR(os.lstat(null).st_mode)
    with result.test("output", "a device that is full"):
        done = merge(full)
        assert done.returncode == 1, done.returncode
        assert "full: cannot be written: No space left" in done.stderr, done.stderr
        assert stat.S_ISCHR(os.lstat(full).st_mode), "it is no device any more"


def standard_output(result, merge, _work, _expected):
    for name, line in {
            "the tree": ("merge", "-o", "-", *merge.files),
            "what is explained": ("merge", "--explain", *merge.files),
            "the help": ("--help",), "a command's help": ("merge", "--help"),
            "cover's help": ("cover", "--help"), "the version": ("--version",)}.items():
        with result.test("output", f"a full standard output: {name}"), \
                open("/dev/full", "wb") as full:
            done = start(*line, capture_output=False, stdout=full, stderr=subprocess.PIPE)
            assert done.returncode == 1, f"exit status {done.returncode}"
            assert "standard output" in done.stderr and "No space left" in done.stderr, done.stderr
        with result.test("output", f"a standard output that nobody reads: {name}"):
            reading, writing = os.pipe()
            os.close(reading)
            # SIGPIPE is ignored, as by a shell's trap or a service manager.
            done = subprocess.run(
                ["sh", "-c", 'trap "" PIPE; exec "$@"', "sh", Program.path(), *line],
                stdout=writing, stderr=subprocess.PIPE, text=True, check=False)
            os.close(writing)
            assert done.returncode == 1, f"exit status {done.returncode}"
            assert "standard output" in done.stderr and "Broken pipe" in done.stderr, done.stderr


def inputs(result, merge, work, _expected):
    base, overlay = merge.files
    fifo = work / "input"
    os.mkfifo(fifo)
    for name, files in {"base": (fifo, overlay), "overlay": (base, fifo)}.items():
        with result.test("output", f"a pipe as the {name} is refused, not waited for"):
            done = start("merge", "-o", work / "x.dtb", *files, timeout=20)
            assert done.returncode == 2 and "input: is not a file" in done.stderr, done.stderr


def compile_dts(result, _merge, work, _expected):
    """scripts/compile-dts moves its output into place as well."""
    source = work / "small.dts"
    source.write_text("/dts-v1/; / { };")
    out, link, fifo = work / "dts.dtb", work / "dts-link.dtb", work / "dts-fifo"

    def compiled(target):
        return subprocess.run(
            [TOP / "scripts/compile-dts", "-o", target, source], capture_output=True, text=True,
            env={**os.environ, "DTC": "\n".join(map(str, dtmerge.tool("dtc")))}, check=False,
            timeout=20)

    with result.test("output", "compile-dts: a file"):
        assert compiled(out).returncode == 0 and out.read_bytes()[:2] == b"\xd0\x0d"
    with result.test("output", "compile-dts: a link stays"):
        out.write_text("old")
        link.symlink_to("dts.dtb")
        assert compiled(link).returncode == 0
        assert link.is_symlink() and out.read_bytes()[:2] == b"\xd0\x0d"
    with result.test("output", "compile-dts: a pipe is written to"):
        os.mkfifo(fifo)
        reading = os.open(fifo, os.O_RDONLY | os.O_NONBLOCK)
        done = compiled(fifo)
        got = os.read(reading, 1 << 16)
        os.close(reading)
        assert done.returncode == 0 and got == out.read_bytes(), done.stderr
        assert stat.S_ISFIFO(os.lstat(fifo).st_mode), "it is no pipe any more"
    with result.test("output", "compile-dts: a source that is wrong leaves nothing"):
        source.write_text("/dts-v1/; / { ")
        out.write_text("keep")
        assert compiled(out).returncode != 0 and out.read_text() == "keep"
        assert not [path for path in work.iterdir() if path.suffix in (".part", ".cpp")]


def suites(result, work):
    files = (compile_tree(BASE, work / "base.dtb"), compile_tree(OVERLAY, work / "overlay.dtbo"))

    def merge(out, **options):
        return start("merge", "-o", out, *files, **options)

    merge.files = files
    assert merge(work / "expected.dtb").returncode == 0
    expected = (work / "expected.dtb").read_bytes()
    for part in (regular, links, special, standard_output, inputs, compile_dts):
        part(result, merge, work, expected)
