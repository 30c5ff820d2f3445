// SPDX-License-Identifier: GPL-2.0-only
/*
 * How many instructions does the kernel need to do something to page tables?
 *
 * usage: bench [PAUSE]
 *        bench run COMMAND [ARGUMENT...]
 *        bench write FILE TEXT
 *
 * PAUSE is the file of the test kernel that takes lazy MMU mode from this process.
 * The other forms count what a command takes, its own instructions and the kernel's,
 * and what a write to a file takes.
 *
 * For ci/bench: under QEMU's -icount the virtual counter counts instructions, 1 ns
 * each. Prints "NAME INSTRUCTIONS" lines: of what is done often the median, of
 * what is done a few times the least, so that the timer interrupt and memory that
 * has run out on this processor's list are in neither.
 */

#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define ROUNDS 63
#define LARGE_ROUNDS 3

static size_t page;
static uint64_t freq;

/* In ns, that is instructions. */
static uint64_t now(void)
{
	uint64_t ticks;

	__asm__ volatile("isb; mrs %0, cntvct_el0" : "=r"(ticks) : : "memory");
	return (uint64_t)((unsigned __int128)ticks * 1000000000 / freq);
}

static void fail(const char *what)
{
	perror(what);
	exit(1);
}

static int compare(const void *a, const void *b)
{
	const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

static uint64_t median(uint64_t *values, size_t n)
{
	qsort(values, n, sizeof(*values), compare);
	return values[n / 2];
}

static uint64_t least(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static char *map(size_t pages)
{
	char *p = mmap(NULL, pages * page, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED)
		fail("mmap");
	/* Page tables are what is measured. */
	if (madvise(p, pages * page, MADV_NOHUGEPAGE) && errno != EINVAL)
		fail("madvise");
	return p;
}

static void touch(char *p, size_t pages)
{
	for (size_t i = 0; i < pages; i++)
		*(volatile char *)(p + i * page) = 1;
}

/* To one entry, by way of everything that a system call brings with it. */
static void one_entry(void)
{
	uint64_t begin, took[ROUNDS];
	char *p = map(1);

	touch(p, 1);
	for (int i = 0; i < ROUNDS; i++) {
		begin = now();
		if (mprotect(p, page, i & 1 ? PROT_READ | PROT_WRITE : PROT_READ))
			fail("mprotect");
		took[i] = now() - begin;
	}
	printf("mprotect-1 %llu\n", (unsigned long long)median(took, ROUNDS));
	munmap(p, page);
}

/* The mapped memory of an array map is vmalloc'ed, with one page in front. */
static void vmalloc_pages(unsigned int pages)
{
	uint64_t begin, took[ROUNDS];
	union bpf_attr attr;
	int fd;

	memset(&attr, 0, sizeof(attr));
	attr.map_type = BPF_MAP_TYPE_ARRAY;
	attr.map_flags = BPF_F_MMAPABLE;
	attr.key_size = 4;
	attr.value_size = 8;
	attr.max_entries = pages * page / 8;
	for (int i = 0; i < ROUNDS; i++) {
		begin = now();
		fd = syscall(SYS_bpf, BPF_MAP_CREATE, &attr, sizeof(attr));
		took[i] = now() - begin;
		if (fd < 0)
			fail("bpf");
		close(fd);
	}
	printf("vmalloc-%u %llu\n", pages, (unsigned long long)median(took, ROUNDS));
}

/* Each page by itself, but for the first one of a table. */
static uint64_t fault_pages(char *p, size_t pages)
{
	uint64_t begin, *took = calloc(pages, sizeof(*took)), middle;

	if (!took)
		fail("calloc");
	touch((char *)took, (pages * sizeof(*took) + page - 1) / page);
	for (size_t i = 0; i < pages; i++) {
		begin = now();
		touch(p + i * page, 1);
		took[i] = now() - begin;
	}
	middle = median(took, pages);
	free(took);
	return middle;
}

static uint64_t fork_once(void)
{
	uint64_t begin = now(), took;
	pid_t child = fork();

	if (child < 0)
		fail("fork");
	/* The child does nothing until the parent waits for it. */
	if (!child)
		_exit(0);
	took = now() - begin;
	if (waitpid(child, NULL, 0) != child)
		fail("waitpid");
	return took;
}

static uint64_t unmap(char *p, size_t pages)
{
	uint64_t begin = now();

	if (munmap(p, pages * page))
		fail("munmap");
	return now() - begin;
}

static void large_mapping(size_t pages)
{
	uint64_t fault = UINT64_MAX, forked = UINT64_MAX, unmapped = UINT64_MAX;

	for (int i = 0; i < LARGE_ROUNDS; i++) {
		char *p = map(pages);

		fault = least(fault, fault_pages(p, pages));
		forked = least(forked, fork_once());
		unmapped = least(unmapped, unmap(p, pages));
	}
	printf("fault %llu\n", (unsigned long long)fault);
	printf("fork %llu\n", (unsigned long long)forked);
	printf("munmap %llu\n", (unsigned long long)unmapped);
}

static int run(char **command)
{
	uint64_t begin = now(), took;
	pid_t child = fork();
	int status;

	if (child < 0)
		fail("fork");
	if (!child) {
		if (!freopen("/dev/null", "w", stdout))
			fail("/dev/null");
		execvp(command[0], command);
		fail(command[0]);
	}
	if (waitpid(child, &status, 0) != child)
		fail("waitpid");
	took = now() - begin;
	printf("run %llu\n", (unsigned long long)took);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

static void put(const char *file, const char *text)
{
	int fd = open(file, O_WRONLY);
	uint64_t begin;

	if (fd < 0)
		fail(file);
	begin = now();
	if (write(fd, text, strlen(text)) != (ssize_t)strlen(text))
		fail(file);
	printf("write %llu\n", (unsigned long long)(now() - begin));
	close(fd);
}

int main(int argc, char **argv)
{
	page = sysconf(_SC_PAGESIZE);
	__asm__("mrs %0, cntfrq_el0" : "=r"(freq));
	if (argc > 2 && !strcmp(argv[1], "run"))
		return run(argv + 2);
	if (argc == 4 && !strcmp(argv[1], "write")) {
		put(argv[2], argv[3]);
		return 0;
	}
	if (argc > 1) {
		int fd = open(argv[1], O_WRONLY);

		if (fd < 0 || write(fd, "1", 1) != 1)
			fail(argv[1]);
		close(fd);
	}

	one_entry();
	vmalloc_pages(1);
	vmalloc_pages(4);
	vmalloc_pages(16);
	vmalloc_pages(64);
	large_mapping((1UL << 30) / page);
	return 0;
}
