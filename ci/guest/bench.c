// SPDX-License-Identifier: GPL-2.0-only
/*
 * How many instructions does the kernel need to do something to page tables?
 *
 * usage: bench [PAUSE]
 *
 * PAUSE is the file of the test kernel that takes lazy MMU mode from this process.
 *
 * For ci/bench: under QEMU's -icount the virtual counter counts instructions, 1 ns
 * each. Prints "NAME INSTRUCTIONS" lines. What is done often is an average; the
 * timer interrupt is in it, as in life.
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

#define ROUNDS 64

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
	char *p = map(1);
	uint64_t begin, sum = 0;

	touch(p, 1);
	for (int i = 0; i < ROUNDS; i++) {
		begin = now();
		if (mprotect(p, page, i & 1 ? PROT_READ | PROT_WRITE : PROT_READ))
			fail("mprotect");
		sum += now() - begin;
	}
	printf("mprotect-1 %llu\n", (unsigned long long)sum / ROUNDS);
	munmap(p, page);
}

/* The mapped memory of an array map is vmalloc'ed, with one page in front. */
static void vmalloc_pages(unsigned int pages)
{
	union bpf_attr attr;
	uint64_t begin, sum = 0;
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
		sum += now() - begin;
		if (fd < 0)
			fail("bpf");
		close(fd);
	}
	printf("vmalloc-%u %llu\n", pages, (unsigned long long)sum / ROUNDS);
}

static void large_mapping(size_t pages)
{
	char *p = map(pages);
	uint64_t begin = now();
	pid_t child;

	touch(p, pages);
	printf("fault %llu\n", (unsigned long long)(now() - begin) / pages);

	/* The child does nothing until the parent waits for it. */
	begin = now();
	child = fork();
	if (child < 0)
		fail("fork");
	if (!child)
		_exit(0);
	printf("fork %llu\n", (unsigned long long)(now() - begin));
	if (waitpid(child, NULL, 0) != child)
		fail("waitpid");

	begin = now();
	if (munmap(p, pages * page))
		fail("munmap");
	printf("munmap %llu\n", (unsigned long long)(now() - begin));
}

int main(int argc, char **argv)
{
	page = sysconf(_SC_PAGESIZE);
	__asm__("mrs %0, cntfrq_el0" : "=r"(freq));
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
