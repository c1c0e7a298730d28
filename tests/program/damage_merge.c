// SPDX-License-Identifier: GPL-2.0-only
/*
 * A libfdt whose merges go wrong, for what outboard merge checks of its result: linked with
 * --wrap=fdt_overlay_apply. OUTBOARD_DAMAGE is one of
 *
 *	set NODE PROPERTY WORD|TEXT	delprop NODE PROPERTY	delnode NODE	fail CODE TIMES
 */
#include <libfdt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int __real_fdt_overlay_apply(void *fdt, void *fdto);

int __wrap_fdt_overlay_apply(void *fdt, void *fdto)
{
	const char *damage = getenv("OUTBOARD_DAMAGE");
	char node[200] = "", name[200] = "", value[200] = "";
	static int failures;
	int result, code, times, offset;

	if (sscanf(damage ? damage : "", "fail %d %d", &code, &times) == 2 && failures < times) {
		failures++;
		return code;
	}
	result = __real_fdt_overlay_apply(fdt, fdto);
	if (result || !damage || !*damage || !strncmp(damage, "fail", 4))
		return result;
	if (sscanf(damage, "%*s %199s %199s %199s", node, name, value) < 1)
		abort();
	offset = fdt_path_offset(fdt, node);
	if (!strncmp(damage, "delprop", 7))
		result = fdt_delprop(fdt, offset, name);
	else if (!strncmp(damage, "delnode", 7))
		result = fdt_del_node(fdt, offset);
	else if (*value >= '0' && *value <= '9')
		result = fdt_setprop_u32(fdt, offset, name, strtoul(value, NULL, 0));
	else
		result = fdt_setprop_string(fdt, offset, name, value);
	if (result) {
		fprintf(stderr, "%s: %s\n", damage, fdt_strerror(result));
		abort();
	}
	return 0;
}
