// SPDX-License-Identifier: GPL-2.0-only
/*
 * Preloaded into a program that makes a file system of a directory: what that would take of
 * the machine is the same everywhere. Directories are read in the order of their names, files
 * are numbered in the order in which they are seen and are no newer than $SOURCE_DATE_EPOCH,
 * which is also what the clock says; and UUIDs are drawn from $OUTBOARD_SEED.
 *
 * Older releases of mke2fs and mkfs.btrfs have no options for this; where a newer one does it
 * by itself, nothing changes.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <time.h>

/* What a library of this name would call, were this one not there. */
#define NEXT(name) ((__typeof__(name) *)dlsym(RTLD_NEXT, #name))

static time_t epoch(void)
{
	const char *text = getenv("SOURCE_DATE_EPOCH");

	return text ? strtoll(text, NULL, 10) : 0;
}

static void *must(void *memory)
{
	if (!memory) {
		perror("reproducible");
		abort();
	}
	return memory;
}

/* A file's number: how many were seen before it. Programs keep the low ones for themselves. */
static ino_t number_of(dev_t dev, ino_t ino)
{
	static struct file {
		dev_t dev;
		ino_t ino;
		size_t number;
	} *table;
	static size_t size, used;
	size_t place, i;

	if (used * 2 >= size) {
		size_t more = size ? size * 2 : 4096;
		struct file *fresh = must(calloc(more, sizeof(*fresh)));

		for (i = 0; i < size; i++) {
			if (!table[i].number)
				continue;
			place = table[i].ino * 0x9e3779b97f4a7c15 % more;
			while (fresh[place].number)
				place = (place + 1) % more;
			fresh[place] = table[i];
		}
		free(table);
		table = fresh;
		size = more;
	}
	place = ino * 0x9e3779b97f4a7c15 % size;
	while (table[place].number && (table[place].ino != ino || table[place].dev != dev))
		place = (place + 1) % size;
	if (!table[place].number) {
		used++;
		table[place] = (struct file){ dev, ino, used };
	}
	return 1000 + table[place].number;
}

static int settle(int status, struct stat *about)
{
	if (status)
		return status;
	if (about->st_mtim.tv_sec >= epoch())
		about->st_mtim = (struct timespec){ epoch(), 0 };
	about->st_mtim.tv_nsec = 0;
	about->st_atim = about->st_mtim;
	about->st_ctim = about->st_mtim;
	about->st_ino = number_of(about->st_dev, about->st_ino);
	return 0;
}

int stat(const char *path, struct stat *about)
{
	return settle(NEXT(stat)(path, about), about);
}

int lstat(const char *path, struct stat *about)
{
	return settle(NEXT(lstat)(path, about), about);
}

int fstat(int fd, struct stat *about)
{
	return settle(NEXT(fstat)(fd, about), about);
}

/* On machines of 64 bits both structures are one. */
int stat64(const char *path, struct stat64 *about)
{
	return settle(NEXT(stat64)(path, about), (struct stat *)about);
}

int lstat64(const char *path, struct stat64 *about)
{
	return settle(NEXT(lstat64)(path, about), (struct stat *)about);
}

int fstat64(int fd, struct stat64 *about)
{
	return settle(NEXT(fstat64)(fd, about), (struct stat *)about);
}

static int by_name(const struct dirent **one, const struct dirent **other)
{
	return strcmp((*one)->d_name, (*other)->d_name);
}

int scandir(const char *path, struct dirent ***names, int (*wanted)(const struct dirent *),
	    int (*unused)(const struct dirent **, const struct dirent **))
{
	(void)unused;
	return NEXT(scandir)(path, names, wanted, by_name);
}

/* Directories that are being read: all of their entries, in order. */
static struct listing {
	DIR *dir;
	struct dirent **entries;
	size_t count, next;
	struct listing *more;
} *listings;

static int by_entry(const void *one, const void *other)
{
	const struct dirent *const *first = one, *const *second = other;

	return strcmp((*first)->d_name, (*second)->d_name);
}

struct dirent *readdir(DIR *dir)
{
	struct listing *list;
	struct dirent *entry;

	for (list = listings; list && list->dir != dir; list = list->more)
		;
	if (!list) {
		list = must(calloc(1, sizeof(*list)));
		list->dir = dir;
		while ((entry = NEXT(readdir)(dir))) {
			list->entries = must(realloc(list->entries,
						     (list->count + 1) * sizeof(entry)));
			list->entries[list->count] = must(malloc(entry->d_reclen));
			memcpy(list->entries[list->count++], entry, entry->d_reclen);
		}
		if (list->count)
			qsort(list->entries, list->count, sizeof(entry), by_entry);
		list->more = listings;
		listings = list;
	}
	return list->next < list->count ? list->entries[list->next++] : NULL;
}

struct dirent64 *readdir64(DIR *dir)
{
	return (struct dirent64 *)readdir(dir);
}

int closedir(DIR *dir)
{
	struct listing **place, *list;

	for (place = &listings; *place && (*place)->dir != dir; place = &(*place)->more)
		;
	list = *place;
	if (list) {
		*place = list->more;
		while (list->count)
			free(list->entries[--list->count]);
		free(list->entries);
		free(list);
	}
	return NEXT(closedir)(dir);
}

/* nftw() as mkfs.btrfs uses it: links are not followed, a directory comes before its files. */
static int walk(const char *path, __nftw_func_t each, struct FTW *where)
{
	struct dirent **names;
	struct stat about;
	int count, i, status;
	char *inner;

	if (lstat(path, &about))
		return each(path, &about, FTW_NS, where);
	status = each(path, &about, S_ISDIR(about.st_mode) ? FTW_D :
		      S_ISLNK(about.st_mode) ? FTW_SL : FTW_F, where);
	if (status || !S_ISDIR(about.st_mode))
		return status;
	count = scandir(path, &names, NULL, NULL);
	if (count < 0)
		return -1;
	for (i = 0; i < count; i++) {
		if (!status && strcmp(names[i]->d_name, ".") && strcmp(names[i]->d_name, "..")) {
			struct FTW below = { (int)strlen(path) + 1, where->level + 1 };

			if (asprintf(&inner, "%s/%s", path, names[i]->d_name) < 0)
				must(NULL);
			status = walk(inner, each, &below);
			free(inner);
		}
		free(names[i]);
	}
	free(names);
	return status;
}

int nftw(const char *path, __nftw_func_t each, int unused, int flags)
{
	const char *base = strrchr(path, '/');
	struct FTW where = { base ? (int)(base + 1 - path) : 0, 0 };

	(void)unused;
	if (flags & ~FTW_PHYS) {
		errno = EINVAL;
		return -1;
	}
	return walk(path, each, &where);
}

int nftw64(const char *path, __nftw64_func_t each, int unused, int flags)
{
	return nftw(path, (__nftw_func_t)each, unused, flags);
}

time_t time(time_t *out)
{
	if (out)
		*out = epoch();
	return epoch();
}

int gettimeofday(struct timeval *out, void *unused)
{
	(void)unused;
	*out = (struct timeval){ epoch(), 0 };
	return 0;
}

int clock_gettime(clockid_t unused, struct timespec *out)
{
	(void)unused;
	*out = (struct timespec){ epoch(), 0 };
	return 0;
}

/* Sebastiano Vigna's splitmix64, begun with the seed's FNV-1a. */
static unsigned long long draw(void)
{
	static unsigned long long state;
	unsigned long long bits;

	if (!state) {
		const char *seed = getenv("OUTBOARD_SEED");

		state = 0xcbf29ce484222325;
		while (seed && *seed)
			state = (state ^ (unsigned char)*seed++) * 0x100000001b3;
	}
	state += 0x9e3779b97f4a7c15;
	bits = (state ^ (state >> 30)) * 0xbf58476d1ce4e5b9;
	bits = (bits ^ (bits >> 27)) * 0x94d049bb133111eb;
	return bits ^ (bits >> 31);
}

void uuid_generate(unsigned char *out)
{
	unsigned long long bits[2] = { draw(), draw() };

	memcpy(out, bits, sizeof(bits));
	out[6] = (out[6] & 0x0f) | 0x40;
	out[8] = (out[8] & 0x3f) | 0x80;
}

void uuid_generate_random(unsigned char *out)
{
	uuid_generate(out);
}

void uuid_generate_time(unsigned char *out)
{
	uuid_generate(out);
}

long random(void)
{
	return draw() >> 33;
}
