// SPDX-License-Identifier: GPL-2.0-only
/* How are the tool's events compared with those that the kernel describes? */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <bpf/btf.h>

#include "event.h"
#include "kernel_btf.h"

static const struct btf_member *find_member(const struct btf *btf,
					    const struct btf_type *t,
					    const char *name)
{
	const struct btf_member *m = btf_members(t);

	for (int i = 0; i < btf_vlen(t); i++, m++) {
		const char *is = btf__name_by_offset(btf, m->name_off);

		if (is && !strcmp(is, name))
			return m;
	}
	return NULL;
}

static int no_fit(struct diag *d, const char *event, const char *field,
		  const char *what)
{
	diag_set(d, EXIT_CANNOT,
		 "the kernel's event %s %s%s%s; this ppa-trace knows another one",
		 event, what, *field ? ": " : "", field);
	diag_advise(d, "take the ppa-trace from the source tree of this kernel");
	return EXIT_CANNOT;
}

static int check_event(const struct btf *btf, const struct event_desc *e,
		       struct diag *d)
{
	const struct btf_type *t;
	char name[64];
	int id;

	snprintf(name, sizeof(name), "btf_trace_%s", e->name);
	if (btf__find_by_name_kind(btf, name, BTF_KIND_TYPEDEF) < 0) {
		diag_set(d, EXIT_CANNOT,
			 "this kernel has no tracepoint %s that BPF can use",
			 e->name);
		diag_advise(d,
			    "build it with CONFIG_KPKEYS_PPA_TRACE=y and CONFIG_BPF_EVENTS=y");
		return EXIT_CANNOT;
	}
	snprintf(name, sizeof(name), "%s_args", e->name);
	id = btf__find_by_name_kind(btf, name, BTF_KIND_STRUCT);
	if (id < 0)
		return no_fit(d, e->name, "", "has no argument structure");
	t = btf__type_by_id(btf, id);
	for (unsigned int i = 0; i < e->nfields; i++) {
		const struct event_field *f = &e->fields[i];
		const struct btf_member *m = find_member(btf, t, f->name);

		if (!m)
			return no_fit(d, e->name, f->name, "lacks a field");
		if (btf__resolve_size(btf, m->type) !=
		    event_field_size(f->type))
			return no_fit(d, e->name, f->name,
				      "has a field of another size");
	}
	return 0;
}

int kernel_btf_check(bool events, struct diag *d)
{
	struct btf *btf = btf__load_vmlinux_btf();
	int err = 0;

	if (!btf) {
		diag_set(d, EXIT_CANNOT, "this kernel has no BTF: %s",
			 strerror(errno));
		diag_advise(d,
			    "build it with CONFIG_DEBUG_INFO_BTF=y, or name a recording, or ftrace text: \"ppa-trace help replay\" says how to get it");
		return EXIT_CANNOT;
	}
	for (int k = 0; k < EVENT_KINDS && events && !err; k++)
		err = check_event(btf, &event_descs[k], d);
	btf__free(btf);
	return err;
}
