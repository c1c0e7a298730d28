# SPDX-License-Identifier: GPL-2.0-only
"""Amlogic's random number generators: numbers are random, and only where they are."""
from tests.models.qtest import Machine

BASE = 0xe0000000
SEED_READY = 1 << 31


def node(compatible, more=""):
    return f"""
	rng@{BASE:x} {{
		compatible = "{compatible}";
		reg = <0 {BASE:#x} 0 0xc>;
		{more}
	}};
"""


def run(t):
    with t.test("the old kind: its register is random"), \
            Machine(node("amlogic,meson-rng")) as m:
        assert len({m.read32(BASE) for _ in range(8)}) == 8
        m.write32(BASE + 4, 5)
        assert m.read32(BASE + 4) == 5, "it has one register, the next is another's"
    for what, source in (("S4's", node("amlogic,meson-s4-rng")),
                         ("S4's, as the vendor's trees say it",
                          node("amlogic,meson-rng", "version = <2>;"))):
        with t.test(f"{what}: a number for each request, which is done at once"), \
                Machine(source) as m:
            seen = set()
            for _ in range(8):
                m.write32(BASE, m.read32(BASE) | SEED_READY)
                assert not m.read32(BASE) & (SEED_READY | 1)
                assert m.read32(BASE + 8) == m.read32(BASE + 8)
                seen.add(m.read32(BASE + 8))
            assert len(seen) == 8
        with t.test(f"{what}: the old driver's register is its configuration, the same for ever"), \
                Machine(source) as m:
            m.write32(BASE, 0x1234)
            assert {m.read32(BASE) for _ in range(8)} == {0x1234}
