// SPDX-License-Identifier: GPL-2.0-only
#include "kernel.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <libkmod.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "compiler.h"
#include "image.h"

#define RELEASES_MAX	64
#define DEPTH_MAX	24
#define LINE_MAX_LENGTH	1024

/* printf into a PATH_MAX buffer. Return: whether it fits. */
static bool __printf(2, 3) path_to(char *path, const char *format, ...)
{
	va_list args;
	int put;

	va_start(args, format);
	put = vsnprintf(path, PATH_MAX, format, args);
	va_end(args);
	return put > 0 && put < PATH_MAX;
}

static bool is_file(const char *path)
{
	struct stat stat_;

	return !stat(path, &stat_) && S_ISREG(stat_.st_mode);
}

static bool is_directory(const char *path)
{
	struct stat stat_;

	return !stat(path, &stat_) && S_ISDIR(stat_.st_mode);
}

/* A directory of a release: depmod's or Kbuild's files, or modules. */
static bool is_release(const char *path)
{
	static const char *const files[] = {
		"modules.alias", "modules.builtin", "modules.order", "kernel",
	};
	char file[PATH_MAX];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(files); i++) {
		if (path_to(file, "%s/%s", path, files[i]) && !access(file, F_OK))
			return true;
	}
	return false;
}

/**
 * struct releases - the releases below a directory
 * @paths: their directories, without symbolic links
 * @count: number of @paths
 */
struct releases {
	char *paths[RELEASES_MAX];
	int count;
};

static void releases_free(struct releases *releases)
{
	while (releases->count)
		free(releases->paths[--releases->count]);
}

static void add_release(struct releases *releases, const char *path)
{
	char *real = realpath(path, NULL);
	int i;

	for (i = 0; real && i < releases->count; i++) {
		/* /lib is a link to /usr/lib on many systems. */
		if (!strcmp(releases->paths[i], real))
			break;
	}
	if (real && i == releases->count && i < RELEASES_MAX)
		releases->paths[releases->count++] = real;
	else
		free(real);
}

static void find_releases(struct releases *releases, const char *directory)
{
	static const char *const places[] = {
		"lib/modules", "usr/lib/modules",
		"run/booted-system/kernel-modules/lib/modules",
	};
	char path[PATH_MAX], release[PATH_MAX];
	struct dirent *entry;
	size_t i;
	DIR *dir;

	for (i = 0; i < ARRAY_SIZE(places); i++) {
		if (!path_to(path, "%s/%s", directory, places[i]))
			continue;
		dir = opendir(path);
		while (dir && (entry = readdir(dir))) {
			if (entry->d_name[0] != '.' &&
			    path_to(release, "%s/%s", path, entry->d_name) && is_release(release))
				add_release(releases, release);
		}
		if (dir)
			closedir(dir);
	}
}

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* Of several releases of the running system, the one that runs. */
static int choose_running(const struct releases *releases, const char *directory)
{
	char *real = realpath(directory, NULL);
	struct utsname name;
	int i, found = -1;

	if (real && !strcmp(real, "/") && !uname(&name)) {
		for (i = 0; i < releases->count; i++) {
			if (!strcmp(base_name(releases->paths[i]), name.release))
				found = i;
		}
	}
	free(real);
	return found;
}

static int choose_release(const struct releases *releases, const char *directory,
			  struct error *error)
{
	size_t used = 0;
	char list[600] = "";
	int i, put;

	if (!releases->count)
		return fail(error, STATUS_INPUT,
			    "%s: has no kernel modules: give the directory of an unpacked kernel package, or lib/modules/<release> itself",
			    directory);
	if (releases->count == 1)
		return 0;
	i = choose_running(releases, directory);
	if (i >= 0)
		return i;
	for (i = 0; i < releases->count && used < sizeof(list); i++) {
		put = snprintf(list + used, sizeof(list) - used, "%s%s", i ? ", " : "",
			       releases->paths[i]);
		used += put > 0 ? put : 0;
	}
	return fail(error, STATUS_INPUT, "%s: has %d kernels: give one of these instead: %s",
		    directory, releases->count, list);
}

static int find_modules(struct kernel *kernel, const char *directory, struct error *error)
{
	struct releases releases = { .count = 0 };
	size_t length = strlen(directory);
	int chosen = 0;

	if (!is_directory(directory)) {
		if (length > 4 && !strcmp(directory + length - 4, ".deb") && is_file(directory))
			return fail(error, STATUS_INPUT,
				    "%s: is a package: unpack it with 'dpkg-deb -x %s DIRECTORY' and give that directory",
				    directory, directory);
		return fail(error, STATUS_INPUT,
			    "%s: is no directory: give that of an unpacked kernel package",
			    directory);
	}
	if (is_release(directory))
		add_release(&releases, directory);
	else
		find_releases(&releases, directory);
	chosen = choose_release(&releases, directory, error);
	if (chosen >= 0) {
		kernel->modules = strdup(releases.paths[chosen]);
		kernel->release = strdup(base_name(releases.paths[chosen]));
	}
	releases_free(&releases);
	if (chosen < 0)
		return -1;
	if (!kernel->modules || !kernel->release)
		return fail(error, STATUS_FINDING, "%s: no memory", directory);
	return 0;
}

/* The image beside the modules: where distributions and nixpkgs put it. */
static int find_image(struct kernel *kernel, const char *directory, struct error *error)
{
	static const struct {
		bool below_modules;	/* else below @directory */
		const char *format;	/* with the release */
	} places[] = {
		{ true, "vmlinuz" }, { true, "vmlinuz.unsigned" }, { true, "vmlinuz.efi" },
		{ true, "Image" }, { true, "Image.gz" },
		{ false, "boot/vmlinuz-%s" }, { false, "boot/vmlinux-%s" },
		{ false, "boot/Image-%s" }, { false, "boot/vmlinuz-%s.unsigned" },
		{ false, "Image" }, { false, "Image.gz" }, { false, "vmlinuz.efi" },
		{ false, "zImage" }, { false, "run/booted-system/kernel" },
		{ true, "../../../boot/vmlinuz-%s" }, { true, "../../../../boot/vmlinuz-%s" },
		{ true, "../../../boot/vmlinux-%s" }, { true, "../../../../boot/vmlinux-%s" },
		{ true, "../../../Image" }, { true, "../../../Image.gz" },
		{ true, "../../../vmlinuz.efi" },
	};
	char path[PATH_MAX], name[PATH_MAX];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(places); i++) {
		const char *percent = strchr(places[i].format, '%');
		int head = percent ? percent - places[i].format : (int)strlen(places[i].format);

		if (path_to(name, "%.*s%s%s", head, places[i].format,
			    percent ? kernel->release : "", percent ? percent + 2 : "") &&
		    path_to(path, "%s/%s", places[i].below_modules ? kernel->modules : directory,
			    name) && is_file(path)) {
			kernel->image = strdup(path);
			if (!kernel->image)
				return fail(error, STATUS_FINDING, "%s: no memory", path);
			return 0;
		}
	}
	return fail(error, STATUS_INPUT,
		    "%s: has no image for %s (boot/vmlinuz-%s, lib/modules/%s/vmlinuz, Image): give it with --image FILE",
		    directory, kernel->release, kernel->release, kernel->release);
}

/* Map a file; an empty one gives a length of 0. Return: 0, or -1 with errno. */
static int map_file(const char *path, const char **data, size_t *length)
{
	struct stat stat_;
	int fd, result;

	*data = "";
	*length = 0;
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		return -1;
	result = fstat(fd, &stat_) || !S_ISREG(stat_.st_mode) ? -1 : 0;
	if (!result && stat_.st_size) {
		void *map = mmap(NULL, stat_.st_size, PROT_READ, MAP_PRIVATE, fd, 0);

		if (map == MAP_FAILED) {
			result = -1;
		} else {
			*data = map;
			*length = stat_.st_size;
		}
	}
	close(fd);
	return result;
}

int kernel_add_alias_file(struct kernel *kernel, const char *data, size_t length,
			  struct error *error)
{
	const char *end = data + length, *line = data, *next;
	char copy[LINE_MAX_LENGTH], *alias, *module;

	for (; line < end; line = next + 1) {
		next = memchr(line, '\n', end - line);
		if (!next)
			next = end;
		if (next - line >= LINE_MAX_LENGTH || next - line < 7 || memcmp(line, "alias ", 6))
			continue;
		memcpy(copy, line, next - line);
		copy[next - line] = 0;
		alias = copy + 6;
		module = strrchr(alias, ' ');
		if (!module || !module[1])
			continue;
		*module++ = 0;
		if (aliases_add(&kernel->aliases, alias, module, SOURCE_MODULE, error))
			return -1;
	}
	return 0;
}

int kernel_add_builtin_info(struct kernel *kernel, const char *data, size_t length,
			    struct error *error)
{
	const char *end = data + length, *item = data, *next;
	char copy[LINE_MAX_LENGTH], *alias;

	/* "module.alias=of:...", each with a NUL behind it. */
	for (; item < end; item = next + 1) {
		next = memchr(item, 0, end - item);
		if (!next)
			next = end;
		if (next - item >= LINE_MAX_LENGTH)
			continue;
		memcpy(copy, item, next - item);
		copy[next - item] = 0;
		alias = strchr(copy, '.');
		if (!alias || strncmp(alias, ".alias=", 7))
			continue;
		*alias = 0;
		alias += 7;
		if (!strncmp(alias, "of:", 3))
			kernel->builtin_listed = true;
		if (aliases_add(&kernel->aliases, alias, copy, SOURCE_BUILTIN, error))
			return -1;
	}
	return 0;
}

struct naming {
	struct aliases *aliases;
	struct error *error;
};

static int add_name(void *context, const char *name)
{
	struct naming *naming = context;
	struct alias alias = { .key = name, .bus = BUS_OF, .source = SOURCE_IMAGE_NAME };

	/* A table's own entries are such strings too. */
	if (aliases_next(naming->aliases, BUS_OF, name, NULL))
		return 0;
	return aliases_add_entry(naming->aliases, &alias, naming->error);
}

int kernel_add_image(struct kernel *kernel, const void *data, size_t length, struct error *error)
{
	static const enum alias_source sources[] = {
		[TABLE_DRIVER] = SOURCE_IMAGE_DRIVER,
		[TABLE_CODE] = SOURCE_IMAGE_CODE,
		[TABLE_LIST] = SOURCE_IMAGE_LIST,
	};
	struct image_matches matches;
	int result;
	size_t i;

	result = image_scan(&matches, data, length, error);
	kernel->pointers = !result && matches.base;
	kernel->tables = result ? 0 : matches.count;
	for (i = 0; !result && i < matches.count; i++) {
		const struct image_match *match = &matches.entries[i];
		struct alias alias = {
			.key = match->compatible, .name = match->name, .type = match->type,
			.owner = match->driver, .bus = BUS_OF, .source = sources[match->user],
		};

		/* Where nothing is known of the users, most are drivers. */
		if (!matches.base)
			alias.source = SOURCE_IMAGE_DRIVER;

		result = aliases_add_entry(&kernel->aliases, &alias, error);
	}
	image_matches_free(&matches);
	if (!result) {
		struct naming naming = { .aliases = &kernel->aliases, .error = error };

		result = image_names(data, length, add_name, &naming);
	}
	return result;
}

static int read_image(struct kernel *kernel, struct error *error)
{
	struct unpacked image;
	int result;

	if (image_open(&image, kernel->image, error))
		return -1;
	result = kernel_add_image(kernel, image.data, image.length, error);
	unpack_close(&image);
	return result;
}

static int read_builtin_info(struct kernel *kernel, struct error *error)
{
	char path[PATH_MAX];
	const char *data;
	size_t length;
	int result;

	/* There is none before 5.2, nor where it is not packaged: the image says it too. */
	if (!path_to(path, "%s/modules.builtin.modinfo", kernel->modules) ||
	    map_file(path, &data, &length))
		return 0;
	result = kernel_add_builtin_info(kernel, data, length, error);
	if (length)
		munmap((void *)data, length);
	return result;
}

/* What walking a directory for modules needs. */
struct walk {
	struct kernel *kernel;
	struct kmod_ctx *kmod;
	enum alias_source source;
	int found;
};

static int read_module(struct walk *walk, const char *path, struct error *error)
{
	struct kmod_list *info = NULL, *item;
	struct kmod_module *module;
	int result;

	result = kmod_module_new_from_path(walk->kmod, path, &module);
	if (result < 0)
		return fail(error, STATUS_INPUT, "%s: cannot be read as a module: %s", path,
			    strerror(-result));
	result = kmod_module_get_info(module, &info);
	if (result < 0) {
		kmod_module_unref(module);
		return fail(error, STATUS_INPUT, "%s: cannot be read as a module: %s", path,
			    strerror(-result));
	}
	result = 0;
	kmod_list_foreach(item, info) {
		if (!result && !strcmp(kmod_module_info_get_key(item), "alias"))
			result = aliases_add(&walk->kernel->aliases,
					     kmod_module_info_get_value(item),
					     kmod_module_get_name(module), walk->source, error);
	}
	walk->found++;
	if (!result) {
		struct alias file = {
			.key = kmod_module_get_name(module), .owner = path,
			.bus = KEY_MODULE_FILE, .source = walk->source,
		};

		result = aliases_add_entry(&walk->kernel->aliases, &file, error);
	}
	kmod_module_info_free_list(info);
	kmod_module_unref(module);
	return result;
}

static bool is_module_name(const char *name)
{
	const char *ko = strstr(name, ".ko");

	return ko && (!ko[3] || !strcmp(ko + 3, ".xz") || !strcmp(ko + 3, ".zst") ||
		      !strcmp(ko + 3, ".gz"));
}

static int walk_modules(struct walk *walk, const char *directory, int depth, struct error *error)
{
	char path[PATH_MAX];
	struct dirent *entry;
	struct stat stat_;
	int result = 0;
	DIR *dir;

	dir = opendir(directory);
	if (!dir)
		return fail(error, STATUS_INPUT, "%s: cannot be opened: %s", directory,
			    strerror(errno));
	while (!result && (entry = readdir(dir))) {
		if (entry->d_name[0] == '.' ||
		    !path_to(path, "%s/%s", directory, entry->d_name) || lstat(path, &stat_))
			continue;
		/* Links to directories (build, source) lead out of the tree, and in circles. */
		if (S_ISDIR(stat_.st_mode) && depth < DEPTH_MAX)
			result = walk_modules(walk, path, depth + 1, error);
		else if (!S_ISDIR(stat_.st_mode) && is_module_name(entry->d_name) && is_file(path))
			result = read_module(walk, path, error);
	}
	closedir(dir);
	return result;
}

static void no_log(void *data, int priority, const char *file, int line, const char *fn,
		   const char *format, va_list args)
{
	(void)data;
	(void)priority;
	(void)file;
	(void)line;
	(void)fn;
	(void)format;
	(void)args;
}

static int read_modules(struct kernel *kernel, const char *directory, enum alias_source source,
			struct error *error)
{
	static const char *const no_configuration[] = { NULL };
	struct walk walk = { .kernel = kernel, .source = source };
	int result;

	walk.kmod = kmod_new(kernel->modules, no_configuration);
	if (!walk.kmod)
		return fail(error, STATUS_FINDING, "%s: no memory", directory);
	kmod_set_log_fn(walk.kmod, no_log, NULL);
	result = walk_modules(&walk, directory, 0, error);
	kmod_unref(walk.kmod);
	if (!result && !walk.found)
		return fail(error, STATUS_INPUT,
			    "%s: has no .ko file, nor has a directory below it", directory);
	return result;
}

static int read_aliases(struct kernel *kernel, struct error *error)
{
	char path[PATH_MAX];
	const char *data;
	size_t length;
	int result;

	kernel->indexed = path_to(path, "%s/modules.alias", kernel->modules) &&
			  !map_file(path, &data, &length);
	if (!kernel->indexed)
		return read_modules(kernel, kernel->modules, SOURCE_MODULE, error);
	result = kernel_add_alias_file(kernel, data, length, error);
	if (length)
		munmap((void *)data, length);
	return result;
}

int kernel_open(struct kernel *kernel, const char *directory, const char *image,
		struct error *error)
{
	int result;

	memset(kernel, 0, sizeof(*kernel));
	result = find_modules(kernel, directory, error);
	if (!result && image) {
		kernel->image = strdup(image);
		if (!kernel->image)
			result = fail(error, STATUS_FINDING, "%s: no memory", image);
	} else if (!result) {
		result = find_image(kernel, directory, error);
	}
	if (!result)
		result = read_builtin_info(kernel, error);
	if (!result)
		result = read_image(kernel, error);
	if (!result)
		result = read_aliases(kernel, error);
	if (result)
		kernel_close(kernel);
	return result;
}

int kernel_add_modules(struct kernel *kernel, const char *directory, struct error *error)
{
	if (!is_directory(directory))
		return fail(error, STATUS_INPUT, "%s: is no directory with modules", directory);
	return read_modules(kernel, directory, SOURCE_OURS, error);
}

/* A module's name out of its file's: without directory and endings, and with '_' for '-'. */
static void module_name(char *name, const char *path)
{
	const char *file = base_name(path);
	size_t length = strcspn(file, "."), i;

	for (i = 0; i < length; i++)
		name[i] = file[i] == '-' ? '_' : file[i];
	name[length] = 0;
}

/* "kernel/drivers/foo/foo.ko.xz: kernel/lib/bar.ko.xz", a line for each module. */
static int add_module_files(struct kernel *kernel, const char *data, size_t length,
			    struct error *error)
{
	const char *end = data + length, *line = data, *next, *colon;
	char name[PATH_MAX], path[PATH_MAX];
	struct alias file = { .bus = KEY_MODULE_FILE, .key = name, .owner = path };

	for (; line < end; line = next + 1) {
		next = memchr(line, '\n', end - line);
		if (!next)
			next = end;
		colon = memchr(line, ':', next - line);
		if (!colon || colon - line >= PATH_MAX ||
		    !path_to(path, "%s%s%.*s", *line == '/' ? "" : kernel->modules,
			     *line == '/' ? "" : "/", (int)(colon - line), line))
			continue;
		module_name(name, path);
		if (aliases_add_entry(&kernel->aliases, &file, error))
			return -1;
	}
	return 0;
}

static int read_module_files(struct kernel *kernel, struct error *error)
{
	char path[PATH_MAX];
	const char *data;
	size_t length;
	int result;

	if (kernel->files_read || !kernel->modules)
		return 0;
	kernel->files_read = true;
	if (!path_to(path, "%s/modules.dep", kernel->modules) || map_file(path, &data, &length))
		return 0;
	result = add_module_files(kernel, data, length, error);
	if (length)
		munmap((void *)data, length);
	return result;
}

static int add_tables(struct kernel *kernel, const char *module, const struct unpacked *file,
		      struct error *error)
{
	struct image_matches matches;
	int result;
	size_t i;

	result = image_scan(&matches, file->data, file->length, error);
	for (i = 0; !result && i < matches.count; i++) {
		const struct image_match *match = &matches.entries[i];
		struct alias alias = {
			.key = match->compatible, .name = match->name, .type = match->type,
			.owner = module, .bus = BUS_OF, .source = SOURCE_MODULE_TABLE,
		};

		result = aliases_add_entry(&kernel->aliases, &alias, error);
	}
	image_matches_free(&matches);
	return result;
}

int kernel_read_tables(struct kernel *kernel, const char *module, struct error *error)
{
	struct alias mark = { .key = module, .bus = KEY_MODULE_READ };
	const struct alias *path;
	struct unpacked file, content;
	struct error reason;
	int result = 0;

	if (aliases_next(&kernel->aliases, KEY_MODULE_READ, module, NULL))
		return 0;
	if (aliases_add_entry(&kernel->aliases, &mark, error) || read_module_files(kernel, error))
		return -1;
	path = aliases_next(&kernel->aliases, KEY_MODULE_FILE, module, NULL);
	if (!path || unpack_open(&file, path->owner, &reason))
		return 0;
	if (!unpack_bytes(&content, path->owner, file.data, file.length, &reason)) {
		result = add_tables(kernel, module, &content, error);
		unpack_close(&content);
	} else {
		kernel->packed = true;
	}
	unpack_close(&file);
	return result;
}

void kernel_close(struct kernel *kernel)
{
	free(kernel->release);
	free(kernel->modules);
	free(kernel->image);
	aliases_free(&kernel->aliases);
	memset(kernel, 0, sizeof(*kernel));
}
