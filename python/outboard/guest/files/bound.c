// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the kernel binds to the nodes of its device tree; runs in the guest
 *
 * Copyright (C) 2026 The outboard authors
 *
 * Loads modules as udev's coldplug does, by the alias of each device, until no
 * new device asks for one and none waits for its driver any more. Then says of
 * each device that has a node what drives it, for the host: lines of the
 * kernel's log, each a word and JSON.
 *
 * With the argument "load" it only loads. In the environment: WAITING, for how many
 * seconds nothing may change while devices wait, until that is taken for the end.
 */

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define DEFERRED	"/sys/kernel/debug/devices_deferred"
#define CLOCKS		"/sys/kernel/debug/clk"
#define CLOCK_SOURCES	"/sys/devices/system/clocksource/clocksource0/available_clocksource"
#define TREE		"/devicetree/base"

/* What the kernel's message begins with. */
#define BEFORE		"bus: '%63[^']': %*[^:]: matched device "

#define MAX_DEVICES	4096
#define MAX_ALIASES	256	/* at a time */
#define MAX_TEXT	65536
#define MAX_LINE	900	/* what /dev/kmsg takes is less than 1024 */

/* Behind the last change, if nothing waits any more; and whatever happens. */
#define SETTLED		1.5
#define AT_MOST		90.0

struct device {
	char *bus;
	char *path;
	char *alias;
	bool asked;
};

static struct device devices[MAX_DEVICES];
static int num_devices;
static int log_fd = -1;

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);

	return time.tv_sec + time.tv_nsec / 1e9;
}

static void __printf(1, 2) say(const char *format, ...)
{
	char line[1024] = "<6>outboard: # ";
	size_t head = strlen(line);
	va_list args;

	va_start(args, format);
	vsnprintf(line + head, MAX_LINE + 40, format, args);
	va_end(args);

	if (write(log_fd, line, strlen(line)) < 0)
		perror("bound: /dev/kmsg");
}

/* A file's text without the line's end; of one that cannot be read, none. */
static const char *text_of(const char *path)
{
	static char text[MAX_TEXT];
	ssize_t length = 0;
	ssize_t count;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd >= 0) {
		while (length < MAX_TEXT - 1 &&
		       (count = read(fd, text + length, MAX_TEXT - 1 - length)) > 0)
			length += count;
		close(fd);
	}
	while (length && text[length - 1] == '\n')
		length--;
	text[length] = 0;

	return text;
}

static const char *text_in(const char *directory, const char *name)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/%s", directory, name);

	return text_of(path);
}

/* The last part of what a link points to, or none. */
static bool link_name(const char *directory, const char *name, char out[NAME_MAX + 1])
{
	char path[PATH_MAX];
	char target[PATH_MAX];
	ssize_t length;

	snprintf(path, sizeof(path), "%s/%s", directory, name);
	length = readlink(path, target, sizeof(target) - 1);
	if (length <= 0)
		return false;
	target[length] = 0;
	snprintf(out, NAME_MAX + 1, "%.255s",
		 strrchr(target, '/') ? strrchr(target, '/') + 1 : target);

	return true;
}

/* The path of a device's node in the tree; none if it has no node. */
static bool node_of(const char *directory, char out[PATH_MAX])
{
	char path[PATH_MAX];
	char target[PATH_MAX];
	ssize_t length;
	char *node;

	snprintf(path, sizeof(path), "%s/of_node", directory);
	length = readlink(path, target, sizeof(target) - 1);
	target[length > 0 ? length : 0] = 0;
	node = strstr(target, TREE);
	if (!node)
		return false;
	snprintf(out, PATH_MAX, "%s", node + strlen(TREE));

	return *out;
}

/* @text as a JSON string. */
static const char *json(char *out, size_t size, const char *text)
{
	size_t length = 0;

	out[length++] = '"';
	for (; *text && length < size - 8; text++) {
		if (*text == '"' || *text == '\\')
			out[length++] = '\\';
		if (isprint((unsigned char)*text))
			out[length++] = *text;
		else
			out[length++] = ' ';
	}
	out[length++] = '"';
	out[length] = 0;

	return out;
}

static struct device *known(const char *bus, const char *path)
{
	int i;

	for (i = 0; i < num_devices; i++)
		if (!strcmp(devices[i].path, path) && !strcmp(devices[i].bus, bus))
			return &devices[i];

	return NULL;
}

static void add_alias(struct device *device)
{
	const char *found = strstr(text_in(device->path, "uevent"), "MODALIAS=");

	free(device->alias);
	device->alias = found ? strndup(found + 9, strcspn(found + 9, "\n")) : strdup("");
}

/* Note the devices that are new; a link that is gone meanwhile is passed over. */
static void find_devices(void)
{
	DIR *buses = opendir("/sys/bus");
	struct dirent *bus;

	while (buses && (bus = readdir(buses))) {
		char where[PATH_MAX];
		struct dirent *entry;
		DIR *directory;

		snprintf(where, sizeof(where), "/sys/bus/%s/devices", bus->d_name);
		directory = bus->d_name[0] == '.' ? NULL : opendir(where);
		while (directory && (entry = readdir(directory))) {
			char link[PATH_MAX];
			char path[PATH_MAX];

			snprintf(link, sizeof(link), "%.2000s/%s", where, entry->d_name);
			if (entry->d_name[0] == '.' || !realpath(link, path) ||
			    known(bus->d_name, path) || num_devices == MAX_DEVICES)
				continue;
			devices[num_devices] = (struct device){
				.bus = strdup(bus->d_name), .path = strdup(path),
			};
			add_alias(&devices[num_devices++]);
		}
		if (directory)
			closedir(directory);
	}
	if (buses)
		closedir(buses);
}

static void load(char *words[])
{
	pid_t pid = fork();

	if (pid == 0) {
		execv(words[0], words);
		_exit(127);
	}
	while (pid > 0 && waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
}

/* Ask for the modules of devices that are new; whether there were any. */
static bool ask_for_modules(void)
{
	char *words[MAX_ALIASES + 5] = { "/sbin/modprobe", "-a", "-b", "-q" };
	int count = 4;
	bool asked = false;
	int i;
	int j;

	for (i = 0; i < num_devices; i++) {
		if (devices[i].asked)
			continue;
		devices[i].asked = true;
		for (j = 4; j < count && strcmp(words[j], devices[i].alias); j++)
			;
		if (!*devices[i].alias || j < count)
			continue;
		words[count++] = devices[i].alias;
		asked = true;
		if (count == MAX_ALIASES + 4) {
			load(words);
			memset(words + 4, 0, sizeof(*words) * (count - 4));
			count = 4;
		}
	}
	if (count > 4)
		load(words);

	return asked;
}

static bool is_waiting(void)
{
	int i;

	if (*text_of(DEFERRED))
		return true;
	for (i = 0; i < num_devices; i++)
		if (*text_in(devices[i].path, "waiting_for_supplier") == '1')
			return true;

	return false;
}

/* Lines of the kernel's log, one at a time, from its beginning. */
static char *log_line(int fd)
{
	static char record[8192 + 1];
	ssize_t length;
	char *text;

	do
		length = read(fd, record, sizeof(record) - 1);
	while (length < 0 && (errno == EPIPE || errno == EINTR));
	if (length <= 0)
		return NULL;
	record[length] = 0;
	text = strchr(record, ';');
	text = text ? text + 1 : record;
	text[strcspn(text, "\n")] = 0;

	return text;
}

static int open_log(void)
{
	return open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
}

/* Whether the kernel has stopped to wait for suppliers: it then says who still does. */
static bool is_over(void)
{
	int fd = open_log();
	bool over = false;
	char *line;

	while (!over && (line = log_line(fd)))
		over = strstr(line, "deferred probe pending");
	close(fd);

	return over;
}

/*
 * What is bound and what waits, in one number; and how much the kernel has said: a
 * probe that fails after a second shows in nothing else.
 */
static unsigned long state(void)
{
	static int log = -1;
	static unsigned long lines;
	unsigned long hash = 5381;
	char name[NAME_MAX + 1];
	const char *c;
	int i;

	if (log < 0)
		log = open_log();
	while (log_line(log))
		lines++;
	hash += lines;

	for (c = text_of(DEFERRED); *c; c++)
		hash = hash * 33 + *c;
	for (i = 0; i < num_devices; i++) {
		hash = hash * 33 + 1;
		if (link_name(devices[i].path, "driver", name))
			for (c = name; *c; c++)
				hash = hash * 33 + *c;
	}

	return hash;
}

static bool settle(double waiting)
{
	double begin = now();
	double changed = begin;
	unsigned long before = 0;

	while (now() < begin + AT_MOST) {
		unsigned long current;
		bool asked;

		find_devices();
		asked = ask_for_modules();
		current = state();
		if (asked || current != before) {
			before = current;
			changed = now();
		} else if (now() > changed + SETTLED &&
			   (now() > changed + waiting || !is_waiting() || is_over())) {
			say("settled after %.1f s", now() - begin);
			return true;
		}
		usleep(200000);
	}

	return false;
}

/* Whether a device was made of its node, not by the driver of one that was. */
static bool is_own(const char *path, const char *node)
{
	char above[PATH_MAX];
	char other[PATH_MAX];

	snprintf(above, sizeof(above), "%s", path);
	for (;;) {
		*strrchr(above, '/') = 0;
		if (!strcmp(above, "/sys/devices") || !strchr(above + 1, '/'))
			return true;
		if (node_of(above, other) && !strcmp(other, node))
			return false;
	}
}

/* The line of the list of those that wait which is a device's, behind its name. */
static bool why_it_waits(const char *name, char out[256])
{
	const char *line = text_of(DEFERRED);
	size_t length = strlen(name);

	for (; *line; line += strcspn(line, "\n"), line += *line == '\n') {
		if (strncmp(line, name, length) || !strchr("\t\n", line[length]))
			continue;
		line += length;
		line += strspn(line, "\t ");
		length = strcspn(line, "\n");
		snprintf(out, 256, "%.*s", length ? (int)length : 15,
			 length ? line : "no reason given");
		return true;
	}

	return false;
}

static void describe(const struct device *device)
{
	char buffer[8][640];
	char more[1024] = "";
	char name[NAME_MAX + 1];
	char link[PATH_MAX];
	char node[PATH_MAX];
	char why[256];
	const char *self = strrchr(device->path, '/') + 1;

	if (*device->alias)
		say("alias %s", json(buffer[0], 640, device->alias));
	if (!node_of(device->path, node))
		return;

	if (link_name(device->path, "driver", name)) {
		char module[NAME_MAX + 1] = "";
		bool loaded;

		snprintf(link, sizeof(link), "%.3000s/driver", device->path);
		link_name(link, "module", module);
		snprintf(link, sizeof(link), "/sys/module/%s/initstate", module);
		loaded = *module && access(link, F_OK) == 0;
		snprintf(more, sizeof(more), ", \"driver\": %s, \"module\": %s, \"loaded\": %s",
			 json(buffer[1], 200, name),
			 *module ? json(buffer[2], 200, module) : "null",
			 loaded ? "true" : "false");
	} else if (why_it_waits(self, why)) {
		snprintf(more, sizeof(more), ", \"waits\": %s", json(buffer[3], 300, why));
	} else if (*text_in(device->path, "waiting_for_supplier") == '1') {
		snprintf(more, sizeof(more), ", \"waits\": \"for a supplier\"");
	}
	say("device {\"node\": %s, \"bus\": %s, \"name\": %s, \"own\": %s%s}",
	    json(buffer[4], 400, node), json(buffer[5], 64, device->bus),
	    json(buffer[6], 200, self), is_own(device->path, node) ? "true" : "false", more);
}

/* Names, as many as go into a line. */
static void say_names(const char *kind, const char *names[], int count)
{
	char line[MAX_LINE];
	char name[200];
	size_t length = 0;
	int i;

	for (i = 0; i < count; i++) {
		json(name, sizeof(name), names[i]);
		if (length + strlen(name) + 8 > sizeof(line)) {
			say("%s [%s]", kind, line);
			length = 0;
		}
		length += snprintf(line + length, sizeof(line) - length, "%s%s",
				   length ? ", " : "", name);
	}
	if (length)
		say("%s [%s]", kind, line);
}

static void report_clocks(void)
{
	static const char *names[MAX_DEVICES];
	DIR *directory = opendir(CLOCKS);
	struct dirent *entry;
	int count = 0;

	while (directory && count < MAX_DEVICES && (entry = readdir(directory)))
		if (entry->d_type == DT_DIR && entry->d_name[0] != '.')
			names[count++] = strdup(entry->d_name);
	say_names("clock", names, count);
	if (directory)
		closedir(directory);
}

/* Behind the number and the counts of each processor: the chip. */
static void report_chips(void)
{
	static const char *names[64];
	const char *text = strdup(text_of("/proc/interrupts"));
	int columns = 0;
	int count = 0;
	const char *c;

	for (c = text; *c && *c != '\n'; c++)
		columns += c[0] != ' ' && c[1] == ' ';
	while (*c && count < 64) {
		char word[128] = "";
		int i;

		c += 1 + strspn(c + 1, " ");
		if (isdigit((unsigned char)*c)) {
			for (i = 0; i <= columns; i++) {
				c += strcspn(c, "\n ");
				c += strspn(c, " ");
			}
			snprintf(word, sizeof(word), "%.*s", (int)strcspn(c, "\n "), c);
			for (i = 0; i < count && strcmp(names[i], word); i++)
				;
			if (i == count && *word)
				names[count++] = strdup(word);
		}
		c += strcspn(c, "\n");
	}
	say_names("chips", names, count);
}

static void report_timers(void)
{
	static const char *names[16];
	char *rest;
	char *word;
	int count = 0;

	for (word = strtok_r(strdup(text_of(CLOCK_SOURCES)), " ", &rest); word && count < 16;
	     word = strtok_r(NULL, " ", &rest))
		names[count++] = word;
	say_names("timers", names, count);
}

/* The drivers that are of a module which was loaded. */
static void report_drivers(void)
{
	DIR *buses = opendir("/sys/bus");
	struct dirent *bus;

	while (buses && (bus = readdir(buses))) {
		char where[PATH_MAX];
		struct dirent *entry;
		DIR *directory;

		snprintf(where, sizeof(where), "/sys/bus/%s/drivers", bus->d_name);
		directory = bus->d_name[0] == '.' ? NULL : opendir(where);
		while (directory && (entry = readdir(directory))) {
			char path[PATH_MAX];
			char module[NAME_MAX + 1];
			char buffer[3][300];

			snprintf(path, sizeof(path), "%.2000s/%s", where, entry->d_name);
			if (entry->d_name[0] == '.' || !link_name(path, "module", module))
				continue;
			snprintf(path, sizeof(path), "/sys/module/%s/initstate", module);
			if (access(path, F_OK))
				continue;
			json(buffer[0], 300, bus->d_name);
			json(buffer[1], 300, entry->d_name);
			json(buffer[2], 300, module);
			say("driver {\"bus\": %s, \"driver\": %s, \"module\": %s}", buffer[0],
			    buffer[1], buffer[2]);
		}
		if (directory)
			closedir(directory);
	}
	if (buses)
		closedir(buses);
}

/* Which driver the kernel has tried on which device: debug messages, not on the console. */
static void report_tried(void)
{
	int fd = open_log();
	char bus[64], device[300], driver[128];
	char buffer[3][400];
	const char *found;
	char *line;

	while ((line = log_line(fd))) {
		found = strstr(line, "bus: '");
		if (!found || !strstr(line, ": matched device "))
			continue;
		if (sscanf(found, BEFORE "%299s with driver %127s", bus, device, driver) != 3) {
			/* Newer kernels have the device's name in front of all that. */
			const char *name = found - 2;

			if (sscanf(found, BEFORE "with driver %127s", bus, driver) != 2 ||
			    name <= line)
				continue;
			while (name > line && name[-1] != ' ')
				name--;
			snprintf(device, sizeof(device), "%.*s", (int)(found - 2 - name), name);
		}
		say("tried [%s, %s, %s]", json(buffer[0], 400, bus), json(buffer[1], 400, device),
		    json(buffer[2], 400, driver));
	}
	close(fd);
}

int main(int argc, char *argv[])
{
	const char *waiting = getenv("WAITING");
	bool settled;
	int i;

	log_fd = open("/dev/kmsg", O_WRONLY | O_CLOEXEC);
	settled = settle(waiting ? atof(waiting) : 8);
	if (argc > 1 && !strcmp(argv[1], "load"))
		return settled ? 0 : 1;

	for (i = 0; i < num_devices; i++)
		describe(&devices[i]);
	report_drivers();
	report_tried();
	report_chips();
	report_timers();
	report_clocks();

	return settled ? 0 : 1;
}
