// SPDX-License-Identifier: GPL-2.0-only
#include "classes.h"

#include <ctype.h>
#include <string.h>

#include "compiler.h"

/* What a rule looks at. */
struct subject {
	const struct tree_index *index;
	int node;
	int parent;
	const char *name;
	const char *parent_name;
	const char *compatible;
	int length;
};

bool class_is_generic(const char *compatible)
{
	static const char *const generic[] = {
		"simple-bus", "simple-mfd", "syscon", "isa", "arm,amba-bus",
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(generic); i++) {
		if (!strcmp(compatible, generic[i]))
			return true;
	}
	return false;
}

static bool has(const struct subject *subject, const char *compatible)
{
	return string_list_has(subject->compatible, subject->length, compatible);
}

static bool begins(const char *text, const char *prefix)
{
	return !strncmp(text, prefix, strlen(prefix));
}

static bool any_begins(const struct subject *subject, const char *prefix)
{
	const char *item = subject->compatible;
	int left = subject->length, here;

	for (; left > 0; item += here, left -= here) {
		here = strnlen(item, left) + 1;
		if (here <= left && begins(item, prefix))
			return true;
	}
	return false;
}

/* Whether a node's name is @name, or @name and a unit address or number. */
static bool is_named(const char *node, const char *name)
{
	size_t length = strlen(name);

	return !strncmp(node, name, length) && !isalpha((unsigned char)node[length]);
}

static bool property(const struct subject *subject, const char *name)
{
	return tree_property(subject->index, subject->node, name, NULL);
}

static bool device_type_is(const struct tree_index *index, int node, const char *type)
{
	const char *value;
	int length;

	value = tree_property(index, node, "device_type", &length);
	return value && string_list_has(value, length, type);
}

static bool is_cpu(const struct subject *subject)
{
	return !strcmp(subject->parent_name, "cpus") &&
	       (is_named(subject->name, "cpu") ||
		device_type_is(subject->index, subject->node, "cpu"));
}

static bool is_cache(const struct subject *subject)
{
	return has(subject, "cache");
}

static bool is_idle_state(const struct subject *subject)
{
	size_t length = strlen(subject->compatible);

	return length > 10 && !strcmp(subject->compatible + length - 10, "idle-state");
}

static bool is_opp_table(const struct subject *subject)
{
	return any_begins(subject, "operating-points-v2");
}

static bool parent_has(const struct subject *subject, const char *compatible)
{
	const char *value;
	int length;

	value = tree_property(subject->index, subject->parent, "compatible", &length);
	return value && string_list_has(value, length, compatible);
}

static bool is_partitions(const struct subject *subject)
{
	return has(subject, "fixed-partitions") || has(subject, "nvmem-cells") ||
	       has(subject, "fixed-layout") || parent_has(subject, "fixed-layout") ||
	       !strcmp(subject->parent_name, "nvmem-layout");
}

static bool is_phy(const struct subject *subject)
{
	return any_begins(subject, "ethernet-phy-id") ||
	       any_begins(subject, "ethernet-phy-ieee802.3-");
}

static bool is_amba(const struct subject *subject)
{
	return has(subject, "arm,primecell");
}

static bool is_id_compatible(const char *text, const char *bus)
{
	size_t length = strlen(bus);

	return !strncmp(text, bus, length) && isxdigit((unsigned char)text[length]) &&
	       strchr(text, ',');
}

static bool is_usb_or_pci(const struct subject *subject)
{
	return is_id_compatible(subject->compatible, "usb") ||
	       is_id_compatible(subject->compatible, "pci") ||
	       device_type_is(subject->index, subject->parent, "pci");
}

static bool parent_property(const struct subject *subject, const char *name)
{
	return tree_property(subject->index, subject->parent, name, NULL);
}

/* Older trees name their hosts sd, sdhci and so on: the properties are the same. */
static bool is_below_mmc(const struct subject *subject)
{
	return is_named(subject->parent_name, "mmc") || parent_property(subject, "mmc-pwrseq") ||
	       parent_property(subject, "cap-sdio-irq") ||
	       parent_property(subject, "cap-sd-highspeed") ||
	       parent_property(subject, "cap-mmc-highspeed");
}

static bool is_below_ethernet(const struct subject *subject)
{
	return is_named(subject->parent_name, "ethernet") || parent_property(subject, "phy-mode") ||
	       parent_property(subject, "phy-handle") ||
	       parent_property(subject, "phy-connection-type");
}

static bool is_mdio_bus(const struct subject *subject)
{
	return is_named(subject->name, "mdio") && is_below_ethernet(subject);
}

static bool is_mac_port(const struct subject *subject)
{
	return (is_named(subject->name, "mac") || is_named(subject->name, "port")) &&
	       is_below_ethernet(subject) && property(subject, "reg");
}

/* Buses that ask their devices who they are. */
static bool is_identified(const struct subject *subject)
{
	int i = subject->parent;

	if (is_id_compatible(subject->compatible, "slim") ||
	    (begins(subject->compatible, "sdw") &&
	     isxdigit((unsigned char)subject->compatible[3])))
		return true;
	for (; i > 0; i = subject->index->nodes[i].parent) {
		const char *value;
		int length;

		value = tree_property(subject->index, i, "compatible", &length);
		if (value && string_list_has(value, length, "fsl,qoriq-mc"))
			return true;
	}
	return false;
}

static bool is_connector(const struct subject *subject)
{
	return is_named(subject->name, "connector") &&
	       (has(subject, "usb-c-connector") || has(subject, "usb-a-connector") ||
		has(subject, "usb-b-connector"));
}

/* A reserved piece of on-chip memory; the SRAM as a whole has a driver. */
static bool is_sram_piece(const struct subject *subject)
{
	return is_named(subject->parent_name, "sram") || parent_has(subject, "mmio-sram");
}

static bool is_battery(const struct subject *subject)
{
	return has(subject, "simple-battery");
}

static bool is_for_firmware(const struct subject *subject)
{
	int i = subject->parent;

	for (; i > 0; i = subject->index->nodes[i].parent) {
		if (!subject->index->nodes[i].parent)
			return !strcmp(subject->index->nodes[i].name, "options");
	}
	return false;
}

static bool is_reserved_memory(const struct subject *subject)
{
	return !strcmp(subject->parent_name, "reserved-memory");
}

static bool is_bus(const struct subject *subject)
{
	return has(subject, "simple-bus") || has(subject, "simple-mfd") || has(subject, "isa") ||
	       has(subject, "arm,amba-bus");
}

static bool is_syscon(const struct subject *subject)
{
	return has(subject, "syscon");
}

static bool is_msi_frame(const struct subject *subject)
{
	return property(subject, "msi-controller") &&
	       tree_property(subject->index, subject->parent, "interrupt-controller", NULL);
}

struct rule {
	bool (*applies)(const struct subject *subject);
	struct class class;
};

static const struct rule always[] = {
	{ is_cpu, { "cpu", "a processor core: the architecture's code starts it" } },
	{ is_cache, { "cache", "a cache: read as data about the processor" } },
	{ is_idle_state, { "idle-state", "data of the cpuidle driver" } },
	{ is_battery, { "battery", "data of the charger's or gauge's driver" } },
	{ is_opp_table, { "opp-table", "frequencies and voltages of another device" } },
};

static const struct rule otherwise[] = {
	{ is_phy, { "phy", "an Ethernet PHY: its driver goes by the ID that it answers with" } },
	{ is_amba, { "amba", "an AMBA device: its driver goes by the peripheral's ID" } },
	{ is_below_mmc, { "sdio", "a card or SDIO function: its driver goes by the ID in it" } },
	{ is_usb_or_pci, { "usb-pci", "a USB or PCI device: its driver goes by the ID in it" } },
	{ is_mdio_bus, { "mdio", "an MDIO bus that its MAC's driver registers" } },
	{ is_mac_port, { "port", "a port of an Ethernet device, whose driver reads it" } },
	{ is_identified, { "id-bus", "on a bus that asks for IDs: its driver goes by that" } },
	{ is_connector, { "connector", "a connector: its controller's driver reads it" } },
	{ is_msi_frame, { "msi", "a part of the interrupt controller, whose driver sets it up" } },
	{ is_partitions, { "partitions", "a map of storage: its device's driver reads it" } },
	{ is_sram_piece, { "memory", "a piece of on-chip memory: whoever refers to it uses it" } },
	{ is_for_firmware, { "firmware", "an option for the boot loader" } },
	{ is_reserved_memory, { "memory", "reserved memory: whoever refers to it uses it" } },
	{ is_bus, { "bus", "a bus or block of devices: the core makes devices of its children" } },
	{ is_syscon, { "syscon", "registers that other devices' drivers use" } },
};

static const struct class *apply(const struct rule *rules, size_t count,
				 const struct tree_index *index, int node)
{
	int parent = index->nodes[node].parent;
	struct subject subject = {
		.index = index, .node = node, .parent = parent < 0 ? 0 : parent,
		.name = index->nodes[node].name,
		.parent_name = parent < 0 ? "" : index->nodes[parent].name,
	};
	size_t i;

	subject.compatible = tree_property(index, node, "compatible", &subject.length);
	if (!subject.compatible || subject.length < 1 ||
	    subject.compatible[subject.length - 1])
		return NULL;
	for (i = 0; i < count; i++) {
		if (rules[i].applies(&subject))
			return &rules[i].class;
	}
	return NULL;
}

const struct class *class_always(const struct tree_index *index, int node)
{
	return apply(always, ARRAY_SIZE(always), index, node);
}

const struct class *class_otherwise(const struct tree_index *index, int node)
{
	return apply(otherwise, ARRAY_SIZE(otherwise), index, node);
}
