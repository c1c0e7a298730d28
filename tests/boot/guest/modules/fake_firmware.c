// SPDX-License-Identifier: GPL-2.0-only
/*
 * Test only: rewrites what the Raspberry Pi's firmware answers
 *
 * Copyright (C) 2026 The outboard authors
 *
 * QEMU's model of the firmware has no serial number, never fails and has no
 * vcgencmd. This module waits at the end of the firmware driver's function for
 * property calls and changes the answer, or the result, before the caller sees
 * it. Everything else about the call is real.
 */

#include <linux/atomic.h>
#include <linux/delay.h>
#include <linux/kernel.h>
#include <linux/minmax.h>
#include <linux/kprobes.h>
#include <linux/module.h>
#include <linux/ptrace.h>
#include <linux/string.h>
#include <linux/types.h>

#define TAG_BOARD_REVISION	0x00010002
#define TAG_BOARD_SERIAL	0x00010004
#define TAG_GENCMD		0x00030080

static char serial_mode[8] = "echo";
module_param_string(serial_mode, serial_mode, sizeof(serial_mode), 0644);
MODULE_PARM_DESC(serial_mode, "echo, zero, ones, error or real");

static unsigned long long serial;
module_param(serial, ullong, 0644);
MODULE_PARM_DESC(serial, "the serial number in mode real");

static uint revision;
module_param(revision, uint, 0644);
MODULE_PARM_DESC(revision, "another revision than the machine's; 0: the machine's");

static bool revision_error;
module_param(revision_error, bool, 0644);
MODULE_PARM_DESC(revision_error, "fail calls that ask for the revision");

static char answer[1024];
module_param_string(answer, answer, sizeof(answer), 0644);
MODULE_PARM_DESC(answer, "vcgencmd's answer; empty: leave it alone");

static ulong rewritten;
module_param(rewritten, ulong, 0444);
MODULE_PARM_DESC(rewritten, "tags that were looked at");

static uint delay;
module_param(delay, uint, 0644);
MODULE_PARM_DESC(delay, "microseconds that each call takes longer");

static uint at_once;
module_param(at_once, uint, 0644);
MODULE_PARM_DESC(at_once, "most calls that were under way at the same time");

static atomic_t under_way = ATOMIC_INIT(0);

struct fake_call {
	u32 *tags;
	size_t size;
};

static int fake_enter(struct kretprobe_instance *instance, struct pt_regs *regs)
{
	struct fake_call *call = (struct fake_call *)instance->data;

	/* int rpi_firmware_property_list(firmware, tags, size) */
	call->tags = (u32 *)regs->regs[1];
	call->size = regs->regs[2];
	at_once = max_t(uint, at_once, atomic_inc_return(&under_way));
	udelay(delay);

	return 0;
}

NOKPROBE_SYMBOL(fake_enter);

static int fake_serial(u32 *value, u32 size)
{
	if (size < 8)
		return 0;

	if (!strcmp(serial_mode, "zero")) {
		memset(value, 0, 8);
	} else if (!strcmp(serial_mode, "ones")) {
		memset(value, 0xff, 8);
	} else if (!strcmp(serial_mode, "real")) {
		value[0] = lower_32_bits(serial);
		value[1] = upper_32_bits(serial);
	} else if (!strcmp(serial_mode, "error")) {
		return -EIO;
	}

	return 0;
}

NOKPROBE_SYMBOL(fake_serial);

static int fake_tag(u32 tag, u32 *value, u32 size)
{
	switch (tag) {
	case TAG_BOARD_SERIAL:
		return fake_serial(value, size);
	case TAG_BOARD_REVISION:
		if (revision_error)
			return -ETIMEDOUT;
		if (revision && size >= 4)
			value[0] = revision;
		return 0;
	case TAG_GENCMD:
		if (answer[0] && size > 4) {
			value[0] = 0;
			strscpy((char *)&value[1], answer, size - 4);
		}
		return 0;
	}

	return 0;
}

NOKPROBE_SYMBOL(fake_tag);

static int fake_leave(struct kretprobe_instance *instance, struct pt_regs *regs)
{
	struct fake_call *call = (struct fake_call *)instance->data;
	size_t words = call->size / 4;
	size_t at = 0;

	atomic_dec(&under_way);
	if (regs_return_value(regs))
		return 0;

	/* Each tag: its number, the size of its value in bytes, a code, the value. */
	while (at + 3 <= words && call->tags[at]) {
		u32 size = call->tags[at + 1];
		int ret;

		if (size / 4 > words - at - 3)
			break;

		ret = fake_tag(call->tags[at], &call->tags[at + 3], size);
		rewritten++;
		if (ret) {
			regs->regs[0] = ret;
			break;
		}
		at += 3 + DIV_ROUND_UP(size, 4);
	}

	return 0;
}

NOKPROBE_SYMBOL(fake_leave);

static struct kretprobe fake_probe = {
	.kp.symbol_name = "rpi_firmware_property_list",
	.entry_handler = fake_enter,
	.handler = fake_leave,
	.data_size = sizeof(struct fake_call),
	.maxactive = 32,
};

static int __init fake_init(void)
{
	return register_kretprobe(&fake_probe);
}
module_init(fake_init);

static void __exit fake_exit(void)
{
	unregister_kretprobe(&fake_probe);
}
module_exit(fake_exit);

MODULE_DESCRIPTION("Test only: rewrites the firmware's answers");
MODULE_AUTHOR("The outboard authors");
MODULE_LICENSE("GPL");
