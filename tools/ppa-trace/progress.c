// SPDX-License-Identifier: GPL-2.0-only
/* When is a line of progress shown, and when is it taken away? */
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "progress.h"

/* How long nothing is said, and then between two changes. */
#define FIRST_MS 1000
#define NEXT_MS 200

/* Back to the first column, and nothing behind it. */
#define ERASE "\r\033[K"

u64 progress_events;

static struct {
	char name[41];
	bool on;		/* there is someone to see it */
	bool shown;
	u64 next;		/* when it is shown, ms */
} progress;

static u64 now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (u64)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* The line goes before the program does. */
static void on_signal(int number)
{
	ssize_t ignored = write(STDERR_FILENO, ERASE, strlen(ERASE));

	(void)ignored;
	signal(number, SIG_DFL);
	raise(number);
}

/* A command that has its own way to end keeps it. */
static void end_clean(int number)
{
	struct sigaction act;

	if (!sigaction(number, NULL, &act) && act.sa_handler == SIG_DFL)
		signal(number, on_signal);
}

static void about_to_show(void)
{
	if (progress.shown)
		return;
	progress.shown = true;
	end_clean(SIGINT);
	end_clean(SIGTERM);
}

void progress_reading(const char *name)
{
	size_t len = strlen(name), max = sizeof(progress.name) - 1;

	progress.on = isatty(STDERR_FILENO);
	/* Of a long path the end says more. */
	snprintf(progress.name, sizeof(progress.name), "%s",
		 name + (len > max ? len - max : 0));
	progress_events = 0;
	progress.next = now_ms() + FIRST_MS;
}

void progress_show(void)
{
	u64 now;

	if (!progress.on)
		return;
	now = now_ms();
	if (now < progress.next)
		return;
	progress.next = now + NEXT_MS;
	about_to_show();
	fprintf(stderr, ERASE "%s: %llu events", progress.name,
		progress_events);
}

void progress_doing(const char *what)
{
	if (!isatty(STDERR_FILENO))
		return;
	about_to_show();
	fprintf(stderr, ERASE "%s", what);
}

void progress_end(void)
{
	if (progress.shown)
		fputs(ERASE, stderr);
	progress.shown = false;
}
