// SPDX-License-Identifier: GPL-2.0-only
/*
 * The register bench: memory of a user process, for suites of character devices
 *
 * Copyright (C) 2026 The outboard authors
 *
 * A test runs in a kernel thread, which has no memory of its own. It borrows that of the
 * only process that there is.
 */

#include <linux/cred.h>
#include <linux/err.h>
#include <linux/export.h>
#include <linux/file.h>
#include <linux/kthread.h>
#include <linux/mm.h>
#include <linux/mman.h>
#include <linux/pid.h>
#include <linux/sched/mm.h>
#include <linux/sched/task.h>
#include <linux/uaccess.h>

#include <bench/user.h>

/**
 * bench_user_begin() - let a test have user memory
 *
 * There is no failure of an assertion until bench_user_end(): the thread would end with
 * what it borrowed.
 *
 * Return: the memory.
 */
struct mm_struct *bench_user_begin(void)
{
	struct task_struct *task = get_pid_task(find_get_pid(1), PIDTYPE_PID);
	struct mm_struct *mm = get_task_mm(task);

	put_pid(task_pid(task));
	put_task_struct(task);
	kthread_use_mm(mm);

	return mm;
}
EXPORT_SYMBOL_GPL(bench_user_begin);

/**
 * bench_user_end() - give user memory back
 * @mm: what bench_user_begin() returned
 */
void bench_user_end(struct mm_struct *mm)
{
	kthread_unuse_mm(mm);
	mmput(mm);
}
EXPORT_SYMBOL_GPL(bench_user_end);

/**
 * bench_user_open() - open a file as root, or as root without a capability
 * @name: of the file
 * @flags: of open()
 * @without: the capability that the opener lacks; -1 is none
 *
 * Return: the open file, or what is wrong.
 */
struct file *bench_user_open(const char *name, int flags, int without)
{
	const struct cred *before;
	struct cred *cred;
	struct file *file;

	if (without < 0)
		return filp_open(name, flags, 0);

	cred = prepare_creds();
	if (!cred)
		return ERR_PTR(-ENOMEM);

	cap_lower(cred->cap_effective, without);
	before = override_creds(cred);
	file = filp_open(name, flags, 0);
	revert_creds(before);
	put_cred(cred);

	return file;
}
EXPORT_SYMBOL_GPL(bench_user_open);

/**
 * bench_user_close() - close a file, now
 * @file: the open file
 */
void bench_user_close(struct file *file)
{
	filp_close(file, NULL);
	/* That of a kernel thread is put off otherwise. */
	flush_delayed_fput();
}
EXPORT_SYMBOL_GPL(bench_user_close);

/**
 * bench_user_ioctl() - call an ioctl with data in user memory
 * @file: the open file
 * @cmd: number of the ioctl
 * @data: goes to user memory, and comes back; NULL is an address that is not mapped
 * @size: of @data; at most one page less than the end of an int
 *
 * The data ends where memory ends: an access behind it fails.
 *
 * Return: what the ioctl returned; -ENXIO if the data could not be copied.
 */
long bench_user_ioctl(struct file *file, unsigned int cmd, void *data, size_t size)
{
	struct mm_struct *mm = bench_user_begin();
	unsigned long room = PAGE_ALIGN(size) + PAGE_SIZE;
	unsigned long area = vm_mmap(NULL, 0, room, PROT_READ | PROT_WRITE,
				     MAP_PRIVATE | MAP_ANONYMOUS, 0);
	void __user *user = (void __user *)(area + room - PAGE_SIZE - size);
	long ret = -ENXIO;

	if (!IS_ERR_VALUE(area)) {
		vm_munmap(area + room - PAGE_SIZE, PAGE_SIZE);
		if (!data || !copy_to_user(user, data, size)) {
			ret = file->f_op->unlocked_ioctl(file, cmd, (unsigned long)user);
			if (data && copy_from_user(data, user, size))
				ret = -ENXIO;
		}
		if (room > PAGE_SIZE)
			vm_munmap(area, room - PAGE_SIZE);
	}
	bench_user_end(mm);

	return ret;
}
EXPORT_SYMBOL_GPL(bench_user_ioctl);

/**
 * bench_user_mmap() - map a file, and take the mapping away
 * @file: the open file
 * @size: of the mapping
 * @prot: PROT_*
 * @flags: MAP_*
 * @offset: in the file, in bytes
 *
 * Return: 0, or the error number of mmap().
 */
unsigned long bench_user_mmap(struct file *file, unsigned long size, unsigned long prot,
			      unsigned long flags, unsigned long offset)
{
	struct mm_struct *mm = bench_user_begin();
	unsigned long area = vm_mmap(file, 0, size, prot, flags, offset);

	if (!IS_ERR_VALUE(area)) {
		vm_munmap(area, size);
		area = 0;
	}
	bench_user_end(mm);

	return area;
}
EXPORT_SYMBOL_GPL(bench_user_mmap);
