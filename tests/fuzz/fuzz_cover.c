// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fuzz target: cover_tree(), with and without a second kernel.
 *
 * Input: a device tree. The kernels are fixed: one has drivers for much of what the
 * boards have, the other for little. Every node must get one verdict, the same each time.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cover.h"

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

static const char listed[] =
	"a.alias=of:N*T*Cfixed-clock\0a.alias=of:N*T*Cregulator-fixedC*\0"
	"b.alias=of:Nserial*T*Carm,pl011\0c.alias=of:N*Tcpu*Carm,cortex-a53\0"
	"d.alias=i2c:ds3231\0e.alias=spi:jedec,spi-nor\0f.alias=platform:leds-gpio\0"
	"g.alias=of:N*T*Csimple-bus\0h.alias=of:N*T*Cmediatek,mt7986-mmc\0"
	"i.alias=amba:d0004*\0j.alias=mdio:0000000110000000001100110000????\0";

static void must(int condition, const char *what)
{
	if (!condition) {
		fprintf(stderr, "fuzz_cover: %s\n", what);
		abort();
	}
}

static void check(const struct cover *cover, const struct tree_index *index)
{
	int i;

	must(cover->count < index->count || !cover->count, "more nodes than the tree has");
	for (i = 0; i < cover->count; i++) {
		const struct cover_node *node = &cover->nodes[i];

		must(node->node > 0 && node->node < index->count, "a node that is none");
		must(i == 0 || node->node > cover->nodes[i - 1].node, "nodes out of order");
		must(node->answer.verdict <= VERDICT_NONE, "no verdict");
		must(node->answer.verdict != VERDICT_CLASS || node->answer.class, "no class");
		must(node->answer.verdict > VERDICT_BUILTIN || node->answer.by, "no reason");
	}
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	static struct kernel much, little;
	struct tree_index index = { 0 };
	struct cover cover = { 0 }, again = { 0 };
	struct tree tree = { 0 };
	struct error error = { 0 };

	if (!much.release) {
		much.release = strdup("much");
		little.release = strdup("little");
		must(!kernel_add_builtin_info(&much, listed, sizeof(listed) - 1, &error) &&
		     !kernel_add_builtin_info(&little, listed, strlen(listed) + 1, &error),
		     "the kernels cannot be made");
	}
	if (tree_copy(&tree, "fuzz.dtb", data, size, &error))
		return 0;
	must(!tree_index(&index, &tree, &error), "a sound tree cannot be indexed");
	if (!cover_tree(&cover, &index, &much, NULL, &error)) {
		check(&cover, &index);
		must(!cover_tree(&again, &index, &much, &little, &error), "fails the second time");
		check(&again, &index);
		must(!cover_compare(&again, &cover, &error), "cannot be compared with itself");
	}
	cover_free(&cover);
	cover_free(&again);
	tree_index_free(&index);
	tree_free(&tree);
	return 0;
}
