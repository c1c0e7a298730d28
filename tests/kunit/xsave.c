// SPDX-License-Identifier: GPL-2.0-only
/*
 * Run a program as on a host whose XSAVE area is larger than this one's
 *
 *	xsave BYTES PROGRAM [ARGUMENT]...
 *
 * Copyright (C) 2026 The outboard authors
 *
 * User Mode Linux moves the FP registers of its processes with ptrace(). This program
 * answers in the host's place: a read gets BYTES, those past the host's own size in a
 * pattern; a write of less fails with EFAULT, as it does on the host. A write that has
 * lost the pattern is reported as a fault of the bench.
 */

#define _GNU_SOURCE
#include <errno.h>
#include <linux/audit.h>
#include <linux/elf.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#define FAULT "bench: fault: xsave: "

static size_t pretended, real;
static unsigned long writes;

static void die(const char *what)
{
	fprintf(stderr, FAULT "%s: %s\n", what, strerror(errno));
	exit(125);
}

static unsigned char pattern(size_t offset)
{
	return offset % 251 + 1;
}

/* Stop the child at each ptrace() of the extended registers, and at nothing else. */
static void install_filter(void)
{
#define LOAD(member) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, member))
#define UNLESS(value, skip) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, 0, skip)
	struct sock_filter filter[] = {
		LOAD(arch), UNLESS(AUDIT_ARCH_X86_64, 8),
		LOAD(nr), UNLESS(SYS_ptrace, 6),
		LOAD(args[2]), UNLESS(NT_X86_XSTATE, 4),
		LOAD(args[0]),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, PTRACE_GETREGSET, 1, 0),
		UNLESS(PTRACE_SETREGSET, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRACE),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = {
		.len = sizeof(filter) / sizeof(*filter),
		.filter = filter,
	};

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
	    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program))
		die("no filter of system calls");
}

static void move(bool out, pid_t pid, void *here, unsigned long there, size_t length)
{
	struct iovec local = { here, length }, remote = { (void *)there, length };
	ssize_t done = out ? process_vm_writev(pid, &local, 1, &remote, 1, 0) :
			     process_vm_readv(pid, &local, 1, &remote, 1, 0);

	if (done != (ssize_t)length)
		die("no access to the program's memory");
}

static void check_pattern(pid_t pid, unsigned long base)
{
	unsigned char bytes[pretended];

	move(false, pid, bytes, base, pretended);
	for (size_t i = real; i < pretended; i++) {
		if (bytes[i] != pattern(i)) {
			printf(FAULT "byte %zu of the FP registers is lost\n", i);
			fflush(stdout);
			return;
		}
	}
}

static void fill_pattern(pid_t pid, unsigned long base, size_t length)
{
	unsigned char bytes[length];

	for (size_t i = real; i < length; i++)
		bytes[i] = pattern(i);
	if (length > real)
		move(true, pid, bytes + real, base + real, length - real);
}

/* At the entry to ptrace(): answer, or let the host do it with its own size. */
static void answer(pid_t pid)
{
	struct user_regs_struct regs;
	struct iovec iov;
	size_t asked;
	int status;

	if (ptrace(PTRACE_GETREGS, pid, NULL, &regs))
		die("no registers");
	move(false, pid, &iov, regs.r10, sizeof(iov));
	asked = iov.iov_len;
	if (regs.rdi == PTRACE_SETREGSET) {
		if (asked < pretended) {
			regs.orig_rax = -1;
			regs.rax = -EFAULT;
			ptrace(PTRACE_SETREGS, pid, NULL, &regs);
			return;
		}
		check_pattern(pid, (unsigned long)iov.iov_base);
		writes++;
	}

	iov.iov_len = asked < real ? asked : real;
	move(true, pid, &iov, regs.r10, sizeof(iov));
	if (ptrace(PTRACE_SYSCALL, pid, NULL, 0) || waitpid(pid, &status, __WALL) != pid ||
	    !WIFSTOPPED(status) || WSTOPSIG(status) != (SIGTRAP | 0x80))
		die("no end of the system call");
	ptrace(PTRACE_GETREGS, pid, NULL, &regs);
	if (!regs.rax && regs.rdi == PTRACE_GETREGSET) {
		asked = asked < pretended ? asked : pretended;
		fill_pattern(pid, (unsigned long)iov.iov_base, asked);
	}
	iov.iov_len = asked;
	move(true, pid, &iov, regs.r10, sizeof(iov));
}

/* The host's own size. */
static size_t host_size(pid_t pid)
{
	static unsigned char bytes[1 << 16];
	struct iovec iov = { bytes, sizeof(bytes) };

	if (ptrace(PTRACE_GETREGSET, pid, NT_X86_XSTATE, &iov))
		die("no extended registers");

	return iov.iov_len;
}

int main(int argc, char **argv)
{
	int status, deliver;
	pid_t pid;

	if (argc < 3) {
		fprintf(stderr, "usage: xsave BYTES PROGRAM [ARGUMENT]...\n");
		return 2;
	}
	pretended = strtoul(argv[1], NULL, 10);

	pid = fork();
	if (!pid) {
		ptrace(PTRACE_TRACEME, 0, NULL, NULL);
		raise(SIGSTOP);
		install_filter();
		execvp(argv[2], argv + 2);
		die(argv[2]);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid || !WIFSTOPPED(status) ||
	    ptrace(PTRACE_SETOPTIONS, pid, NULL, PTRACE_O_EXITKILL | PTRACE_O_TRACEEXEC |
		   PTRACE_O_TRACESECCOMP | PTRACE_O_TRACESYSGOOD))
		die("no child");
	real = host_size(pid);
	if (pretended < real)
		pretended = real;

	for (deliver = 0;; ) {
		ptrace(PTRACE_CONT, pid, NULL, deliver);
		if (waitpid(pid, &status, __WALL) != pid)
			die("no child");
		if (!WIFSTOPPED(status))
			break;
		deliver = 0;
		if (status >> 8 == (SIGTRAP | PTRACE_EVENT_SECCOMP << 8))
			answer(pid);
		else if (!(status >> 16))
			deliver = WSTOPSIG(status);
	}
	printf("%s%zu bytes in place of %zu were written %lu times\n", writes ? "xsave: " : FAULT,
	       pretended, real, writes);

	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
