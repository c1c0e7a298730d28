// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tests of rpi_vcio on a model of the firmware
 *
 * Copyright (C) 2026 The outboard authors
 */

#include <kunit/test.h>
#include <linux/capability.h>
#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/kthread.h>
#include <linux/mm.h>
#include <linux/mman.h>
#include <linux/module.h>
#include <linux/of.h>
#include <linux/platform_device.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include <bench/bench.h>
#include <bench/user.h>
#include <models/rpi_firmware_model.h>

#define RAW			"/dev/vcio"
#define GENCMD			"/dev/vcio_gencmd"
#define CALL			0xc0086400
#define SUCCESS			0x80000000

#define TAG_REVISION		0x00010002
#define TAG_GENCMD		0x00030080

/* vcgencmd's message, today's and that of its first years. */
#define TEXT			4096
#define OLD_TEXT		1024
#define BYTES			(TEXT + 28)
#define OLD_BYTES		(OLD_TEXT + 28)
#define RAW_MAX			0x10000

struct rpi_vcio_test {
	struct device *dev;
	struct file *raw;
	struct file *gencmd;
	/* As a member of a group has it open. */
	struct file *member;
	u32 *message;
};

static struct file *open_node(struct kunit *test, const char *name, int without)
{
	struct file *file = bench_user_open(name, O_RDWR, without);

	KUNIT_ASSERT_FALSE_MSG(test, IS_ERR(file), "%s: %pe", name, file);

	return file;
}

static void close_nodes(struct rpi_vcio_test *priv)
{
	bench_user_close(priv->raw);
	bench_user_close(priv->gencmd);
	bench_user_close(priv->member);
	priv->raw = NULL;
}

static void open_nodes(struct kunit *test)
{
	struct rpi_vcio_test *priv = test->priv;

	priv->raw = open_node(test, RAW, -1);
	priv->gencmd = open_node(test, GENCMD, -1);
	priv->member = open_node(test, GENCMD, CAP_SYS_RAWIO);
}

static int rpi_vcio_test_init(struct kunit *test)
{
	struct rpi_vcio_test *priv = kunit_kzalloc(test, sizeof(*priv), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, priv);
	test->priv = priv;
	priv->message = kunit_kzalloc(test, RAW_MAX + 16, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, priv->message);
	rpi_firmware_model_reset();
	bench_start(test);

	priv->dev = bus_find_device_by_name(&platform_bus_type, NULL, "rpi_vcio");
	KUNIT_ASSERT_NOT_NULL(test, priv->dev);
	if (!priv->dev->driver)
		KUNIT_ASSERT_EQ(test, bench_bind(priv->dev), 0);
	open_nodes(test);

	return 0;
}

static void rpi_vcio_test_exit(struct kunit *test)
{
	struct rpi_vcio_test *priv = test->priv;

	if (!priv)
		return;
	if (priv->raw)
		close_nodes(priv);
	put_device(priv->dev);
	rpi_firmware_model_reset();
}

/* What vcgencmd sends: it leaves all behind the text as its stack had it. */
static void fill(u32 *message, const char *text, u32 room)
{
	memset(message, 0xa5, room + 28);
	message[0] = room + 28;
	message[1] = 0;
	message[2] = TAG_GENCMD;
	message[3] = room;
	message[4] = 0;
	message[5] = 0;
	strscpy((char *)&message[6], text, room);
	message[room / 4 + 6] = 0;
}

static long gencmd(struct kunit *test, struct file *file, const char *text)
{
	struct rpi_vcio_test *priv = test->priv;

	fill(priv->message, text, TEXT);

	return bench_user_ioctl(file, CALL, priv->message, BYTES);
}

/* A message as the test made it; it must come back as it was if it is refused. */
static void expect_refused(struct kunit *test, struct file *file, long error, size_t size,
			   const char *what)
{
	struct rpi_vcio_test *priv = test->priv;
	u32 *before = kunit_kmalloc(test, size, GFP_KERNEL);
	unsigned int calls = rpi_firmware_model.calls;

	KUNIT_ASSERT_NOT_NULL(test, before);
	memcpy(before, priv->message, size);
	KUNIT_EXPECT_EQ_MSG(test, bench_user_ioctl(file, CALL, priv->message, size), error, "%s",
			    what);
	KUNIT_EXPECT_EQ_MSG(test, rpi_firmware_model.calls, calls, "%s reached the firmware", what);
	KUNIT_EXPECT_EQ_MSG(test, memcmp(before, priv->message, size), 0, "%s was changed", what);
}

static void rpi_vcio_test_property(struct kunit *test)
{
	struct rpi_vcio_test *priv = test->priv;
	u32 message[7] = { sizeof(message), 0, TAG_REVISION, 4 };

	KUNIT_EXPECT_EQ(test, bench_user_ioctl(priv->raw, CALL, message, sizeof(message)), 0);
	KUNIT_EXPECT_EQ(test, message[0], sizeof(message));
	KUNIT_EXPECT_EQ(test, message[1], SUCCESS);
	KUNIT_EXPECT_EQ(test, message[4], SUCCESS | 4);
	KUNIT_EXPECT_EQ(test, message[5], rpi_firmware_model.revision);
	/* Header and end tag are the firmware driver's. */
	KUNIT_EXPECT_EQ(test, rpi_firmware_model.count, 4);
}

static void rpi_vcio_test_raw_sizes(struct kunit *test)
{
	static const u32 wrong[] = { 0, 1, 4, 8, 11, 13, 14, 15, RAW_MAX - 1 };
	struct rpi_vcio_test *priv = test->priv;
	u32 *message = priv->message;
	int i;

	for (i = 0; i < ARRAY_SIZE(wrong); i++) {
		message[0] = wrong[i];
		expect_refused(test, priv->raw, -EINVAL, RAW_MAX, "a wrong size");
	}
	message[0] = RAW_MAX + 4;
	expect_refused(test, priv->raw, -E2BIG, RAW_MAX + 4, "a size that is too large");
	message[0] = 0xfffffffc;
	expect_refused(test, priv->raw, -E2BIG, RAW_MAX + 4, "4 GiB");

	message[0] = RAW_MAX;
	KUNIT_EXPECT_EQ(test, bench_user_ioctl(priv->raw, CALL, message, RAW_MAX), 0);
	KUNIT_EXPECT_EQ(test, rpi_firmware_model.count, RAW_MAX / 4 - 3);
	message[0] = 12;
	message[1] = 0;
	KUNIT_EXPECT_EQ(test, bench_user_ioctl(priv->raw, CALL, message, 12), 0);
	KUNIT_EXPECT_EQ(test, message[1], SUCCESS);
	KUNIT_EXPECT_EQ(test, rpi_firmware_model.count, 0);
}

/* The data is not where it is said to be. */
static void rpi_vcio_test_faults(struct kunit *test)
{
	struct rpi_vcio_test *priv = test->priv;
	u32 *message = priv->message;

	KUNIT_EXPECT_EQ(test, bench_user_ioctl(priv->raw, CALL, NULL, 0), -EFAULT);
	message[0] = 16;
	expect_refused(test, priv->raw, -EFAULT, 12, "a message that is not all there");
	message[0] = 12;
	expect_refused(test, priv->raw, -EFAULT, 2, "half a word");
	fill(message, "version", TEXT);
	expect_refused(test, priv->gencmd, -EFAULT, BYTES - 4, "a text that is not all there");
}

/* The message can be read, and its answer not be written. */
static void rpi_vcio_test_read_only(struct kunit *test)
{
	struct rpi_vcio_test *priv = test->priv;
	struct file *file = bench_user_open("/dev/vcio-message", O_CREAT | O_RDWR, -1);
	struct mm_struct *mm;
	unsigned long area;
	loff_t pos = 0;
	ssize_t count;
	long ret;

	KUNIT_ASSERT_FALSE(test, IS_ERR(file));
	fill(priv->message, "version", OLD_TEXT);
	count = kernel_write(file, priv->message, OLD_BYTES, &pos);

	mm = bench_user_begin();
	area = vm_mmap(file, 0, PAGE_SIZE, PROT_READ, MAP_PRIVATE, 0);
	ret = priv->gencmd->f_op->unlocked_ioctl(priv->gencmd, CALL, area);
	vm_munmap(area, PAGE_SIZE);
	bench_user_end(mm);

	bench_user_close(file);
	KUNIT_EXPECT_EQ(test, count, OLD_BYTES);
	KUNIT_EXPECT_EQ(test, ret, -EFAULT);
	KUNIT_EXPECT_EQ(test, rpi_firmware_model.calls, 1);
}

static void rpi_vcio_test_other_ioctl(struct kunit *test)
{
	static const unsigned int numbers[] = {
		0, 0xc0046400, 0xc0086401, 0x80086400, 0x40086400, 0xc0106400, 0x5401, ~0U,
	};
	struct rpi_vcio_test *priv = test->priv;
	int i;

	for (i = 0; i < ARRAY_SIZE(numbers); i++) {
		fill(priv->message, "version", TEXT);
		KUNIT_EXPECT_EQ(test, bench_user_ioctl(priv->gencmd, numbers[i], priv->message,
						       BYTES), -ENOTTY);
	}
	KUNIT_EXPECT_EQ(test, rpi_firmware_model.calls, 0);
}

/* Both of vcgencmd's messages, and what the firmware is sent. */
static void rpi_vcio_test_vcgencmd(struct kunit *test)
{
	static const u32 rooms[] = { TEXT, OLD_TEXT };
	struct rpi_vcio_test *priv = test->priv;
	u32 *message = priv->message;
	int i;

	rpi_firmware_model.answer = "temp=42.0'C";
	rpi_firmware_model.status = 7;
	for (i = 0; i < ARRAY_SIZE(rooms); i++) {
		u32 room = rooms[i];

		fill(message, "measure_temp", room);
		KUNIT_EXPECT_EQ(test, bench_user_ioctl(priv->member, CALL, message, room + 28), 0);
		KUNIT_EXPECT_EQ(test, message[0], room + 28);
		KUNIT_EXPECT_EQ(test, message[1], SUCCESS);
		KUNIT_EXPECT_EQ(test, message[5], 7);
		KUNIT_EXPECT_STREQ(test, (char *)&message[6], "temp=42.0'C");

		/* The caller's own memory behind the text is not the firmware's to see. */
		KUNIT_EXPECT_EQ(test, rpi_firmware_model.count, room / 4 + 4);
		KUNIT_EXPECT_EQ(test, rpi_firmware_model.words[0], TAG_GENCMD);
		KUNIT_EXPECT_EQ(test, rpi_firmware_model.words[1], room);
		KUNIT_EXPECT_EQ(test, rpi_firmware_model.words[2], 0);
		KUNIT_EXPECT_STREQ(test, (char *)&rpi_firmware_model.words[4], "measure_temp");
		KUNIT_EXPECT_NULL(test, memchr_inv((char *)&rpi_firmware_model.words[4] + 12, 0,
						   room - 12));
	}
}

/* A value that has all of the message's room. */
static void rpi_vcio_test_whole_room(struct kunit *test)
{
	struct rpi_vcio_test *priv = test->priv;
	u32 *message = priv->message;

	fill(message, "version", TEXT);
	message[3] = TEXT + 4;
	KUNIT_EXPECT_EQ(test, bench_user_ioctl(priv->member, CALL, message, BYTES), 0);
	KUNIT_EXPECT_EQ(test, rpi_firmware_model.words[1], TEXT + 4);

	/* What a call before has left in the tag is no part of this one. */
	fill(message, "version", TEXT);
	message[4] = SUCCESS | 12;
	message[5] = 99;
	KUNIT_EXPECT_EQ(test, bench_user_ioctl(priv->member, CALL, message, BYTES), 0);
	KUNIT_EXPECT_EQ(test, rpi_firmware_model.words[2], 0);
	KUNIT_EXPECT_EQ(test, rpi_firmware_model.words[3], 0);
}

static void rpi_vcio_test_gencmd_sizes(struct kunit *test)
{
	static const u32 sizes[] = {
		4, 12, 28, OLD_BYTES - 4, OLD_BYTES - 1, OLD_BYTES, OLD_BYTES + 1, OLD_BYTES + 4,
		BYTES - 4, BYTES, BYTES + 1, BYTES + 4, 2 * TEXT, 0xfffffffc,
	};
	struct rpi_vcio_test *priv = test->priv;
	u32 *message = priv->message;
	int i;

	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		u32 size = sizes[i];
		bool right = size >= OLD_BYTES && size <= BYTES && size % 4 == 0;

		memset(message, 0, 2 * TEXT);
		message[0] = size;
		message[2] = TAG_GENCMD;
		message[3] = size - 28;
		strscpy((char *)&message[6], "version", 8);
		if (right)
			KUNIT_EXPECT_EQ_MSG(test, bench_user_ioctl(priv->gencmd, CALL, message,
								   2 * TEXT), 0, "%u", size);
		else
			expect_refused(test, priv->gencmd,
				       size > BYTES && size % 4 == 0 ? -E2BIG : -EINVAL,
				       2 * TEXT, "a message of another size");
	}
}

static void rpi_vcio_test_malformed(struct kunit *test)
{
	static const u32 sizes[] = {
		0, 4, TEXT - 8, TEXT - 4, TEXT - 1, TEXT + 1, TEXT + 2, TEXT + 8, TEXT + 12,
		0x7ffffffc, 0xfffffff4, 0xffffffff,
	};
	static const u32 tags[] = {
		0, 1, TAG_REVISION, 0x00030081, 0x00030010, 0x00038030, 0x80030080, 0xffffffff,
	};
	struct rpi_vcio_test *priv = test->priv;
	u32 *message = priv->message;
	int i;

	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		fill(message, "version", TEXT);
		message[3] = sizes[i];
		expect_refused(test, priv->gencmd, -EINVAL, BYTES, "a value of another size");
	}

	for (i = 0; i < ARRAY_SIZE(tags); i++) {
		fill(message, "version", TEXT);
		message[2] = tags[i];
		expect_refused(test, priv->gencmd, -EPERM, BYTES, "another tag");
	}

	fill(message, "version", TEXT);
	message[BYTES / 4 - 1] = TAG_REVISION;
	expect_refused(test, priv->gencmd, -EINVAL, BYTES, "a message without an end");

	fill(message, "version", TEXT);
	message[1] = SUCCESS;
	KUNIT_EXPECT_EQ(test, bench_user_ioctl(priv->gencmd, CALL, message, BYTES), 0);

	/* The text's last byte may be its end, and not later. */
	fill(message, "version", TEXT);
	memset((char *)&message[6], ' ', TEXT - 5);
	((char *)&message[6])[TEXT - 5] = 0;
	KUNIT_EXPECT_EQ(test, bench_user_ioctl(priv->gencmd, CALL, message, BYTES), 0);
	fill(message, "version", TEXT);
	memset((char *)&message[6], ' ', TEXT);
	expect_refused(test, priv->gencmd, -EINVAL, BYTES, "a text without an end");

	/* One that ends where the firmware looks for the next tag would be that tag. */
	fill(message, "version", TEXT);
	memset((char *)&message[6], ' ', TEXT);
	message[5 + TEXT / 4] = TAG_REVISION;
	expect_refused(test, priv->gencmd, -EINVAL, BYTES, "a tag at the end of a text");

	/* It is the value's where the value has all of the room. */
	message[3] = TEXT + 4;
	KUNIT_EXPECT_EQ(test, bench_user_ioctl(priv->gencmd, CALL, message, BYTES), 0);
}

/* Two tags in one message, the second of which is not vcgencmd's. */
static void rpi_vcio_test_two_tags(struct kunit *test)
{
	struct rpi_vcio_test *priv = test->priv;
	u32 *message = priv->message;

	fill(message, "version", TEXT);
	message[3] = OLD_TEXT;
	message[5 + OLD_TEXT / 4] = TAG_REVISION;
	message[6 + OLD_TEXT / 4] = 4;
	expect_refused(test, priv->gencmd, -EINVAL, BYTES, "a second tag");

	/* The word that vcgencmd leaves as it was. */
	fill(message, "version", TEXT);
	message[5 + TEXT / 4] = TAG_REVISION;
	KUNIT_EXPECT_EQ(test, bench_user_ioctl(priv->gencmd, CALL, message, BYTES), 0);
	KUNIT_EXPECT_EQ(test, rpi_firmware_model.words[3 + TEXT / 4], 0);
}

/* A group's member may ask, and change nothing. */
static const char *const harmless[] = {
	"bootloader_version", "codec_enabled H264", "commands", "dispmanx_list",
	"display_power", "display_power -1", "display_power -1 7", "get_camera",
	"get_config int", "get_config hdmi_mode:1", "get_lcd_info", "get_mem arm", "get_rsts",
	"get_throttled", "hdmi_timings", "measure_clock arm", "measure_temp",
	"measure_temp pmic", "measure_volts", "measure_volts sdram_c", "mem_oom",
	"mem_reloc_stats", "pmic_read_adc", "pmic_read_adc BATT_V", "read_ring_osc",
	"vcos log status", "vcos version", "version", " version", "version ", "  measure_temp  ",
};

static const char *const privileged[] = {
	"", " ", "arbiter", "bootloader_config", "cache_flush", "codec_enabledx",
	"display_power 0", "display_power 1 2", "display_power -10", "display_powe",
	"display_power  -1", "egl_loader_trace", "enable_clock", "file /dev/null",
	"force_audio hdmi 1", "get_throttled 1", "get_throttled 0xf", "get_throttled x",
	"hdmi_ntsc_freqs", "hdmi_timings 640 1 16 96 48 480 1 10 2 33 0 0 0 60 0 25200000 1",
	"hdmi_timings 0", "led_control", "measure_tempo", "measure", "MEASURE_TEMP", "Version",
	"memtest", "mem_validate", "otp_dump", "pm_set_policy", "pmic_read_adcs", "pmicrd 1",
	"pmicwr 1 2", "pwm_speedup", "readmr 8", "render_bar", "schmoo", "set_backlight 1",
	"set_logging level=5", "set_vll_dir", "sus_suspend", "vcos", "vcos log set all trace",
	"vcos log", "vcos  version", "vctest_set", "version1", "version_", "version;otp_dump",
	"version\notp_dump", "version\totp_dump", "\tversion", "version\r", "version|x",
	"version \"x\"", "version \x80", "measure_temp;", "version extra", "get_mem $(x)",
};

static void rpi_vcio_test_member(struct kunit *test)
{
	struct rpi_vcio_test *priv = test->priv;
	int i;

	for (i = 0; i < ARRAY_SIZE(harmless); i++) {
		KUNIT_EXPECT_EQ_MSG(test, gencmd(test, priv->member, harmless[i]), 0, "'%s'",
				    harmless[i]);
		KUNIT_EXPECT_STREQ(test, (char *)&rpi_firmware_model.words[4], harmless[i]);
	}

	for (i = 0; i < ARRAY_SIZE(privileged); i++) {
		fill(priv->message, privileged[i], TEXT);
		expect_refused(test, priv->member, -EPERM, BYTES, privileged[i]);
	}
}

/* Root may do all of it; who opened the file counts, not who calls. */
static void rpi_vcio_test_root(struct kunit *test)
{
	struct rpi_vcio_test *priv = test->priv;
	struct file *file;
	int i;

	for (i = 0; i < ARRAY_SIZE(privileged); i++)
		KUNIT_EXPECT_EQ_MSG(test, gencmd(test, priv->gencmd, privileged[i]), 0, "'%s'",
				    privileged[i]);

	file = open_node(test, GENCMD, CAP_SYS_ADMIN);
	KUNIT_EXPECT_EQ(test, gencmd(test, file, "display_power 0"), 0);
	bench_user_close(file);
}

static void rpi_vcio_test_raw_is_roots(struct kunit *test)
{
	static const int flags[] = { O_RDWR, O_RDONLY, O_WRONLY };
	int i;

	for (i = 0; i < ARRAY_SIZE(flags); i++)
		KUNIT_EXPECT_EQ(test, PTR_ERR(bench_user_open(RAW, flags[i], CAP_SYS_RAWIO)),
				-EPERM);
}

static void rpi_vcio_test_firmware_error(struct kunit *test)
{
	struct rpi_vcio_test *priv = test->priv;

	fill(priv->message, "version", TEXT);
	rpi_firmware_model.error = -ETIMEDOUT;
	expect_refused(test, priv->member, -ETIMEDOUT, BYTES, "a call without an answer");
	rpi_firmware_model.error = 0;
	KUNIT_EXPECT_EQ(test, gencmd(test, priv->member, "version"), 0);

	/* The firmware does not know the tag: the caller sees what it sent, tidied up. */
	rpi_firmware_model.silent = true;
	KUNIT_EXPECT_EQ(test, gencmd(test, priv->member, "version"), 0);
	KUNIT_EXPECT_EQ(test, priv->message[4], 0);
	KUNIT_EXPECT_STREQ(test, (char *)&priv->message[6], "version");
}

/* No memory for the message: the smaller one, for which there is no second way. */
static void rpi_vcio_test_no_memory(struct kunit *test)
{
	struct rpi_vcio_test *priv = test->priv;
	struct mm_struct *mm;
	unsigned long area;
	long ret;

	fill(priv->message, "version", OLD_TEXT);
	mm = bench_user_begin();
	area = vm_mmap(NULL, 0, PAGE_ALIGN(OLD_BYTES), PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS, 0);
	ret = copy_to_user((void __user *)area, priv->message, OLD_BYTES);
	if (!ret) {
		bench_fail_nth(1);
		ret = priv->member->f_op->unlocked_ioctl(priv->member, CALL, area);
		bench_fail_done();
	}
	vm_munmap(area, PAGE_ALIGN(OLD_BYTES));
	bench_user_end(mm);
	KUNIT_EXPECT_EQ(test, ret, -ENOMEM);
	KUNIT_EXPECT_EQ(test, rpi_firmware_model.calls, 0);
}

struct caller {
	struct file *file;
	struct completion ended;
	long ret;
};

static int call_once(void *data)
{
	struct caller *caller = data;
	u32 message[7] = { sizeof(message), 0, TAG_REVISION, 4 };

	allow_signal(SIGTERM);
	caller->ret = bench_user_ioctl(caller->file, CALL, message, sizeof(message));
	complete(&caller->ended);

	return 0;
}

static struct task_struct *start_caller(struct kunit *test, struct caller *caller)
{
	struct rpi_vcio_test *priv = test->priv;
	struct task_struct *task;

	caller->file = priv->raw;
	init_completion(&caller->ended);
	task = kthread_run(call_once, caller, "vcio-caller");
	KUNIT_ASSERT_FALSE(test, IS_ERR(task));
	msleep(20);

	return task;
}

/* One message at a time; who waits for its turn may be interrupted. */
static void rpi_vcio_test_in_turn(struct kunit *test)
{
	struct caller first, second, third;
	struct task_struct *task;

	rpi_firmware_model.pause = 200;
	start_caller(test, &first);
	start_caller(test, &second);
	task = start_caller(test, &third);
	send_sig(SIGTERM, task, 1);
	KUNIT_EXPECT_NE(test, wait_for_completion_timeout(&third.ended, HZ / 10), 0);
	KUNIT_EXPECT_EQ(test, third.ret, -EINTR);
	KUNIT_EXPECT_NE(test, wait_for_completion_timeout(&first.ended, HZ), 0);
	KUNIT_EXPECT_EQ(test, first.ret, 0);
	KUNIT_EXPECT_NE(test, wait_for_completion_timeout(&second.ended, HZ), 0);
	KUNIT_EXPECT_EQ(test, second.ret, 0);
	KUNIT_EXPECT_EQ(test, rpi_firmware_model.most_busy, 1);
	KUNIT_EXPECT_EQ(test, rpi_firmware_model.calls, 2);
}

/* The device goes and comes while a call is under way and files are open. */
static void rpi_vcio_test_unbind(struct kunit *test)
{
	struct rpi_vcio_test *priv = test->priv;
	struct caller caller;
	struct file *file;

	rpi_firmware_model.pause = 200;
	start_caller(test, &caller);
	bench_unbind(priv->dev);
	KUNIT_EXPECT_EQ(test, rpi_firmware_model.users, 0);
	KUNIT_EXPECT_NE(test, wait_for_completion_timeout(&caller.ended, HZ), 0);
	KUNIT_EXPECT_EQ(test, caller.ret, 0);
	rpi_firmware_model.pause = 0;

	fill(priv->message, "version", TEXT);
	expect_refused(test, priv->member, -ENODEV, BYTES, "a call without a device");
	file = bench_user_open(GENCMD, O_RDWR, -1);
	KUNIT_EXPECT_TRUE(test, IS_ERR(file));

	KUNIT_EXPECT_EQ(test, bench_bind(priv->dev), 0);
	KUNIT_EXPECT_EQ(test, gencmd(test, priv->member, "version"), 0);
}

static void rpi_vcio_test_probe_failures(struct kunit *test)
{
	struct rpi_vcio_test *priv = test->priv;

	KUNIT_EXPECT_GT(test, bench_probe_each_failing(test, priv->dev), 2);
	KUNIT_EXPECT_EQ(test, rpi_firmware_model.users, 0);
	KUNIT_EXPECT_EQ(test, bench_bind(priv->dev), 0);
	KUNIT_EXPECT_EQ(test, gencmd(test, priv->member, "version"), 0);
	bench_cycle(test, priv->dev, 20);
}

static void rpi_vcio_test_deferred(struct kunit *test)
{
	struct rpi_vcio_test *priv = test->priv;

	bench_unbind(priv->dev);
	rpi_firmware_model.absent = true;
	/* What device_driver_attach() makes of -EPROBE_DEFER. */
	KUNIT_EXPECT_EQ(test, bench_bind(priv->dev), -EAGAIN);
	rpi_firmware_model.absent = false;
	KUNIT_EXPECT_EQ(test, bench_bind(priv->dev), 0);
}

static void rpi_vcio_test_unregister(void *pdev)
{
	platform_device_unregister(pdev);
}

static struct device *another(struct kunit *test, struct device *parent, const char *name,
			      const char *path)
{
	struct platform_device_info info = { .parent = parent, .name = name, .id = 1 };
	struct device_node *np = path ? of_find_node_by_path(path) : NULL;
	struct platform_device *pdev;

	info.fwnode = of_fwnode_handle(np);
	pdev = platform_device_register_full(&info);
	KUNIT_ASSERT_FALSE(test, IS_ERR(pdev));
	KUNIT_ASSERT_EQ(test, kunit_add_action_or_reset(test, rpi_vcio_test_unregister, pdev), 0);

	return &pdev->dev;
}

/* Two nodes for the firmware: the second one is refused, and the first one stays. */
static void rpi_vcio_test_second(struct kunit *test)
{
	struct rpi_vcio_test *priv = test->priv;
	struct device *dev = another(test, priv->dev->parent, "rpi_vcio", NULL);

	KUNIT_EXPECT_NULL(test, dev->driver);
	KUNIT_EXPECT_EQ(test, bench_bind(dev), -EBUSY);
	KUNIT_EXPECT_EQ(test, rpi_firmware_model.users, 1);
	KUNIT_EXPECT_EQ(test, gencmd(test, priv->member, "version"), 0);

	bench_unbind(priv->dev);
	KUNIT_EXPECT_EQ(test, bench_bind(dev), 0);
	KUNIT_EXPECT_EQ(test, gencmd(test, priv->member, "version"), 0);
	bench_unbind(dev);
	KUNIT_EXPECT_EQ(test, bench_bind(priv->dev), 0);
}

/* The name of a node is taken: all that the probe made is undone. */
static void rpi_vcio_test_name_taken(struct kunit *test)
{
	struct rpi_vcio_test *priv = test->priv;
	struct device *dev = another(test, NULL, "outboard-vcio", "/vcio-elsewhere");

	KUNIT_EXPECT_NULL_MSG(test, dev->driver, "a node that is not the firmware's child");
	KUNIT_EXPECT_EQ(test, bench_bind(dev), -EINVAL);
	KUNIT_EXPECT_EQ(test, gencmd(test, priv->member, "version"), 0);
}

static struct kunit_case rpi_vcio_test_cases[] = {
	KUNIT_CASE(rpi_vcio_test_property),
	KUNIT_CASE(rpi_vcio_test_raw_sizes),
	KUNIT_CASE(rpi_vcio_test_faults),
	KUNIT_CASE(rpi_vcio_test_read_only),
	KUNIT_CASE(rpi_vcio_test_other_ioctl),
	KUNIT_CASE(rpi_vcio_test_vcgencmd),
	KUNIT_CASE(rpi_vcio_test_whole_room),
	KUNIT_CASE(rpi_vcio_test_gencmd_sizes),
	KUNIT_CASE(rpi_vcio_test_malformed),
	KUNIT_CASE(rpi_vcio_test_two_tags),
	KUNIT_CASE(rpi_vcio_test_member),
	KUNIT_CASE(rpi_vcio_test_root),
	KUNIT_CASE(rpi_vcio_test_raw_is_roots),
	KUNIT_CASE(rpi_vcio_test_firmware_error),
	KUNIT_CASE(rpi_vcio_test_no_memory),
	KUNIT_CASE(rpi_vcio_test_in_turn),
	KUNIT_CASE(rpi_vcio_test_unbind),
	KUNIT_CASE(rpi_vcio_test_probe_failures),
	KUNIT_CASE(rpi_vcio_test_deferred),
	KUNIT_CASE(rpi_vcio_test_second),
	KUNIT_CASE(rpi_vcio_test_name_taken),
	{ }
};

static struct kunit_suite rpi_vcio_test_suite = {
	.name = "rpi_vcio",
	.init = rpi_vcio_test_init,
	.exit = rpi_vcio_test_exit,
	.test_cases = rpi_vcio_test_cases,
};

kunit_test_suite(rpi_vcio_test_suite);

MODULE_SOFTDEP("pre: rpi_vcio");
MODULE_DESCRIPTION("Tests of rpi_vcio");
MODULE_AUTHOR("The outboard authors");
MODULE_LICENSE("GPL");
