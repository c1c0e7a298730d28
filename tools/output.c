// SPDX-License-Identifier: GPL-2.0-only
#include "output.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int cannot_write(const char *path, int status, struct error *error)
{
	return fail(error, status, "%s: cannot be written: %s", path, strerror(errno));
}

static int write_all(int fd, const void *data, size_t length)
{
	const char *bytes = data;
	ssize_t put;

	while (length) {
		put = write(fd, bytes, length);
		if (put < 0 && errno != EINTR)
			return -1;
		if (put > 0) {
			bytes += put;
			length -= put;
		}
	}
	return 0;
}

/* Write to what is no regular file. */
static int write_special(const char *path, const void *data, size_t length, struct error *error)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY), result;

	if (fd < 0)
		return cannot_write(path, STATUS_INPUT, error);
	result = write_all(fd, data, length) ? cannot_write(path, STATUS_FINDING, error) : 0;
	if (close(fd) && !result)
		result = cannot_write(path, STATUS_FINDING, error);
	return result;
}

/* Give a new file the mode, and if possible the owner, of the one that it replaces. */
static int set_mode(int fd, const struct stat *old)
{
	mode_t mask;

	if (old) {
		/* Only root can give files away: others keep theirs. */
		if (fchown(fd, old->st_uid, old->st_gid) && errno != EPERM)
			return -1;
		return fchmod(fd, old->st_mode & 0777);
	}
	/* mkostemp() makes files private. */
	mask = umask(0);
	umask(mask);
	return fchmod(fd, 0666 & ~mask);
}

static int replace(const char *path, const struct stat *old, const void *data, size_t length,
		   struct error *error)
{
	int fd, result = -1;
	char *part;

	if (asprintf(&part, "%s.XXXXXX", path) < 0)
		return fail(error, STATUS_FINDING, "%s: no memory", path);
	fd = mkostemp(part, O_CLOEXEC);
	if (fd < 0) {
		cannot_write(path, STATUS_INPUT, error);
		free(part);
		return -1;
	}
	if (!write_all(fd, data, length) && !set_mode(fd, old) && !fsync(fd))
		result = 0;
	if (result)
		cannot_write(path, STATUS_FINDING, error);
	if (close(fd) && !result)
		result = cannot_write(path, STATUS_FINDING, error);
	if (!result && rename(part, path))
		result = cannot_write(path, STATUS_FINDING, error);
	if (result)
		unlink(part);
	free(part);
	return result;
}

/* A signal that ends the program would leave the part that is written: it has to wait. */
static int replace_undisturbed(const char *path, const struct stat *old, const void *data,
			       size_t length, struct error *error)
{
	sigset_t all, before;
	int result;

	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, &before);
	result = replace(path, old, data, length, error);
	sigprocmask(SIG_SETMASK, &before, NULL);
	return result;
}

int output_write(const char *path, const void *data, size_t length, struct error *error)
{
	struct stat about;
	char *real;
	int result;

	if (!strcmp(path, "-")) {
		if (write_all(STDOUT_FILENO, data, length))
			return fail(error, STATUS_FINDING, "standard output cannot be written: %s",
				    strerror(errno));
		return 0;
	}
	if (stat(path, &about)) {
		if (errno == ENOENT && !lstat(path, &about))
			return fail(error, STATUS_INPUT,
				    "%s: is a link to a file that does not exist", path);
		return replace_undisturbed(path, NULL, data, length, error);
	}
	if (!S_ISREG(about.st_mode))
		return write_special(path, data, length, error);
	/* The directory alone would allow it. */
	if (faccessat(AT_FDCWD, path, W_OK, AT_EACCESS))
		return cannot_write(path, STATUS_INPUT, error);
	real = realpath(path, NULL);
	if (!real)
		return cannot_write(path, STATUS_INPUT, error);
	result = replace_undisturbed(real, &about, data, length, error);
	free(real);
	return result;
}

int output_flush(FILE *out, struct error *error)
{
	bool failed = ferror(out);

	errno = 0;
	if (!fflush(out) && !failed)
		return 0;
	return fail(error, STATUS_FINDING, "standard output cannot be written: %s",
		    errno ? strerror(errno) : "an earlier part was lost");
}
