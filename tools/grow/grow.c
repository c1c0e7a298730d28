// SPDX-License-Identifier: GPL-2.0-only
/*
 * Grows the root file system to the end of its card, while it is in use: first its partition,
 * which has to be the last one, then the file system in it (ext4 or btrfs). Needs nothing of
 * the system but the kernel.
 *
 *     grow [MARKER]              the root's; where a MARKER is named, only if that file is there.
 *                                It goes when the root has grown, when it never can, and after
 *                                TRIES_MAX failures: each start of the system is one try
 *     grow --table FILE NUMBER   only the partition table, on a disk's image
 */
#define _GNU_SOURCE
#include <endian.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/blkpg.h>
#include <linux/btrfs.h>
#include <limits.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <stdnoreturn.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#define SECTOR		512
/* Partitions end on a multiple of so many sectors. */
#define GRAIN		2048
#define MAX_TABLE	1048576
#define TRIES_MAX	3
#define TRIED		"tried\n"
#define EXT4_MAGIC	0xef53
#define BTRFS_MAGIC	0x9123683e
#define EXT4_RESIZE	_IOW('f', 16, uint64_t)

/* As they are on the disk, without room between. */
#pragma pack(push, 1)
struct mbr_entry {
	uint8_t status, first[3], type, last[3];
	uint32_t start, sectors;
};

struct mbr {
	uint8_t code[446];
	struct mbr_entry entry[4];
	uint8_t signature[2];
};

struct gpt_header {
	char signature[8];
	uint32_t revision, size, crc, reserved;
	uint64_t here, other, first_usable, last_usable;
	uint8_t disk[16];
	uint64_t entries;
	uint32_t count, entry_size, entries_crc;
};

struct gpt_entry {
	uint8_t type[16], unique[16];
	uint64_t first, last, attributes;
	uint16_t name[36];
};

#pragma pack(pop)

/* A partition, in sectors. */
struct extent {
	uint64_t start, sectors;
};

/* The file that asks for the growth, or NULL. */
static const char *marker;

/* Fail for a reason that will be there the next time as well. */
static noreturn void refuse(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vwarnx(format, args);
	va_end(args);
	if (marker && unlink(marker))
		warn("%s", marker);
	exit(1);
}

static uint32_t crc32_of(const void *data, size_t size)
{
	const uint8_t *byte = data;
	uint32_t crc = 0xffffffff;
	int bit;

	while (size--) {
		crc ^= *byte++;
		for (bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? 0xedb88320 : 0);
	}
	return ~crc;
}

static void get(int disk, void *data, size_t size, uint64_t sector)
{
	ssize_t done = pread(disk, data, size, sector * SECTOR);

	if (done < 0 || (size_t)done != size)
		err(1, "the partition table cannot be read");
}

static void put(int disk, const void *data, size_t size, uint64_t sector)
{
	ssize_t done = pwrite(disk, data, size, sector * SECTOR);

	if (done < 0 || (size_t)done != size)
		err(1, "the partition table cannot be written");
}

static void sync_disk(int disk)
{
	if (fsync(disk))
		err(1, "the partition table cannot be written");
}

static struct extent grow_mbr(int disk, struct mbr *mbr, uint64_t sectors, int number)
{
	struct mbr_entry *own;
	struct extent part;
	uint64_t end;
	int i;

	if (number > 4)
		refuse("partition %d is in an extended one, and stays as it is", number);
	own = &mbr->entry[number - 1];
	part.start = le32toh(own->start);
	part.sectors = le32toh(own->sectors);
	if (!part.sectors)
		refuse("there is no partition %d", number);
	if (part.start + part.sectors > sectors)
		refuse("the disk is smaller than its partitions");
	for (i = 0; i < 4; i++)
		if (le32toh(mbr->entry[i].sectors) && le32toh(mbr->entry[i].start) > part.start)
			refuse("partition %d is behind partition %d, which stays as it is", i + 1,
			       number);
	end = (sectors < UINT32_MAX ? sectors : UINT32_MAX) / GRAIN * GRAIN;
	if (end <= part.start + part.sectors)
		return part;
	part.sectors = end - part.start;
	own->sectors = htole32(part.sectors);
	/* What has no place in cylinders, heads and sectors. */
	memcpy(own->last, "\xfe\xff\xff", 3);
	put(disk, mbr, sizeof(*mbr), 0);
	sync_disk(disk);
	return part;
}

static void put_gpt(int disk, struct gpt_header *header, const void *entries, size_t size,
		    uint64_t here, uint64_t other, uint64_t place)
{
	uint8_t sector[SECTOR] = { 0 };

	header->here = htole64(here);
	header->other = htole64(other);
	header->entries = htole64(place);
	header->crc = 0;
	header->crc = htole32(crc32_of(header, sizeof(*header)));
	memcpy(sector, header, sizeof(*header));
	put(disk, entries, size, place);
	put(disk, sector, sizeof(sector), here);
	sync_disk(disk);
}

static bool is_used(const struct gpt_entry *entry)
{
	static const uint8_t unused[16];

	return memcmp(entry->type, unused, sizeof(unused));
}

/* @protective: the entry of the MBR that is there for programs which know no GPT */
static struct extent grow_gpt(int disk, struct mbr *mbr, struct mbr_entry *protective,
			      uint64_t sectors, int number)
{
	struct gpt_header header;
	struct gpt_entry *own, *entry;
	struct extent part;
	uint64_t place, last, end;
	uint32_t crc, count, size, i;
	uint8_t *entries;
	size_t whole;

	get(disk, &header, sizeof(header), 1);
	crc = le32toh(header.crc);
	header.crc = 0;
	count = le32toh(header.count);
	size = le32toh(header.entry_size);
	if (memcmp(header.signature, "EFI PART", 8) || le32toh(header.size) != sizeof(header) ||
	    crc != crc32_of(&header, sizeof(header)))
		refuse("the GPT is not in order, and stays as it is");
	if (size < sizeof(*own) || size > MAX_TABLE || !count || count > MAX_TABLE / size ||
	    (uint64_t)count * size % SECTOR || (uint32_t)number > count)
		refuse("the GPT is of a kind that is not known here, and stays as it is");
	whole = (size_t)count * size;
	/* The entries need not follow the header: a boot loader can be between. */
	place = le64toh(header.entries);
	if (place < 2 || place > sectors || place + whole / SECTOR > sectors ||
	    le64toh(header.here) != 1)
		refuse("the GPT's entries are at no place of the disk, and stay as they are");
	entries = malloc(whole);
	if (!entries)
		err(1, "no memory");
	get(disk, entries, whole, place);
	if (le32toh(header.entries_crc) != crc32_of(entries, whole))
		refuse("the GPT's entries are not in order, and stay as they are");
	own = (struct gpt_entry *)(entries + (size_t)(number - 1) * size);
	if (!is_used(own))
		refuse("there is no partition %d", number);
	part.start = le64toh(own->first);
	part.sectors = le64toh(own->last) + 1 - part.start;
	if (part.start < place + whole / SECTOR || part.start > le64toh(own->last) ||
	    le64toh(own->last) >= sectors)
		refuse("partition %d is at no place of the disk, and stays as it is", number);
	for (i = 0; i < count; i++) {
		entry = (struct gpt_entry *)(entries + (size_t)i * size);
		if (is_used(entry) && le64toh(entry->first) > part.start)
			refuse("partition %u is behind partition %d, which stays as it is", i + 1,
			       number);
	}
	if (sectors < part.start + part.sectors + whole / SECTOR + 1)
		refuse("the disk is smaller than its partitions");
	/* The copy is at the disk's end: its entries, then its header. */
	last = sectors - 2 - whole / SECTOR;
	end = (last + 1) / GRAIN * GRAIN;
	if (end <= part.start + part.sectors)
		goto out;
	part.sectors = end - part.start;
	own->last = htole64(end - 1);
	header.last_usable = htole64(last);
	header.entries_crc = htole32(crc32_of(entries, whole));
	/* First the copy: until the first one is written, all is as it was. */
	put_gpt(disk, &header, entries, whole, sectors - 1, 1, last + 1);
	put_gpt(disk, &header, entries, whole, 1, sectors - 1, place);
	protective->sectors = htole32(sectors - 1 < UINT32_MAX ? sectors - 1 : UINT32_MAX);
	put(disk, mbr, sizeof(*mbr), 0);
	sync_disk(disk);
out:
	free(entries);
	return part;
}

/* Grow a partition in its table; where it is then. */
static struct extent grow_table(int disk, uint64_t sectors, int number)
{
	struct mbr mbr;
	int i;

	get(disk, &mbr, sizeof(mbr), 0);
	if (number < 1 || mbr.signature[0] != 0x55 || mbr.signature[1] != 0xaa)
		refuse("there is no such partition, or no partition table");
	/* It is the first one, but where a hybrid MBR has others before it. */
	for (i = 0; i < 4; i++)
		if (mbr.entry[i].type == 0xee)
			return grow_gpt(disk, &mbr, &mbr.entry[i], sectors, number);
	return grow_mbr(disk, &mbr, sectors, number);
}

/* The device of what is mounted at "/". btrfs has no number of its own there, but a path. */
static dev_t root_device(void)
{
	char line[4096], source[2048], point[2048];
	unsigned int major_number, minor_number;
	struct stat about;
	dev_t device = 0;
	FILE *mounts = fopen("/proc/self/mountinfo", "re");
	char *rest;

	if (!mounts)
		err(1, "/proc/self/mountinfo");
	while (fgets(line, sizeof(line), mounts)) {
		if (sscanf(line, "%*d %*d %u:%u %*s %2047s", &major_number, &minor_number,
			   point) != 3 || strcmp(point, "/"))
			continue;
		device = makedev(major_number, minor_number);
		rest = strstr(line, " - ");
		if (!major_number && rest && sscanf(rest, " - %*s %2047s", source) == 1 &&
		    !stat(source, &about) && S_ISBLK(about.st_mode))
			device = about.st_rdev;
	}
	fclose(mounts);
	return device;
}

static uint64_t number_in(const char *folder, const char *name)
{
	char path[PATH_MAX];
	uint64_t number = 0;
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	file = fopen(path, "re");
	if (!file)
		return 0;
	if (fscanf(file, "%ju", &number) != 1)
		number = 0;
	fclose(file);
	return number;
}

static int open_disk(const char *folder)
{
	char path[PATH_MAX], name[PATH_MAX], *last, *mark;
	int disk;

	/* .../block/mmcblk0/mmcblk0p2 */
	if (!realpath(folder, path))
		err(1, "%s", folder);
	last = strrchr(path, '/');
	if (!last)
		errx(1, "%s: no partition", path);
	*last = 0;
	last = strrchr(path, '/');
	if (!last)
		errx(1, "%s: no disk", path);
	snprintf(name, sizeof(name), "/dev/%s", last + 1);
	for (mark = name; (mark = strchr(mark, '!'));)
		*mark = '/';
	disk = open(name, O_RDWR | O_CLOEXEC);
	if (disk < 0)
		err(1, "%s", name);
	return disk;
}

static void tell_kernel(int disk, struct extent part, int number)
{
	struct blkpg_partition about = {
		.start = part.start * SECTOR, .length = part.sectors * SECTOR, .pno = number,
	};
	struct blkpg_ioctl_arg arg = {
		.op = BLKPG_RESIZE_PARTITION, .datalen = sizeof(about), .data = &about,
	};

	if (ioctl(disk, BLKPG, &arg))
		err(1, "the kernel does not take the partition's new size");
}

static void grow_files(struct extent part)
{
	struct btrfs_ioctl_vol_args all = { .name = "max" };
	int root = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct statfs about;
	uint64_t blocks;

	if (root < 0 || fstatfs(root, &about))
		err(1, "/");
	if ((uint32_t)about.f_type == EXT4_MAGIC) {
		blocks = part.sectors * SECTOR / about.f_bsize;
		if (ioctl(root, EXT4_RESIZE, &blocks))
			err(1, "the file system does not grow");
	} else if ((uint32_t)about.f_type == BTRFS_MAGIC) {
		if (ioctl(root, BTRFS_IOC_RESIZE, &all))
			err(1, "the file system does not grow");
	} else {
		refuse("the root is neither an ext4 nor a btrfs: its file system stays as it is");
	}
	close(root);
}

static void grow_root(void)
{
	dev_t device = root_device();
	char folder[64], disk_folder[80];
	struct extent part;
	uint64_t sectors, before;
	int disk, number;

	snprintf(folder, sizeof(folder), "/sys/dev/block/%u:%u", major(device), minor(device));
	snprintf(disk_folder, sizeof(disk_folder), "%s/..", folder);
	number = number_in(folder, "partition");
	if (!number) {
		puts("grow: the root is on no partition");
		return;
	}
	before = number_in(folder, "size");
	sectors = number_in(disk_folder, "size");
	disk = open_disk(folder);
	part = grow_table(disk, sectors, number);
	if (part.sectors > before)
		tell_kernel(disk, part, number);
	close(disk);
	grow_files(part);
	printf("grow: partition %d had %ju sectors, and has %ju of the disk's %ju\n", number,
	       before, part.sectors, sectors);
}

static int grow_file(const char *path, const char *text)
{
	struct extent part;
	struct stat about;
	char *end;
	long number = strtol(text, &end, 10);
	int disk = open(path, O_RDWR | O_CLOEXEC);

	if (disk < 0 || fstat(disk, &about))
		err(2, "%s", path);
	if (!S_ISREG(about.st_mode) || *end || number < 1 || number > 128)
		errx(2, "usage: grow --table IMAGE NUMBER");
	part = grow_table(disk, about.st_size / SECTOR, number);
	printf("grow: partition %ld has %ju sectors from %ju on\n", number, part.sectors,
	       part.start);
	return close(disk) ? 1 : 0;
}

/*
 * Begin one of the tries: the marker has a line for each, as a power cut is a failure too.
 * Return: whether there is a marker.
 */
static bool begin_try(const char *path)
{
	FILE *file = fopen(path, "r+e");
	char line[128];
	int tries = 0;

	if (!file && errno == ENOENT)
		return false;
	marker = path;
	if (!file)
		err(1, "%s", path);
	while (fgets(line, sizeof(line), file))
		tries += !strcmp(line, TRIED);
	if (tries >= TRIES_MAX)
		refuse("it has failed %d times: the root stays as large as it is", tries);
	if (fseek(file, 0, SEEK_END) || fputs(TRIED, file) < 0 || fflush(file) ||
	    fsync(fileno(file)))
		err(1, "%s", path);
	fclose(file);
	return true;
}

int main(int argc, char **argv)
{
	if (argc == 4 && !strcmp(argv[1], "--table"))
		return grow_file(argv[2], argv[3]);
	if (argc > 2 || (argc == 2 && argv[1][0] == '-')) {
		fprintf(stderr, "usage: grow [MARKER] | grow --table IMAGE NUMBER\n");
		return 2;
	}
	if (argc == 2 && !begin_try(argv[1]))
		return 0;
	grow_root();
	if (marker && unlink(marker))
		err(1, "%s", marker);
	return 0;
}
