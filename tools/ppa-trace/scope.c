// SPDX-License-Identifier: GPL-2.0-only
/* How is what a walk of all page tables found judged? */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scope.h"
#include "walk.h"

static const char * const names[SCOPE_CHECKS] = {
	[SCOPE_CHECK_COMPLETE] = "all.complete",
	[SCOPE_CHECK_CLASSIFIED] = "all.classified",
	[SCOPE_CHECK_TABLE_KEYED] = "all.table-keyed",
	[SCOPE_CHECK_STATIC_IMAGE] = "all.static-image",
	[SCOPE_CHECK_STRAY_KEY] = "all.stray-key",
	[SCOPE_CHECK_FREE_KEY] = "all.free-key",
};

static const char * const classes[SCOPE_CLASSES] = {
	[SCOPE_EARLY] = "early",
	[SCOPE_STATIC] = "static",
	[SCOPE_REGULAR] = "regular",
	[SCOPE_READ_ONLY] = "read-only",
	[SCOPE_ODD] = "odd",
};

const char *scope_check_name(enum scope_check id)
{
	return names[id];
}

const char *scope_class_name(u32 class)
{
	return class < SCOPE_CLASSES ? classes[class] : "?";
}

const char *scope_root_name(char buf[32], const struct scope_found *f)
{
	static const char * const roots[SCOPE_ROOTS] = {
		[SCOPE_ROOT_INIT] = "the kernel",
		[SCOPE_ROOT_EFI] = "EFI",
		[SCOPE_ROOT_TRAMP] = "the trampoline",
		[SCOPE_ROOT_IDMAP] = "the identity map",
		[SCOPE_ROOT_RESERVED] = "reserved_pg_dir",
	};

	if (f->root < SCOPE_ROOTS)
		return roots[f->root];
	snprintf(buf, 32, "process %u", f->pid);
	return buf;
}

struct scope *scope_new(const struct model *m)
{
	struct scope *s = calloc(1, sizeof(*s));

	if (!s)
		return NULL;
	s->model = m;
	s->v = calloc(SCOPE_SUSPECTS_MAX, sizeof(*s->v));
	if (!s->v) {
		free(s);
		return NULL;
	}
	scope_not_made(s, "the page tables were not walked");
	return s;
}

void scope_free(struct scope *s)
{
	if (!s)
		return;
	free(s->v);
	free(s);
}

bool scope_begin(struct scope *s, const struct walk_layout *l)
{
	memset(s->checks, 0, sizeof(s->checks));
	s->layout = *l;
	s->begun = true;
	s->try = 0;
	s->n = 0;
	memset(s->more, 0, sizeof(s->more));
	return walk_layout_sane(l);
}

void scope_begin_try(struct scope *s)
{
	s->try++;
	s->unlinked_early = 0;
	memset(s->odd, 0, sizeof(s->odd));
}

/* --- suspects --- */

static int order(u64 a, u64 b)
{
	return a < b ? -1 : a > b;
}

static int compare(const void *va, const void *vb)
{
	const struct suspect *a = va, *b = vb;
	int res = order(a->check, b->check);

	res = res ?: order(a->f.addr, b->f.addr);
	res = res ?: order(a->f.va, b->f.va);
	return res ?: order(a->f.mm, b->f.mm);
}

/* The first try makes the list, the others find what stands there. */
static void suspect(struct scope *s, enum scope_check check,
		    const struct scope_found *f)
{
	struct suspect new = { .f = *f, .check = check, .tries = 1 }, *old;

	if (s->try > 1) {
		old = bsearch(&new, s->v, s->n, sizeof(new), compare);
		if (old && old->tries + 1 == s->try) {
			old->tries = s->try;
			old->f = *f;
		}
		return;
	}
	if (s->n == SCOPE_SUSPECTS_MAX) {
		s->more[check]++;
		return;
	}
	s->v[s->n++] = new;
}

/* What is proven by one look, in whatever try. */
static void convict(struct scope *s, enum scope_check check,
		    const struct scope_found *f)
{
	struct check *c = &s->checks[check];
	struct offender off = {
		.has = OFF_ADDR | OFF_KEY,
		.addr = f->addr,
		.key = desc_key(f->leaf),
	};

	for (u64 i = 0; i < c->bad && i < OFFENDERS_MAX; i++) {
		if (c->off[i].addr == f->addr)
			return;
	}
	if (f->kind == SCOPE_LATE)
		check_bad(c, &off, "was a table when it was collected: wants %d",
			  KPKEYS_PKEY_PGTABLES);
	else
		check_bad(c, &off, "a free page");
}

static bool in_range(const struct scope *s, u64 addr)
{
	return model_range_of(s->model, addr) < s->model->nranges;
}

/*
 * Early is what lies in a range, or, since KASAN has tables of its own, and for
 * kernels without a log, what was reserved at boot.
 */
static bool is_early(const struct scope *s, const struct scope_found *f)
{
	return in_range(s, f->addr) || f->flags & SCOPE_RESERVED;
}

static void found_table(struct scope *s, const struct scope_found *f)
{
	struct scope_found odd = *f;

	if (f->class == SCOPE_EARLY && !is_early(s, f)) {
		s->odd[f->level & (SCOPE_LEVELS - 1)]++;
		odd.class = SCOPE_ODD;
		suspect(s, SCOPE_CHECK_CLASSIFIED, &odd);
	}
	/* What could not be read is told by the counts. */
	if (f->flags & TABLE_NO_LEAF)
		return;
	if (f->flags & SCOPE_NO_KEY)
		suspect(s, SCOPE_CHECK_TABLE_KEYED, &odd);
	if (f->flags & SCOPE_IMAGE_NO_KEY)
		suspect(s, SCOPE_CHECK_STATIC_IMAGE, f);
}

/* A page of a range that no table refers to has its key all the same. */
static void found_stray(struct scope *s, const struct scope_found *f)
{
	bool known = s->model->have_header ? in_range(s, f->addr) : true;

	if (known && f->flags & SCOPE_RESERVED)
		s->unlinked_early++;
	else
		suspect(s, SCOPE_CHECK_STRAY_KEY, f);
}

void scope_found(struct scope *s, const struct scope_found *f)
{
	switch (f->kind) {
	case SCOPE_TABLE:
		found_table(s, f);
		break;
	case SCOPE_STRAY:
		found_stray(s, f);
		break;
	case SCOPE_FREE:
		convict(s, SCOPE_CHECK_FREE_KEY, f);
		break;
	case SCOPE_LATE:
		convict(s, SCOPE_CHECK_TABLE_KEYED, f);
		break;
	}
}

/* --- the verdict --- */

static const char *stray_note(const struct scope_found *f)
{
	if (f->flags & TABLE_NO_TYPE)
		return "in no table; its struct page cannot be read";
	if (f->flags & SCOPE_RESERVED)
		return "in no table and in no range: reserved memory";
	return "in no table, and not a table by its struct page";
}

static void accuse_table(struct check *c, struct offender *off,
			 const struct suspect *p)
{
	char buf[32];
	const char *class = scope_class_name(p->f.class);
	const char *root = scope_root_name(buf, &p->f);

	off->has |= OFF_LEVEL | OFF_VA;
	off->level = p->f.level;
	off->va = p->f.va;
	if (p->check == SCOPE_CHECK_CLASSIFIED)
		check_bad(c, off, "of %s: in no range, not reserved, not of type table",
			  root);
	else if (p->check == SCOPE_CHECK_STATIC_IMAGE)
		check_bad(c, off, "%s, of %s: in the image, wants %d", class,
			  root, KPKEYS_PKEY_PGTABLES);
	else if (p->f.flags & (TABLE_UNMAPPED | TABLE_ELSEWHERE))
		check_bad(c, off, "%s, of %s: its linear address does not map it",
			  class, root);
	else if (off->key == KPKEYS_PKEY_PGTABLES)
		check_bad(c, off, "%s, of %s: wants permission index 6", class,
			  root);
	else
		check_bad(c, off, "%s, of %s: wants %d", class, root,
			  KPKEYS_PKEY_PGTABLES);
}

static void accuse(struct scope *s, const struct suspect *p)
{
	struct check *c = &s->checks[p->check];
	struct offender off = {
		.has = OFF_ADDR | OFF_KEY,
		.addr = p->f.addr,
		.key = desc_key(p->check == SCOPE_CHECK_STATIC_IMAGE ?
				p->f.image_leaf : p->f.leaf),
	};
	size_t range = model_range_of(s->model, p->f.addr);

	if (range < s->model->nranges) {
		off.has |= OFF_RANGE;
		off.start = s->model->ranges[range].start;
		off.size = s->model->ranges[range].size;
	}
	if (p->check == SCOPE_CHECK_STRAY_KEY)
		check_bad(c, &off, "%s", stray_note(&p->f));
	else
		accuse_table(c, &off, p);
}

u64 scope_tables(const struct scope *s, u32 class)
{
	u64 n = 0, odd = 0;

	for (int i = 0; i < SCOPE_LEVELS; i++) {
		n += s->counts.tables[class][i];
		odd += s->odd[i];
	}
	if (class == SCOPE_ODD)
		return odd;
	return class == SCOPE_EARLY && n > odd ? n - odd : n;
}

u64 scope_keyed(const struct scope *s, u32 class)
{
	u64 n = 0;

	for (int i = 0; i < SCOPE_LEVELS; i++)
		n += s->counts.keyed[class][i];
	return n;
}

/* What was being made or freed when it was looked at. */
static const char *brief(char buf[64], u64 n)
{
	buf[0] = '\0';
	if (n)
		snprintf(buf, 64, "; %llu looked wrong for a moment", n);
	return buf;
}

static void say_what(struct scope *s)
{
	const struct scope_counts *c = &s->counts;
	u64 of[SCOPE_CLASSES], must;
	char buf[2][64];

	for (int i = 0; i < SCOPE_CLASSES; i++)
		of[i] = scope_tables(s, i);
	must = of[SCOPE_EARLY] + of[SCOPE_STATIC] + of[SCOPE_REGULAR] +
	       of[SCOPE_ODD];
	check_looked(&s->checks[SCOPE_CHECK_COMPLETE],
		     "%llu tables, %llu process%s, %llu leaves; %llu read again, %llu went away, %llu dropped",
		     must + of[SCOPE_READ_ONLY], c->processes,
		     c->processes == 1 ? "" : "es", c->leaves, c->retries,
		     c->gone, c->dropped);
	check_looked(&s->checks[SCOPE_CHECK_CLASSIFIED],
		     "%llu early, %llu static, %llu regular, %llu read-only",
		     of[SCOPE_EARLY], of[SCOPE_STATIC], of[SCOPE_REGULAR],
		     of[SCOPE_READ_ONLY]);
	check_looked(&s->checks[SCOPE_CHECK_TABLE_KEYED],
		     "%llu tables that must have the key%s", must,
		     brief(buf[0], s->vanished[SCOPE_CHECK_TABLE_KEYED]));
	check_looked(&s->checks[SCOPE_CHECK_STATIC_IMAGE],
		     "%llu static tables, where the image maps them",
		     of[SCOPE_STATIC]);
	check_looked(&s->checks[SCOPE_CHECK_STRAY_KEY],
		     "%llu keyed page%s in no table: %llu of type table, %llu early%s",
		     c->unlinked + s->unlinked_early,
		     plural(c->unlinked + s->unlinked_early), c->unlinked,
		     s->unlinked_early,
		     brief(buf[1], s->vanished[SCOPE_CHECK_STRAY_KEY]));
	check_looked(&s->checks[SCOPE_CHECK_FREE_KEY],
		     "the free ones of %llu pages", c->leaves);
}

static const char *not_seen(const struct scope *s)
{
	const struct scope_counts *c = &s->counts;

	if (c->dropped)
		return "tables changed too often to be read";
	if (c->unreadable)
		return "some tables could not be read";
	if (c->outside)
		return "tables lie outside of the memory in /proc/iomem";
	if (c->cut)
		return "a process has too many tables";
	if (!scope_tables(s, SCOPE_EARLY) || !scope_tables(s, SCOPE_REGULAR))
		return "found no early table, or no regular one";
	return NULL;
}

/* Collecting first knows of missing keys only. */
static void collected(struct scope *s)
{
	for (int i = 0; i < SCOPE_CHECKS; i++) {
		if (i != SCOPE_CHECK_COMPLETE && i != SCOPE_CHECK_TABLE_KEYED)
			check_not_made(&s->checks[i], "not with --collect-first");
	}
}

static u32 tries_needed(enum scope_check check)
{
	return check == SCOPE_CHECK_STRAY_KEY ? SCOPE_STRAY_TRIES : SCOPE_TRIES;
}

static void end_pass(struct scope *s, const char *why)
{
	memset(s->vanished, 0, sizeof(s->vanished));
	for (size_t i = 0; i < s->n; i++) {
		if (s->v[i].tries >= tries_needed(s->v[i].check))
			accuse(s, &s->v[i]);
		else
			s->vanished[s->v[i].check]++;
	}
	for (int i = 0; i < SCOPE_CHECKS; i++) {
		/* Those that were not followed up fare as the others do. */
		if (s->checks[i].status == CHECK_FAILED)
			s->checks[i].bad += s->more[i];
	}
	s->tries = s->try;
	say_what(s);
	if (s->collect)
		collected(s);
	if (!s->layout.static_end)
		check_not_made(&s->checks[SCOPE_CHECK_STATIC_IMAGE],
			       "the kernel's kpkeys_layout does not say where its static tables are");
	if (!why)
		return;
	for (int i = 0; i < SCOPE_CHECKS; i++)
		check_unproven(&s->checks[i], "the walk was not complete: %s",
			       why);
}

/* Is there something that was in each try so far, and not yet often enough? */
static bool undecided(const struct scope *s)
{
	for (size_t i = 0; i < s->n; i++) {
		if (s->v[i].tries == s->try &&
		    s->try < tries_needed(s->v[i].check))
			return true;
	}
	return false;
}

bool scope_end_try(struct scope *s, const struct scope_counts *c,
		   const char *why)
{
	bool again;

	s->counts = *c;
	if (s->try == 1)
		qsort(s->v, s->n, sizeof(*s->v), compare);
	why = why ?: not_seen(s);
	again = undecided(s) || (why && s->try < SCOPE_TRIES);
	if (again && !s->collect)
		return true;
	end_pass(s, why);
	return false;
}

unsigned int scope_pause(const struct scope *s)
{
	return SCOPE_JIFFY_US << (s->try < 6 ? s->try - 1 : 5);
}

void scope_not_made(struct scope *s, const char *why)
{
	for (int i = 0; i < SCOPE_CHECKS; i++)
		check_not_made(&s->checks[i], "%s", why);
}

int scope_verdict(const struct scope *s)
{
	int verdict = EXIT_GOOD;

	for (int i = 0; i < SCOPE_CHECKS; i++)
		verdict = check_verdict(verdict, &s->checks[i]);
	return verdict;
}
