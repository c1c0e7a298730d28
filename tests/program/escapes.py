# SPDX-License-Identifier: GPL-2.0-only
"""Names that are no text: escape sequences, control characters, what is not UTF-8."""
import json
import os

from tests.program.common import compile_tree, start
from tests.program.made_up import Kernel

BASE = """/dts-v1/; / { model = "MMMMMMMM"; compatible = "acme,board", "CCCCCCCC";
	aliases { alias0 = "/a"; };
	a: a { compatible = "acme,aa"; };
	NNNNNNNN { compatible = "acme,KKKKKKKK", "acme,uart"; };
};
"""
OVERLAY = """/dts-v1/; /plugin/;
/ { compatible = "BBBBBBBB";
	fragment@0 { target-path = "TTTTTTTT";
		__overlay__ { PPPPPPPP = "VVVVVVVV"; DDDDDDDD { q; }; };
	};
};
"""
# Name -> bytes of a name, what a terminal gets of them, what a JSON parser.
NAMES = {
    "an escape sequence": (b"ab\x1b[31mc", "ab\\x1b[31mc", "ab\x1b[31mc"),
    "a line of its own": (b"ab\nok 1\t", "ab\\x0aok 1\\x09", "ab\nok 1\t"),
    "DEL": (b"abcdef\x7fg", "abcdef\\x7fg", "abcdef\x7fg"),
    "C1, as UTF-8": (b"abcdef\xc2\x9b", "abcdef\\xc2\\x9b", "abcdef\x9b"),
    "C1, as a byte": (b"abcdef\x9bg", "abcdef\\x9bg", "abcdef\ufffdg"),
    "text from right to left": (b"abc\xe2\x80\xaede", "abc\\xe2\\x80\\xaede", "abc\u202ede"),
    "a mark of direction": (b"abc\xe2\x80\x8fde", "abc\\xe2\\x80\\x8fde", "abc\u200fde"),
    "an isolate": (b"abc\xe2\x81\xa6de", "abc\\xe2\\x81\\xa6de", "abc\u2066de"),
    "the last isolate": (b"abc\xe2\x81\xa9de", "abc\\xe2\\x81\\xa9de", "abc\u2069de"),
    "an end of a line": (b"abc\xe2\x80\xa8de", "abc\\xe2\\x80\\xa8de", "abc\u2028de"),
    "letters of two bytes": ("größße".encode()[:8], "größß", "größß"),
    "the first after C1": (b"abcdef\xc2\xa0", "abcdef\u00a0", "abcdef\u00a0"),
    "a letter of three": (b"abcde\xe2\x82\xac", "abcde€", "abcde€"),
    "a letter of four": (b"abcd\xf0\x9f\x98\x80", "abcd\U0001f600", "abcd\U0001f600"),
    "the last of all": (b"abcd\xf4\x8f\xbf\xbf", "abcd\U0010ffff", "abcd\U0010ffff"),
    "beyond the last": (b"abcd\xf4\x90\x80\x80", "abcd\\xf4\\x90\\x80\\x80", "abcd" + 4 * "\ufffd"),
    "more than is needed": (b"abcdef\xc1\x81", "abcdef\\xc1\\x81", "abcdef\ufffd\ufffd"),
    "three for two": (b"abcde\xe0\x9f\xbf", "abcde\\xe0\\x9f\\xbf", "abcde" + 3 * "\ufffd"),
    "half of a pair": (b"abcde\xed\xa0\x80", "abcde\\xed\\xa0\\x80", "abcde" + 3 * "\ufffd"),
    "before the pairs": (b"abcde\xed\x9f\xbf", "abcde\ud7ff", "abcde\ud7ff"),
    "behind the pairs": (b"abcde\xee\x80\x80", "abcde\ue000", "abcde\ue000"),
    "cut short": (b"abcdefg\xe2", "abcdefg\\xe2", "abcdefg\ufffd"),
    "no first byte": (b"abcdefg\xff", "abcdefg\\xff", "abcdefg\ufffd"),
    "a backslash": (b"abcd\\x1b", "abcd\\\\x1b", "abcd\\x1b"),
    "a quotation mark": (b'abcdef"g', 'abcdef"g', 'abcdef"g'),
}


def spoil(source, to, placeholder, name):
    """A copy of a compiled tree with @placeholder, eight letters, replaced."""
    data = source.read_bytes()
    assert data.count(placeholder * 8) == 1 and len(name) == 8, (placeholder, name)
    to.write_bytes(data.replace(placeholder * 8, name))
    return to


def is_harmless(text):
    return all(char == "\n" or char >= " " and not "\x7f" <= char <= "\x9f" and
               not "\u2028" <= char <= "\u202e" for char in text)


def merges(result, work, base, overlay):
    good_overlay = compile_tree(OVERLAY.replace("TTTTTTTT", "/a"), work / "good.dtbo")
    for title, (name, shown, _) in NAMES.items():
        with result.test("escapes", f"--explain: {title}"):
            good = good_overlay
            for letter in b"PD":
                good = spoil(good, work / "o.dtbo", bytes([letter]), name)
            done = start("merge", "--any-board", "--explain", base, good)
            assert done.returncode == 0, done.stderr
            lines = done.stdout.splitlines()
            assert f"    + {shown} = \"VVVVVVVV\"" in lines, done.stdout
            assert f"  + /a/{shown}" in lines, done.stdout
            assert is_harmless(done.stdout), done.stdout
    for title, (name, shown, _) in NAMES.items():
        with result.test("escapes", f"an error: {title}"):
            bad = spoil(overlay, work / "bad.dtbo", b"T", name)
            done = start("merge", "--any-board", "-o", work / "x", base, bad)
            assert done.returncode == 2 and shown in done.stderr, done.stderr
            assert is_harmless(done.stderr) and done.stderr.count("\n") == 1, done.stderr
    with result.test("escapes", "a value with quotation marks and backslashes"):
        done = start("merge", "--any-board", "--explain", base,
                     spoil(good_overlay, work / "bad.dtbo", b"V", b'a", "b\\c'))
        assert 'PPPPPPPP = "a\\", \\"b\\\\c"' in done.stdout, done.stdout
    for name in (b"abcdef\x7fg", b"abcdef\x1fg", b"abcdefg\xff"):
        with result.test("escapes", f"a value that is no text: {name}"):
            done = start("merge", "--any-board", "--explain", base,
                         spoil(good_overlay, work / "bad.dtbo", b"V", name))
            assert "PPPPPPPP = [9 bytes]" in done.stdout, done.stdout
    with result.test("escapes", "a long error is cut at a whole escape"):
        name = work / ("\x01" * 250)
        done = start("merge", "-o", work / "x", name / ("\x01" * 250), base)
        assert done.returncode == 2 and is_harmless(done.stderr), done.stderr
        assert done.stderr.rstrip("\n")[-4:] == "\\x01", done.stderr[-20:]
        assert len(done.stderr) < 1300, len(done.stderr)


def covers(result, work, base, _overlay):
    kernel = Kernel(work / "kernel")
    for title, (name, shown, parsed) in NAMES.items():
        with result.test("escapes", f"cover: {title}"):
            bad = base
            for letter in b"MNCK":
                bad = spoil(bad, work / "bad.dtb", bytes([letter]), name)
            done = start("cover", "-k", kernel.root, bad)
            assert is_harmless(done.stdout), done.stdout
            assert f"bad.dtb: {shown}, on " in done.stdout, done.stdout
            assert f"no driver for acme,{shown}: matched" in done.stdout, done.stdout
            line = next(line for line in done.stdout.splitlines() if f"/{shown}" in line)
            other = next(line for line in done.stdout.splitlines() if "  /a  " in line)
            assert line.startswith("  built-in  B  "), line
            assert line.index("acme-uart by ") == other.index("no driver in "), (line, other)
            done = start("cover", "--ktap", "-k", kernel.root, bad)
            assert is_harmless(done.stdout) and f"/{shown} # built-in" in done.stdout, done.stdout
            done = start("cover", "--json", "-k", kernel.root, bad)
            assert done.stdout.isascii(), done.stdout
            tree, = json.loads(done.stdout)["trees"]
            assert tree["model"] == parsed, tree["model"]
            assert tree["compatible"] == ["acme,board", parsed], tree["compatible"]
            node = tree["nodes"][-1]
            assert node["path"] == f"/{parsed}", node
            assert node["compatible"] == [f"acme,{parsed}", "acme,uart"], node
    with result.test("escapes", "a kernel's release"):
        odd = Kernel(work / "odd", release="6.1\x1b[2J", aliases=None)
        for options in ([], ["--against", kernel.root]):
            done = start("cover", "-k", odd.root, *options, base)
            assert is_harmless(done.stdout) and "6.1\\x1b[2J" in done.stdout, done.stdout
        done = start("cover", "-k", kernel.root, "--against", odd.root, base)
        assert is_harmless(done.stdout), done.stdout
    with result.test("escapes", "what is no command"):
        done = start("\x1b[2J")
        assert done.returncode == 2 and is_harmless(done.stderr), done.stderr
    with result.test("escapes", "what is no size"):
        done = start("merge", "-p", "\x1b[2J", "-o", work / "x", base, base)
        assert done.returncode == 2 and is_harmless(done.stderr), done.stderr


def suites(result, work):
    assert os.fsencode("ä") == "ä".encode()
    base = compile_tree(BASE, work / "base.dtb")
    overlay = compile_tree(OVERLAY, work / "overlay.dtbo")
    for part in (merges, covers):
        part(result, work, base, overlay)
