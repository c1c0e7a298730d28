// SPDX-License-Identifier: GPL-2.0-only
/*
 * System calls at random on /dev/gpiomem, /dev/vcio and /dev/vcio_gencmd
 *
 *	rpi_fuzz SEED CALLS
 *
 * Copyright (C) 2026 The outboard authors
 *
 * The same seed makes the same calls, those of parallel threads apart. What the kernel
 * has against one of them, it reports; what this program looks for is answers that no
 * call may have, and files and mappings that are left. Faults go to /dev/kmsg, as the
 * bench's own do; the exit status is 0 or 1.
 */

#define _GNU_SOURCE 1
#include <errno.h>
#include <fcntl.h>
#include <linux/types.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#define PAGE		4096
#define CALL		0xc0086400
#define CALL_COMPAT	0xc0046400
#define SUCCESS		0x80000000
#define TAG_GENCMD	0x00030080
#define MEMORY		(18 * PAGE)
#define FILES		8
#define MAPPINGS	8
/* Calls of one process; then another one begins, with no file and no mapping. */
#define ROUND		500
#define THREADS		3

#define ARRAY_SIZE(array)	(sizeof(array) / sizeof((array)[0]))

enum node { GPIOMEM, VCIO, GENCMD, NODES };

static const char *const names[NODES] = { "/dev/gpiomem", "/dev/vcio", "/dev/vcio_gencmd" };

struct fuzz {
	__u64 random;
	int member;
	int fds[FILES];
	enum node nodes[FILES];
	/* Whether the file was opened by a process with all capabilities. */
	int roots[FILES];
	char *maps[MAPPINGS];
	size_t sizes[MAPPINGS];
	/* MEMORY bytes, and one page that is not mapped. */
	char *memory;
};

static int faults;

static void complain(const char *format, ...)
{
	FILE *log = fopen("/dev/kmsg", "we");
	char text[300];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	fprintf(log ? log : stderr, "bench: fault: rpi_fuzz: %s\n", text);
	if (log)
		fclose(log);
	faults = 1;
}

static __u64 number(struct fuzz *fuzz)
{
	fuzz->random ^= fuzz->random << 13;
	fuzz->random ^= fuzz->random >> 7;
	fuzz->random ^= fuzz->random << 17;

	return fuzz->random;
}

static unsigned int below(struct fuzz *fuzz, unsigned int limit)
{
	return (number(fuzz) >> 20) % limit;
}

#define pick(fuzz, array)	below(fuzz, ARRAY_SIZE(array))

static void open_one(struct fuzz *fuzz, int at)
{
	static const int modes[] = { O_RDWR, O_RDWR, O_RDWR, O_RDONLY, O_WRONLY, 3 };
	static const int more[] = {
		0, 0, O_NONBLOCK, O_SYNC, O_APPEND, O_TRUNC, O_DIRECT, O_PATH, O_DIRECTORY, O_EXCL,
		O_CREAT,
	};
	enum node node = below(fuzz, NODES);
	int flags = modes[pick(fuzz, modes)] | more[pick(fuzz, more)];
	int fd = open(names[node], flags | O_CLOEXEC, 0600);

	if (fd < 0)
		return;
	if (fuzz->member && node == VCIO && !(flags & O_PATH))
		complain("a user can open %s", names[node]);
	if (fuzz->fds[at] >= 0)
		close(fuzz->fds[at]);
	fuzz->fds[at] = fd;
	fuzz->nodes[at] = node;
	fuzz->roots[at] = !fuzz->member;
}

/* A message that is mostly right, with mistakes. */
static void fill(struct fuzz *fuzz, __u32 *message, size_t room)
{
	static const char *const texts[] = {
		"version", "measure_temp", "display_power 0", "display_power -1 2", "", "  version",
		"vcos log status", "otp_dump", "get_throttled 1", "get_config int",
	};
	static const __u32 sizes[] = {
		0, 4, 8, 12, 16, 28, 1048, 1052, 1056, 4096, 4120, 4124, 4128, 8192, 65536, 65540,
		0x7ffffffc, 0x80000000, 0xfffffffc, 0xffffffff,
	};
	static const __u32 tags[] = {
		TAG_GENCMD, TAG_GENCMD, TAG_GENCMD, 0x00010002, 0x00010004, 0, 0x80030080, ~0u,
	};
	__u32 text = below(fuzz, 2) ? 4096 : 1024;
	__u32 changes = below(fuzz, 3);
	size_t words = room / 4;
	size_t i;

	for (i = 0; i < words; i++)
		message[i] = below(fuzz, 16) ? 0 : number(fuzz);
	if (words < 8)
		return;

	message[0] = text + 28;
	message[1] = 0;
	message[2] = tags[pick(fuzz, tags)];
	message[3] = text + (below(fuzz, 4) ? 0 : 4);
	message[4] = 0;
	if (text + 28 <= room) {
		sprintf((char *)&message[6], "%s", texts[pick(fuzz, texts)]);
		message[6 + text / 4] = 0;
	}

	for (; changes && below(fuzz, 2); changes--) {
		switch (below(fuzz, 4)) {
		case 0:
			message[0] = sizes[pick(fuzz, sizes)];
			break;
		case 1:
			message[3] = sizes[pick(fuzz, sizes)] - below(fuzz, 3);
			break;
		case 2:
			message[below(fuzz, words)] = number(fuzz);
			break;
		default:
			((char *)message)[24 + below(fuzz, 20)] = number(fuzz);
		}
	}
}

static int harmless(const char *text)
{
	static const char *const words[] = {
		"version", "measure_temp", "display_power -1", "vcos log status", "get_config int",
	};
	size_t i;

	text += strspn(text, " ");
	for (i = 0; i < ARRAY_SIZE(words); i++) {
		if (strncmp(text, words[i], strlen(words[i])) == 0)
			return 1;
	}

	return 0;
}

static void call(struct fuzz *fuzz, int at)
{
	static const unsigned long cmds[] = {
		CALL, CALL, CALL, CALL, CALL_COMPAT, 0xc0086401, 0x80086400, 0x40086400,
		0xffffc0086400ul, 0x5401, 0x5421, 0x1260, 0xffffffff,
	};
	static void *const nowhere[] = {
		NULL, (void *)8, (void *)-1l, (void *)-4096l, (void *)(1ul << 47),
		(void *)0x60000000, (void *)0xffff800010000000,
	};
	static const int rooms[] = {
		0, 4, 12, 28, 1052, 1052, 4096, 4124, 4124, 8192, 65536, 66000,
	};
	unsigned long cmd = below(fuzz, 10) ? cmds[pick(fuzz, cmds)] : number(fuzz);
	size_t room = rooms[pick(fuzz, rooms)];
	__u32 *message = (__u32 *)(fuzz->memory + MEMORY - room);
	char text[64] = "";
	__u32 tag = 0;

	switch (below(fuzz, 10)) {
	case 0:
		ioctl(fuzz->fds[at], cmd, nowhere[pick(fuzz, nowhere)]);
		return;
	case 1:
		message = (__u32 *)((char *)message - below(fuzz, 64));
		break;
	}

	/* It ends where memory ends, or where what can be written does. */
	fill(fuzz, message, room);
	if (room >= 1052) {
		tag = message[2];
		memcpy(text, &message[6], sizeof(text) - 1);
	}
	if (!below(fuzz, 8))
		mprotect(fuzz->memory, MEMORY, PROT_READ);
	else if (!below(fuzz, 8))
		mprotect(fuzz->memory + MEMORY - PAGE, PAGE,
			 below(fuzz, 2) ? PROT_READ : PROT_NONE);

	if (!ioctl(fuzz->fds[at], cmd, message) && (__u32)cmd == CALL &&
	    fuzz->nodes[at] != GPIOMEM && room >= 12) {
		if (message[1] != SUCCESS)
			complain("success with the code %#x", message[1]);
		if (fuzz->nodes[at] == GENCMD && tag != TAG_GENCMD)
			complain("tag %#x passed", tag);
		if (fuzz->nodes[at] == GENCMD && !fuzz->roots[at] && !harmless(text))
			complain("'%s' passed for a user", text);
	}
	mprotect(fuzz->memory, MEMORY, PROT_READ | PROT_WRITE);
}

static void forget(struct fuzz *fuzz, int at)
{
	if (fuzz->maps[at])
		munmap(fuzz->maps[at], fuzz->sizes[at]);
	fuzz->maps[at] = NULL;
}

static void map(struct fuzz *fuzz, int fd, int at)
{
	static const size_t sizes[] = {
		PAGE, PAGE, PAGE, PAGE, 1, 180, PAGE + 1, 2 * PAGE, 65536, 0, 1ul << 40, -1ul,
	};
	static const int kinds[] = { MAP_SHARED, MAP_SHARED, MAP_SHARED, MAP_SHARED_VALIDATE,
				     MAP_PRIVATE, 0 };
	static const int more[] = {
		0, 0, 0, MAP_POPULATE, MAP_LOCKED, MAP_NORESERVE, MAP_GROWSDOWN, MAP_HUGETLB,
		MAP_SYNC, MAP_STACK, MAP_NONBLOCK,
	};
	size_t size = sizes[pick(fuzz, sizes)];
	off_t offset = below(fuzz, 3) ? 0 : (off_t)(number(fuzz) & ~(__u64)(PAGE - 1));
	int flags = kinds[pick(fuzz, kinds)] | more[pick(fuzz, more)];
	char *area = mmap(NULL, size, below(fuzz, 8), flags, fd, offset);

	if (area == MAP_FAILED)
		return;
	if (size > PAGE)
		complain("%zu bytes are mapped", size);
	forget(fuzz, at);
	fuzz->maps[at] = area;
	fuzz->sizes[at] = PAGE;
}

static void change_mapping(struct fuzz *fuzz, int at)
{
	static const int flags[] = {
		0, MREMAP_MAYMOVE, MREMAP_MAYMOVE | MREMAP_FIXED, MREMAP_MAYMOVE | MREMAP_DONTUNMAP,
	};
	static const size_t sizes[] = { PAGE, PAGE, 2 * PAGE, 0, 65536 };
	char *area = fuzz->maps[at];
	unsigned char core;
	size_t size;
	char *moved;
	int prot;

	if (!area)
		return;

	switch (below(fuzz, 9)) {
	case 0:
		prot = below(fuzz, 8);
		if (!mprotect(area, PAGE, prot) && prot & PROT_EXEC)
			complain("the registers are executable");
		break;
	case 1:
		size = sizes[pick(fuzz, sizes)];
		moved = mremap(area, PAGE, size, flags[below(fuzz, 2)]);
		if (moved == MAP_FAILED)
			break;
		if (size > PAGE)
			complain("a mapping has grown to %zu bytes", size);
		fuzz->maps[at] = moved;
		break;
	case 2:
		moved = mmap(NULL, PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		if (moved == MAP_FAILED)
			break;
		if (mremap(area, PAGE, PAGE, flags[pick(fuzz, flags)], moved) == moved) {
			munmap(area, PAGE);
			fuzz->maps[at] = moved;
		} else {
			munmap(moved, PAGE);
		}
		break;
	case 3:
		/* Not those that a fork or a core dump goes by: the limits of what can be seen. */
		madvise(area, PAGE, below(fuzz, 26));
		break;
	case 4:
		msync(area, PAGE, below(fuzz, 8));
		break;
	case 5:
		mlock(area, PAGE);
		munlock(area, PAGE);
		break;
	case 6:
		mincore(area, PAGE, &core);
		break;
	case 7:
		/* Another call's data: the kernel reads and writes the registers itself. */
		if (fuzz->fds[0] >= 0)
			ioctl(fuzz->fds[0], CALL, area);
		break;
	default:
		forget(fuzz, at);
	}
}

static void other_call(struct fuzz *fuzz, int fd)
{
	struct iovec vector = { fuzz->memory + below(fuzz, MEMORY), below(fuzz, 2 * PAGE) };
	struct pollfd poll_one = { .fd = fd, .events = number(fuzz) };
	struct stat about;
	off_t offset = number(fuzz) >> below(fuzz, 64);
	int other;

	switch (below(fuzz, 14)) {
	case 0:
		if (read(fd, vector.iov_base, vector.iov_len) > 0)
			complain("there is something to read");
		break;
	case 1:
		if (write(fd, vector.iov_base, vector.iov_len) > 0)
			complain("something was written");
		break;
	case 2:
		if (pread(fd, vector.iov_base, vector.iov_len, offset) > 0)
			complain("there is something to read");
		break;
	case 3:
		if (readv(fd, &vector, 1) > 0 || writev(fd, &vector, 1) > 0)
			complain("there is something to read");
		break;
	case 4:
		lseek(fd, offset, below(fuzz, 6));
		break;
	case 5:
		poll(&poll_one, 1, 0);
		break;
	case 6:
		other = dup(fd);
		if (other >= 0)
			close(other);
		break;
	case 7:
		if (ftruncate(fd, offset) == 0 || fallocate(fd, 0, 0, PAGE) == 0)
			complain("has a size");
		break;
	case 8:
		fsync(fd);
		break;
	case 9:
		fcntl(fd, F_SETFL, below(fuzz, 2) ? O_NONBLOCK | O_ASYNC | O_DIRECT : 0);
		break;
	case 10:
		fstat(fd, &about);
		break;
	case 11:
		posix_fadvise(fd, 0, offset, below(fuzz, 6));
		break;
	case 12:
		readahead(fd, offset, PAGE);
		break;
	default:
		sched_yield();
	}
}

/* The child has the parent's mappings and files, and ends with them. */
static void fork_one(struct fuzz *fuzz)
{
	pid_t pid = fork();
	int i, status;

	if (pid == 0) {
		for (i = 0; i < 20; i++) {
			change_mapping(fuzz, below(fuzz, MAPPINGS));
			if (fuzz->fds[0] >= 0)
				call(fuzz, 0);
		}
		_exit(faults);
	}
	if (pid > 0 && (waitpid(pid, &status, 0) != pid || status))
		complain("a child ended with status %#x", status);
}

static void step(struct fuzz *fuzz)
{
	int at = below(fuzz, FILES);

	if (fuzz->fds[at] < 0 || !below(fuzz, 20)) {
		open_one(fuzz, at);
		return;
	}

	switch (below(fuzz, 10)) {
	case 0 ... 3:
		call(fuzz, at);
		break;
	case 4:
	case 5:
		map(fuzz, fuzz->fds[at], below(fuzz, MAPPINGS));
		break;
	case 6:
	case 7:
		change_mapping(fuzz, below(fuzz, MAPPINGS));
		break;
	case 8:
		other_call(fuzz, fuzz->fds[at]);
		break;
	default:
		close(fuzz->fds[at]);
		fuzz->fds[at] = -1;
	}
}

static int open_files(void)
{
	int fd, count = 0;

	for (fd = 0; fd < 200; fd++)
		count += fcntl(fd, F_GETFD) >= 0;

	return count;
}

static void *thread(void *data)
{
	struct fuzz *fuzz = data;
	int i;

	for (i = 0; i < ROUND / 10; i++) {
		step(fuzz);
		sched_yield();
	}

	return NULL;
}

static void begin(struct fuzz *fuzz, __u64 seed)
{
	int i;

	memset(fuzz, 0, sizeof(*fuzz));
	fuzz->random = seed * 0x9e3779b97f4a7c15 + 1;
	for (i = 0; i < FILES; i++)
		fuzz->fds[i] = -1;
	fuzz->memory = mmap(NULL, MEMORY + PAGE, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (fuzz->memory == MAP_FAILED || mprotect(fuzz->memory + MEMORY, PAGE, PROT_NONE))
		abort();
}

static void end(struct fuzz *fuzz)
{
	int i;

	for (i = 0; i < FILES; i++) {
		if (fuzz->fds[i] >= 0)
			close(fuzz->fds[i]);
	}
	for (i = 0; i < MAPPINGS; i++)
		forget(fuzz, i);
	munmap(fuzz->memory, MEMORY + PAGE);
}

static int mapped_registers(void)
{
	FILE *file = fopen("/proc/self/maps", "re");
	char line[300];
	int count = 0;

	while (file && fgets(line, sizeof(line), file))
		count += !!strstr(line, names[GPIOMEM]);
	if (file)
		fclose(file);

	return count;
}

static void round_of(__u64 seed)
{
	static struct fuzz fuzz[THREADS + 1];
	pthread_t threads[THREADS];
	int member = seed % 3 == 0;
	int files = open_files();
	int i;

	if (member && (setgid(1000) || setuid(1000)))
		complain("cannot become a user: %s", strerror(errno));
	for (i = 0; i <= THREADS; i++) {
		begin(&fuzz[i], seed * (THREADS + 1) + i);
		fuzz[i].member = member;
	}
	for (i = 0; i < ROUND; i++) {
		step(&fuzz[THREADS]);
		if (i % 100 == 0)
			fork_one(&fuzz[THREADS]);
	}
	for (i = 0; i < THREADS; i++)
		pthread_create(&threads[i], NULL, thread, &fuzz[i]);
	for (i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	for (i = 0; i <= THREADS; i++)
		end(&fuzz[i]);

	if (open_files() != files)
		complain("%d files are left open", open_files() - files);
	if (mapped_registers())
		complain("mappings are left");
	_exit(faults);
}

int main(int argc, char *argv[])
{
	__u64 seed = argc > 1 ? strtoull(argv[1], NULL, 0) : 1;
	long rounds = (argc > 2 ? atol(argv[2]) : 10000) / ROUND;
	struct stat about[NODES];
	int status, i;

	for (i = 0; i < NODES; i++) {
		if (stat(names[i], &about[i]) || chmod(names[i], 0666)) {
			complain("%s: %s", names[i], strerror(errno));
			return 1;
		}
	}

	for (i = 0; i < rounds && !faults; i++) {
		pid_t pid = fork();

		if (pid == 0)
			round_of(seed + i);
		if (pid < 0 || waitpid(pid, &status, 0) != pid || status)
			complain("round %d of seed %llu ended with status %#x", i,
				 (unsigned long long)seed, status);
	}
	for (i = 0; i < NODES; i++)
		chmod(names[i], about[i].st_mode & 07777);

	return faults;
}
