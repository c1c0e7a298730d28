# SPDX-License-Identifier: GPL-2.0-only
"""outboard merge: what is merged, what --explain says of it, and what a wrong merge is told by."""
import re
import subprocess

from outboard.devicetree import dtmerge

from tests.program.common import compile_tree, damaging, start

BASE = """/dts-v1/; / { compatible = "acme,board", "acme,soc"; #address-cells = <1>;
	#size-cells = <1>;
	aliases { net0 = &mac; };
	soc: soc { #address-cells = <1>; #size-cells = <1>; ranges;
		mac: net@100 { reg = <0x100 4>; status = "disabled"; speed = <1 2>; on; };
		clk: clock@200 { reg = <0x200 4>; #clock-cells = <1>; user = <&mac>; };
		off: off@300 { reg = <0x300 4>; status = "disabled"; };
	};
};
"""
OVERLAY = """/dts-v1/; /plugin/;
/ { compatible = "other,board", "acme,soc";
	fragment@0 { target = <&mac>; __overlay__ { status = "okay"; speed = <1 2>; on;
		clocks = <&clk 7>, <&made 9>; mixed = [00 01 02]; text = "a", "bc"; empty = ""; }; };
	fragment@1 { target-path = "/soc"; __overlay__ {
		made: made@400 { reg = <0x400 4>; #clock-cells = <1>; self = <&made>;
			inner: inner { deep; }; }; }; };
	fragment@2 { target = <&made>; __overlay__ { later = <1>; }; };
	fragment@3 { target = <&inner>; __overlay__ { last { it; }; }; };
	fragment@4 { target-path = "net0"; __overlay__ { long = <1 2 3 4 5 6 7 8 9 10 11 12 13>;
		twelve = <1 2 3 4 5 6 7 8 9 10 11 12>; speed = <1 2>; }; };
	fragment@5 { target-path = "/"; __overlay__ { top { user = <&last_of_all>; }; }; };
	fragment@6 { target-path = "/top"; __dormant__ { sleeping; }; };
	fragment@7 { target-path = "/soc/"; __overlay__ { last_of_all: x@300 { reg = <0x300 4>; }; }; };
	__overrides__ { parameter = "x"; };
};
"""
EXPLAINED = """\
o.dtbo:
    /soc/net@100
    ~ status = "okay" (was "disabled")
    ~ speed = <0x1 0x2> (as before)
    ~ on (as before)
    + clocks = <CLK 0x7 MADE 0x9>
    + mixed = [3 bytes]
    + text = "a", "bc"
    + empty = [1 bytes]
    /soc
  + /soc/made@400
      reg = <0x400 0x4>
      #clock-cells = <0x1>
      self = <MADE>
  + /soc/made@400/inner
      deep
  + /soc/made@400
      later = <0x1>
  + /soc/made@400/inner
  + /soc/made@400/inner/last
      it
    /soc/net@100
    + long = <0x1 0x2 0x3 0x4 0x5 0x6 0x7 0x8 0x9 0xa 0xb 0xc ... 52 bytes>
    + twelve = <0x1 0x2 0x3 0x4 0x5 0x6 0x7 0x8 0x9 0xa 0xb 0xc>
    ~ speed = <0x1 0x2> (as before)
    /
  + /top
      user = <LAST>
    /soc
  + /soc/x@300
      reg = <0x300 0x4>
"""


def get(tree, node, name, kind="x"):
    done = subprocess.run([*dtmerge.tool("fdtget"), "-t", kind, tree, node, name],
                          capture_output=True, text=True, check=True)
    return done.stdout.strip()


def merged(result, work):
    base = compile_tree(BASE, work / "base.dtb")
    overlay, out = compile_tree(OVERLAY, work / "o.dtbo"), work / "out.dtb"
    done = start("merge", "--explain", "-o", out, base, overlay)
    with result.test("merges", "an overlay of all kinds of fragments"):
        assert done.returncode == 0 and not done.stderr, done.stderr
        for node, name, of in (("/soc/net@100", "clocks", ("/soc/clock@200", "/soc/made@400")),
                               ("/soc/made@400", "self", ("/soc/made@400",)),
                               ("/top", "user", ("/soc/x@300",)),
                               ("/soc/clock@200", "user", ("/soc/net@100",))):
            cells = get(out, node, name).split()[::2]
            assert cells == [get(out, there, "phandle") for there in of], f"{node}: {cells}"
        assert get(out, "/soc/made@400", "later") == "1"
        assert get(out, "/__symbols__", "inner", "s") == "/soc/made@400/inner"
    with result.test("merges", "the bytes are those of fdtoverlay"):
        subprocess.run([*dtmerge.tool("fdtoverlay"), "-i", base, "-o", work / "theirs.dtb",
                        overlay], check=True)
        ours, theirs = out.read_bytes(), (work / "theirs.dtb").read_bytes()
        assert ours[36:] == theirs[36:len(ours)] and len(ours) == len(theirs), "they differ"
    with result.test("merges", "--explain"):
        words = {"CLK": "/soc/clock@200", "MADE": "/soc/made@400", "LAST": "/soc/x@300"}
        text = re.sub("CLK|MADE|LAST", lambda word: f"0x{get(out, words[word[0]], 'phandle')}",
                      EXPLAINED)
        assert done.stdout == text, f"{done.stdout}\ninstead of\n{text}"
    with result.test("merges", "--explain alone, and beside a tree on standard output"):
        assert start("merge", "--explain", base, overlay).stdout == done.stdout
        both = start("merge", "--explain", "-o", "-", base, overlay, text=False, errors=None)
        assert both.stderr.decode() == done.stdout and both.stdout == out.read_bytes()
    with result.test("merges", "later overlays use what earlier ones bring"):
        second = compile_tree("""/dts-v1/; /plugin/; / { compatible = "acme,board";
            fragment@0 { target = <&made>; __overlay__ { later = <1>; more = <&inner>; }; }; };
            """, work / "second.dtbo")
        assert start("merge", "-o", work / "two.dtb", base, overlay, second).returncode == 0
        assert get(work / "two.dtb", "/soc/made@400", "more") == \
            get(work / "two.dtb", "/soc/made@400/inner", "phandle")
    with result.test("merges", "--padding"):
        for text, more in (("0", 0), ("1", 1), ("0x10", 16), ("8k", 8192), ("2K", 2048)):
            assert start("merge", "-p", text, "-o", work / "p", base, overlay).returncode == 0
            data = (work / "p").read_bytes()
            assert len(data) == len(ours) + more, (text, len(data))
            assert int.from_bytes(data[4:8], "big") == len(data)
        for text in ("", "k", "8x", "8kk", "-1", " 1", "+1", "2097153", "2049k", "1" * 30):
            bad = start("merge", "-p", text, "-o", work / "q", base, overlay)
            assert bad.returncode == 2 and "no size" in bad.stderr, (text, bad.stderr)
        bad = start("merge", "-p", "2048k", "-o", work / "q", base, overlay)
        assert bad.returncode == 2 and "larger than a kernel takes" in bad.stderr, bad.stderr
    return base, overlay, out


# Damage -> what it is told by; all but the fails of libfdt itself exit with 1.
DAMAGES = {
    "set /soc/clock@200 #clock-cells 2": "base.dtb: #clock-cells of /soc/clock@200 was changed, "
                                         "and by no overlay",
    "set /soc/clock@200 #clock-cells text": "#clock-cells of /soc/clock@200 was changed",
    "delprop /soc/clock@200 #clock-cells": "#clock-cells of /soc/clock@200 is lost in the merge",
    "delprop /soc/clock@200 reg": "base.dtb: reg of /soc/clock@200 is lost in the merge",
    "delnode /soc/off@300": "base.dtb: /soc/off@300 is lost in the merge",
    "delnode /aliases": "base.dtb: /aliases is lost in the merge",
    "set /soc/off@300 phandle 99": "base.dtb: the phandle of /soc/off@300 was changed",
    "set /soc/made@400/inner phandle 1": "base.dtb: two nodes share a phandle after the merge",
    "set /soc/net@100 speed 3": "o.dtbo: speed of /soc/net@100 did not arrive",
    "set /soc/net@100 status disabled": "o.dtbo: status of /soc/net@100 did not arrive",
    "delprop /soc/net@100 on": "o.dtbo: on of /soc/net@100 did not arrive",
    "delprop /soc/made@400 later": "o.dtbo: later of /soc/made@400 did not arrive",
    "delnode /soc/made@400/inner/last": "o.dtbo: /fragment@3/__overlay__/last did not arrive",
    "delnode /top": "o.dtbo: /fragment@5/__overlay__/top did not arrive",
    "delprop /soc/made@400 phandle": "o.dtbo: clocks of /soc/net@100 did not arrive",
    "delprop /soc/made@400/inner phandle": "/soc/made@400/inner has no phandle after the merge",
    "delnode /soc/clock@200": "o.dtbo: /soc/clock@200 is lost in the merge",
    "set /soc/made@400 self 1": "o.dtbo: self of /soc/made@400 did not arrive",
    "set /top user 1": "o.dtbo: user of /top did not arrive",
    "delprop /__symbols__ made": "o.dtbo: its label made means no node of the merged tree",
    "set /__symbols__ made /soc/absent": "o.dtbo: its label made means no node",
    "set /__symbols__ made 7": "o.dtbo: its label made means no node",
    "set /__symbols__ mac /soc": "base.dtb: mac of /__symbols__ was changed, and by no overlay",
    "delnode /__symbols__": "o.dtbo: its label made means no node",
}


def damaged(result, work, base, overlay, out):
    program = damaging()

    def merge(damage, *more):
        environment = {"OUTBOARD_DAMAGE": damage, "ASAN_OPTIONS": "exitcode=99"}
        done = subprocess.run([program, "merge", "-o", work / "bad.dtb", base, overlay, *more],
                              env=environment, capture_output=True, text=True, check=False)
        assert done.returncode in (0, 1, 2), done.stderr[-1500:]
        return done

    with result.test("merges", "undamaged"):
        assert merge("").returncode == 0 and (work / "bad.dtb").read_bytes() == out.read_bytes()
        (work / "bad.dtb").unlink()
    for damage, words in DAMAGES.items():
        with result.test("merges", f"damaged: {damage}"):
            done = merge(damage)
            assert done.returncode == 1 and words in done.stderr, done.stderr or "it is taken"
            assert not (work / "bad.dtb").exists(), "it is written"
    with result.test("merges", "a tree that has to grow more than once"):
        done = merge("fail -3 3")
        assert done.returncode == 0, done.stderr
        assert (work / "bad.dtb").read_bytes() == out.read_bytes()
        (work / "bad.dtb").unlink()
    with result.test("merges", "a tree that grows without end"):
        done = merge("fail -3 100")
        assert done.returncode == 2 and "larger than a kernel takes" in done.stderr, done.stderr
    with result.test("merges", "another error of libfdt"):
        done = merge("fail -11 1")
        assert done.returncode == 2 and "o.dtbo: cannot be merged into base.dtb: " in done.stderr


def suites(result, work):
    base, overlay, out = merged(result, work)
    damaged(result, work, base, overlay, out)
