/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What several of the guest's programs need: modules, the kernel's log, the
 * GPIO registers, property calls
 *
 * Copyright (C) 2026 The outboard authors
 */
#ifndef OUTBOARD_KIT_H
#define OUTBOARD_KIT_H

#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "ktap.h"

/* As in /etc/group of the guest. */
#define GROUP_GPIO	997
#define GROUP_VIDEO	44
#define USER_PI		1000

/* Our modules, in the order in which they are loaded where that matters not. */
extern const char *const kit_modules[3];

/* What the host says in /tests/env; a test that lacks it fails. */
const char *kit_env(const char *name);
__u32 kit_env_number(const char *name);

/* Each returns 0 or a negative error number. */
int kit_load(const char *name, const char *parameters);
int kit_unload(const char *name);
bool kit_loaded(const char *name);

/* Make it so, or end the test as a failure. */
void kit_need(const char *name);
void kit_need_gone(const char *name);

/* Number of bytes, or a negative error number. @data gets a final 0 as well. */
ssize_t kit_read(const char *path, void *data, size_t size);
ssize_t kit_write(const char *path, const char *text);

/* Run a program to its end; its exit status, or -1. */
int kit_run(const char *const words[]);

/* From here on the process is this user's, in one further group if that is not 0. */
void kit_become(uid_t user, gid_t group);

/* Kernel log from the time of kit_log_open() on. */
struct kit_log {
	int level;
	char text[500];
};

int kit_log_open(void);
bool kit_log_next(int fd, struct kit_log *record);
/* The kernel's own remarks on any unsigned module from outside its tree. */
bool kit_log_usual(const struct kit_log *record);
/* Fails the test for every line of level @worst or more serious. */
void kit_log_expect_quiet(int fd, int worst);

/* The GPIO registers by another way than /dev/gpiomem: /dev/mem. */
#define GPFSEL(pin)	((pin) / 10)
#define GPSET(pin)	(0x1c / 4 + (pin) / 32)
#define GPCLR(pin)	(0x28 / 4 + (pin) / 32)
#define GPLEV(pin)	(0x34 / 4 + (pin) / 32)
#define GPBIT(pin)	(1u << ((pin) % 32))

__u32 *kit_devmem(void);
__u32 kit_register(__u32 *gpio, int number);
unsigned int kit_function(__u32 *gpio, int pin);
void kit_set_function(__u32 *gpio, int pin, unsigned int function);
void kit_set(__u32 *gpio, int pin);
void kit_clear(__u32 *gpio, int pin);
bool kit_level(__u32 *gpio, int pin);

/* The names in a directory, sorted, a space after each; "" if there is none. */
char *kit_list(const char *path);

/* Property calls */
#define VCIO_CALL		0xc0086400
#define VCIO_CALL_COMPAT	0xc0046400
#define VCIO_SUCCESS		0x80000000
#define TAG_BOARD_REVISION	0x00010002
#define TAG_BOARD_SERIAL	0x00010004
#define TAG_TEMPERATURE		0x00030006
#define TAG_GENCMD		0x00030080
#define GENCMD_TEXT		4096
#define GENCMD_BYTES		(GENCMD_TEXT + 28)

/* 0 or a negative error number */
int kit_property(int fd, void *message);
/* A one-word property: @value goes in and comes out. */
int kit_property_word(int fd, __u32 tag, __u32 *value);
/* What vcgencmd does; @answer has GENCMD_TEXT bytes. */
int kit_gencmd(int fd, const char *words, char *answer);

#endif
