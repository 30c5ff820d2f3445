// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which page tables come and go as fast as they can?
 *
 *   storm N    N processes that map, fork and exec until they are killed
 *
 * Runs in the guest, for tests/vm-scope.t.
 */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define MIB (1024 * 1024UL)

/* What one last-level table maps, with 4 KiB pages. */
#define TABLE (2 * MIB)

/* A page in each of @tables tables, all of which go away again. */
static void map_tables(size_t tables)
{
	size_t size = tables * TABLE;
	char *at = mmap(NULL, size, PROT_READ | PROT_WRITE,
			MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (at == MAP_FAILED)
		return;
	madvise(at, size, MADV_NOHUGEPAGE);
	for (size_t i = 0; i < size; i += TABLE)
		at[i] = 1;
	munmap(at, size);
}

/* A huge page, for which a table is put aside, and then its pieces. */
static void map_huge(void)
{
	size_t size = 2 * TABLE;
	char *at = mmap(NULL, size, PROT_READ | PROT_WRITE,
			MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (at == MAP_FAILED)
		return;
	madvise(at, size, MADV_HUGEPAGE);
	memset(at, 1, size);
	munmap(at + MIB, 4096);
	munmap(at, size);
}

static void fork_one(const char *self, int again)
{
	pid_t pid = fork();

	if (!pid) {
		map_tables(8);
		if (again)
			execl(self, self, "once", NULL);
		_exit(0);
	}
	if (pid > 0)
		waitpid(pid, NULL, 0);
}

static void storm(const char *self)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (unsigned int i = 0;; i++) {
		map_tables(16 + i % 32);
		fork_one(self, i % 4 == 0);
		if (i % 8 == 0)
			map_huge();
	}
}

int main(int argc, char **argv)
{
	int n = argc > 1 ? atoi(argv[1]) : 0;

	/* Who looks on has to get its turn. */
	if (nice(5) < 0)
		return 1;
	for (int i = 0; i < n; i++) {
		if (!fork())
			storm(argv[0]);
	}
	for (int i = 0; i < n; i++)
		wait(NULL);
	return 0;
}
