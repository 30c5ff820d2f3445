// SPDX-License-Identifier: GPL-2.0-only
/* What is at an address, in words? */
#include "view.h"

static void show_where(FILE *out, const struct lookup *f)
{
	static const char * const names[] = {
		[LOOKUP_UNKNOWN] = "virtual address",
		[LOOKUP_PHYSICAL] = "physical address",
		[LOOKUP_LINEAR] = "linear map",
		[LOOKUP_IMAGE] = "kernel image",
		[LOOKUP_VMEMMAP] = "vmemmap",
		[LOOKUP_KERNEL] = "kernel mapping (vmalloc, fixmap, ...)",
	};

	fprintf(out, "Address      0x%llx, %s\n", f->asked, names[f->where]);
	if (f->page != LOOKUP_NO_PAGE)
		fprintf(out, "Page         physical 0x%llx%s%s\n", f->page,
			f->walked ? ", " : "",
			f->walked ? lookup_page_type(f) : "");
	if (f->where == LOOKUP_VMEMMAP)
		fprintf(out, "             holds the struct page of physical 0x%llx\n",
			(f->asked - f->layout.vmemmap) /
			f->layout.page_struct << f->layout.page_shift);
}

static void show_mapping(FILE *out, const struct lookup *f)
{
	if (!f->walked || f->page == LOOKUP_NO_PAGE)
		return;
	if (f->at_linear.flags & TABLE_UNMAPPED)
		fputs("Linear map   not mapped\n", out);
	else if (!(f->at_linear.flags & TABLE_NO_LEAF))
		fprintf(out, "Linear map   0x%llx, key %u\n",
			linear_address(&f->layout, f->page),
			desc_key(f->at_linear.leaf));
	if (f->where > LOOKUP_LINEAR && !f->at_va.flags)
		fprintf(out, "This address key %u\n", desc_key(f->at_va.leaf));
}

static void show_places(FILE *out, const struct lookup *f)
{
	u64 shown = f->nplaces < LOOKUP_PLACES ? f->nplaces : LOOKUP_PLACES;

	for (u64 i = 0; i < shown; i++) {
		const struct scope_found *p = &f->place[i];
		u32 level = p->level == KPKEYS_PPA_LEVEL_PGD ?
			    f->layout.levels - 1 : p->level;
		u32 shift = (level + 1) * (f->layout.page_shift - 3) +
			    f->layout.page_shift;
		char buf[32];

		fprintf(out, "Page table   %s, level %s, of %s\n",
			scope_class_name(p->class),
			event_name(level_names, p->level),
			scope_root_name(buf, p));
		fprintf(out, "             maps 0x%llx-0x%llx\n", p->va,
			p->va + (1ULL << (shift & 63)) - 1);
	}
	if (f->nplaces > shown)
		fprintf(out, "             and %llu more places\n",
			f->nplaces - shown);
}

static void show_range(FILE *out, const struct model_range *r)
{
	fprintf(out, "             in range 0x%llx-0x%llx, ", r->start,
		r->start + r->size);
	if (r->finalized)
		fprintf(out, "finalized with key %u\n", r->pkey);
	else
		fputs("not finalized,\n             as far as the events tell\n",
		      out);
}

static void show_events(FILE *out, const struct lookup *f,
			const struct model *m)
{
	if (!f->have_events) {
		fputs("Event log    not known\n", out);
		return;
	}
	if (f->logged)
		fprintf(out,
			"Event log    allocation %llu of the PPA (record %llu), level %s, at %llu.%09llu s\n",
			f->allocation, f->record,
			event_name(level_names, f->level),
			f->ns / 1000000000, f->ns % 1000000000);
	else
		fputs("Event log    the PPA did not hand it out\n", out);
	if (f->range < m->nranges)
		show_range(out, &m->ranges[f->range]);
}

/* Of a recording: what its walk found. */
static void show_walk(FILE *out, const struct lookup *f)
{
	if (f->walk == WALK_SAYS_PERHAPS)
		fputs("Walk then    found more pages without the key than it named\n",
		      out);
	if (f->walk != WALK_SAYS_BAD)
		return;
	fputs("Walk then    ", out);
	if (f->off->has & OFF_KEY)
		fprintf(out, "key %u%s", f->off->key,
			f->off->note[0] ? ": " : "");
	fprintf(out, "%s\n", f->off->note);
}

static void show_end(FILE *out, const struct lookup *f)
{
	static const char * const kinds[] = {
		[LOOKUP_CANNOT_TELL] = "could not tell",
		[LOOKUP_NOTHING] = "nothing: no memory there, or nothing mapped",
		[LOOKUP_TABLE] = "a page table",
		[LOOKUP_UNLINKED] = "a page table that is linked nowhere",
		[LOOKUP_STATIC] = "in the image's part for page tables, linked nowhere",
		[LOOKUP_PAGE] = "no page table",
	};
	enum lookup_kind kind = lookup_kind(f);
	bool table = kind == LOOKUP_TABLE || kind == LOOKUP_UNLINKED ||
		     kind == LOOKUP_STATIC;

	fprintf(out, "\nlookup: %s", f->walked || kind != LOOKUP_UNLINKED ?
		kinds[kind] : f->logged ?
		"an early page table, by the events" :
		"an early page table, by the walk then");
	if (lookup_bad(f))
		fputs(", WITHOUT the key that it must have", out);
	else if (kind == LOOKUP_TABLE &&
		 f->place[0].class == SCOPE_READ_ONLY)
		fputs(", read-only data: needs no key", out);
	else if (table && f->walked)
		fputs(", protected by its key", out);
	else if (kind == LOOKUP_PAGE && desc_key(f->at_linear.leaf))
		fputs(", but it has a key: see ppa-trace verify --scope=all",
		      out);
	if (kind == LOOKUP_CANNOT_TELL && f->why[0])
		fprintf(out, ": %s", f->why);
	fputc('\n', out);
}

void view_lookup(FILE *out, const struct lookup *f, const struct model *m)
{
	show_where(out, f);
	show_mapping(out, f);
	show_places(out, f);
	show_events(out, f, m);
	show_walk(out, f);
	show_end(out, f);
}
