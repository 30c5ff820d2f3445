// SPDX-License-Identifier: GPL-2.0-only
/*
 * Does the allocator, on a machine that is not there, do what it should?
 *
 * usage: sim [-n BOOTS] [-s SEED] [-x]
 *
 * Prints TAP. -n: so many random boots (default 2000); -s: of this seed, which
 * is printed (default: the time); -x: end with the first failure.
 */
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "boot.h"
#include "cases.h"
#include "check.h"

static jmp_buf failed;
static unsigned int nr, nr_failed;
static bool stop_early;

/* What the random boot that runs can be repeated with. */
static u64 seed, boot_nr;
static bool in_random;

void sim_fail(const char *file, int line, const char *what,
	      const char *format, ...)
{
	va_list args;

	printf("# %s:%d: %s: ", file, line, what);
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	printf("\n# after %zu pages, %zu records\n", boot.npages, boot.nrec);
	if (in_random)
		printf("# again: -s %llu -n 1\n",
		       (unsigned long long)(seed + boot_nr));
	fflush(stdout);
	longjmp(failed, 1);
}

void figure(const char *format, ...)
{
	va_list args;

	printf("# ");
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	printf("\n");
}

static void report(bool good, const char *name)
{
	printf("%sok %u - %s\n", good ? "" : "not ", ++nr, name);
	fflush(stdout);
	nr_failed += !good;
	if (!good && stop_early)
		exit(1);
}

static void run(const struct sim_case *c)
{
	for (; c->name; c++) {
		boot_reset();
		if (setjmp(failed)) {
			report(false, c->name);
			continue;
		}
		c->run();
		report(true, c->name);
	}
}

static void run_random(unsigned long boots)
{
	static u64 pages, records, overflows, lost;
	char name[100];

	in_random = true;
	snprintf(name, sizeof(name), "%lu random boots from seed %llu", boots,
		 (unsigned long long)seed);
	if (setjmp(failed)) {
		report(false, name);
		return;
	}
	for (boot_nr = 0; boot_nr < boots; boot_nr++) {
		struct choice c = { .state = seed + boot_nr };

		random_boot(&c);
		pages += boot.npages;
		records += boot.nrec;
		overflows += boot.overflows;
		lost += boot.lost;
	}
	figure("%llu pages, %llu overflows, %llu records, %llu lost",
	       (unsigned long long)pages, (unsigned long long)overflows,
	       (unsigned long long)records, (unsigned long long)lost);
	report(true, name);
}

int main(int argc, char **argv)
{
	unsigned long boots = 2000;
	int option;

	seed = time(NULL);
	while ((option = getopt(argc, argv, "n:s:x")) >= 0) {
		switch (option) {
		case 'n':
			boots = strtoul(optarg, NULL, 10);
			break;
		case 's':
			seed = strtoull(optarg, NULL, 10);
			break;
		case 'x':
			stop_early = true;
			break;
		default:
			return 2;
		}
	}
	run(alloc_cases);
	run(log_cases);
	run(finalize_cases);
	run(replay_cases);
	if (boots)
		run_random(boots);
	run(size_cases);
	printf("1..%u\n", nr);
	return nr_failed != 0;
}
