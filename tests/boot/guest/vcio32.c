// SPDX-License-Identifier: GPL-2.0-only
/*
 * A 32-bit process and /dev/vcio; started by vcio.c
 *
 * Copyright (C) 2026 The outboard authors
 *
 * There is no C library for 32-bit ARM at hand, so this does without. The exit
 * status says which step failed; 0 means none.
 */

typedef unsigned int u32;

#define SYS_EXIT		1
#define SYS_OPEN		5
#define SYS_IOCTL		54
#define O_RDWR			2
#define ENOTTY			25
#define EFAULT			14
#define EPERM			1
#define EINVAL			22

#define VCIO_CALL_32		0xc0046400
#define VCIO_CALL_64		0xc0086400
#define TAG_BOARD_REVISION	0x00010002
#define TAG_GENCMD		0x00030080

static long system_call(long number, long first, long second, long third)
{
	register long r0 asm("r0") = first;
	register long r1 asm("r1") = second;
	register long r2 asm("r2") = third;
	register long r7 asm("r7") = number;

	asm volatile("svc 0" : "+r"(r0) : "r"(r1), "r"(r2), "r"(r7) : "memory");

	return r0;
}

static u32 message[7];
static u32 command[1031];

static void fill(u32 tag)
{
	message[0] = sizeof(message);
	message[1] = 0;
	message[2] = tag;
	message[3] = 4;
	message[4] = 0;
	message[5] = 0;
	message[6] = 0;
}

static long call(long fd, u32 number, void *data)
{
	return system_call(SYS_IOCTL, fd, number, (long)data);
}

/* The one argument is the revision to expect, in hexadecimal without 0x. */
static u32 expected(const char *text)
{
	u32 value = 0;

	for (; *text; text++)
		value = value << 4 | (*text <= '9' ? *text - '0' : *text - 'a' + 10);

	return value;
}

static int steps(const char *revision)
{
	long raw = system_call(SYS_OPEN, (long)"/dev/vcio", O_RDWR, 0);
	long gencmd = system_call(SYS_OPEN, (long)"/dev/vcio_gencmd", O_RDWR, 0);

	if (raw < 0)
		return 1;
	if (gencmd < 0)
		return 2;

	fill(TAG_BOARD_REVISION);
	if (call(raw, VCIO_CALL_32, message))
		return 3;
	if (message[1] != 0x80000000)
		return 4;
	if (message[5] != expected(revision))
		return 5;

	fill(TAG_BOARD_REVISION);
	if (call(raw, VCIO_CALL_64, message) != -ENOTTY)
		return 6;
	if (call(raw, VCIO_CALL_32, (void *)0x10) != -EFAULT)
		return 7;
	command[0] = sizeof(command);
	command[2] = TAG_BOARD_REVISION;
	command[3] = 4096;
	if (call(gencmd, VCIO_CALL_32, command) != -EPERM)
		return 8;

	message[0] = 6;
	if (call(raw, VCIO_CALL_32, message) != -EINVAL)
		return 9;

	command[2] = TAG_GENCMD;
	if (call(gencmd, VCIO_CALL_32, command))
		return 10;
	if (command[1] != 0x80000000)
		return 11;

	return 0;
}

void __noreturn __used start(const long *stack)
{
	/* On the stack: the number of arguments, then their addresses. */
	system_call(SYS_EXIT, stack[0] == 2 ? steps((const char *)stack[2]) : 99, 0, 0);
	for (;;)
		;
}

__attribute__((naked)) void _start(void)
{
	asm volatile("mov r0, sp\n\tbl start");
}
