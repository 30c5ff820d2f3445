// SPDX-License-Identifier: GPL-2.0-only
/* What does record do? */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "command.h"
#include "outfile.h"
#include "recorder.h"
#include "session.h"
#include "view.h"

#define DEFAULT_FILE "ppa-trace.rec"

struct record_job {
	struct session *session;
	struct recorder *recorder;
	bool begun;		/* the head is written */
	int write_error;	/* errno */
};

static const char *output = DEFAULT_FILE;

static int ended(struct record_job *j, int err)
{
	if (err == -EIO)
		j->write_error = errno;
	return err;
}

/* Only with the first event does every source know its machine. */
static int begin(struct record_job *j)
{
	struct source *s = j->session->source;
	struct host h;

	j->begun = true;
	if (s->ops->host)
		s->ops->host(s, &h);
	return ended(j, recorder_head(j->recorder, s->ops->host ? &h : NULL));
}

static int on_event(void *ctx, const struct event *e)
{
	struct record_job *j = ctx;
	int err = j->begun ? 0 : begin(j);

	return err ? err : ended(j, recorder_event(j->recorder, e));
}

static int finish(struct record_job *j)
{
	const struct session *s = j->session;
	struct rec_end end = { .report = s->model->source };

	if (s->walk) {
		end.have_walk = true;
		end.walk = *s->walk;
		memcpy(end.checks, &s->model->checks[CHECK_FIRST_WALK],
		       sizeof(end.checks));
	}
	return ended(j, recorder_end(j->recorder, &end));
}

/* All of the source into the recorder. */
static int transfer(struct record_job *j, const struct outfile *o,
		    struct diag *d)
{
	struct session *s = j->session;
	int err;

	s->also = on_event;
	s->also_ctx = j;
	err = session_fill(s, SESSION_WALK, d);
	if (!err)
		err = finish(j);
	if (j->write_error) {
		errno = j->write_error;
		return outfile_error(o, d);
	}
	return err == -ENOMEM ? command_no_memory(d) : err;
}

static int write_file(struct record_job *j, struct outfile *o,
		      enum recorder_form form, struct diag *d)
{
	int err;

	j->recorder = recorder_new(o->f, form);
	err = j->recorder ? transfer(j, o, d) : command_no_memory(d);
	if (err)
		outfile_abort(o);
	else
		err = outfile_commit(o, d);
	return err;
}

/* Said where it does not get into the recording. */
static void report(const struct record_job *j, const struct outfile *o,
		   bool json)
{
	const struct model *m = j->session->model;
	u64 pages = m->seen[EVENT_ALLOC] + m->seen[EVENT_OVERFLOW];

	if (!strcmp(output, "-"))
		return;
	if (json)
		view_recorded_json(stdout, o->name, m->source.events, pages,
				   recorder_bytes(j->recorder));
	else
		printf("%s: %llu events, %llu page tables, %llu bytes\n",
		       o->name, m->source.events, pages,
		       recorder_bytes(j->recorder));
}

static bool ends_with(const char *text, const char *end)
{
	size_t n = strlen(text), m = strlen(end);

	return n >= m && !strcmp(text + n - m, end);
}

static int not_all(struct diag *d)
{
	diag_set(d, EXIT_UNPROVEN,
		 "the recording is as incomplete as what it was made from");
	diag_advise(d, "\"ppa-trace verify\" of it says what is missing");
	return EXIT_UNPROVEN;
}

static int record(const struct arguments *a, struct diag *d)
{
	const char *file = a->n ? a->arg[0] : NULL;
	enum recorder_form form = a->json || ends_with(output, ".json") ?
				  RECORDER_JSON_LINES : RECORDER_BINARY;
	struct session s;
	struct record_job j = { .session = &s };
	struct outfile o;
	int err;

	if (!strcmp(output, "-"))
		command_takes_stdout();
	err = session_open(&s, file, d);
	if (!err)
		err = outfile_open(&o, output, "a recording",
				   outfile_readers(file), d);
	if (!err)
		err = write_file(&j, &o, form, d);
	if (!err)
		report(&j, &o, a->json);
	if (!err && s.model->checks[CHECK_COMPLETE].status != CHECK_OK)
		err = not_all(d);
	recorder_free(j.recorder);
	session_end(&s);
	return err;
}

static const struct option record_option_list[] = {
	{ "output", 'o', OPTION_TEXT, &output, "FILE",
	  "where to (" DEFAULT_FILE "); - is standard output; a name\n"
	  "that ends in .json asks for JSON lines" },
	{ NULL }
};

const struct command command_record = {
	.name = "record",
	.args = "[--json] [-o FILE] [SOURCE]",
	.what = "keep all events, and what the page tables say, in a file",
	.help =
"A recording holds all that the other commands need: what they say of it is\n"
"what they say of the running kernel, on any machine and at any time. --json\n"
"writes JSON lines. SOURCE may be another recording or ftrace text. The file\n"
"appears when it is whole. Exit status 3 if events are missing in the source.\n",
	.json = true,
	.lines = true,
	.options = record_option_list,
	.max_args = 1,
	.files = true,
	.run = record,
};
