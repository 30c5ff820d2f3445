// SPDX-License-Identifier: GPL-2.0-only
/*
 * Does a write to a page table fault, wherever the table comes from, unless a
 * guard is held?
 */
#include <kunit/test.h>
#include <linux/cpu.h>
#include <linux/cpumask.h>
#include <linux/irq_work.h>
#include <linux/kpkeys.h>
#include <linux/memory.h>
#include <linux/memory_hotplug.h>
#include <linux/mm.h>
#include <linux/mman.h>
#include <linux/moduleparam.h>
#include <linux/pgalloc.h>
#include <linux/pgtable.h>
#include <linux/sched.h>
#include <linux/smp.h>
#include <linux/uaccess.h>
#include <linux/vmalloc.h>
#include <linux/workqueue.h>

#include <asm/sections.h>

/* Write back what is there. */
static int try_write(void *entry)
{
	u64 val = READ_ONCE(*(u64 *)entry);

	return copy_to_kernel_nofault(entry, &val, sizeof(val));
}

#define EXPECT_FAULT(test, entry)	\
	KUNIT_EXPECT_EQ((test), -EFAULT, try_write(entry))
#define EXPECT_WRITABLE(test, entry)	\
	KUNIT_EXPECT_EQ((test), 0, try_write(entry))

/* Every level but the root, which is read-only data for the kernel's tables. */
static void expect_faults_below(struct kunit *test, pgd_t *pgd, unsigned long addr)
{
	p4d_t *p4d = p4d_offset(pgd, addr);
	pud_t *pud;
	pmd_t *pmd;

	if (!mm_p4d_folded(&init_mm))
		EXPECT_FAULT(test, p4d);
	KUNIT_ASSERT_FALSE(test, p4d_none(p4dp_get(p4d)));
	pud = pud_offset(p4d, addr);
	if (!mm_pud_folded(&init_mm))
		EXPECT_FAULT(test, pud);
	KUNIT_ASSERT_FALSE(test, pud_none(pudp_get(pud)));
	if (pud_leaf(pudp_get(pud)))
		return;
	pmd = pmd_offset(pud, addr);
	if (!mm_pmd_folded(&init_mm))
		EXPECT_FAULT(test, pmd);
	KUNIT_ASSERT_FALSE(test, pmd_none(pmdp_get(pmd)));
	if (pmd_leaf(pmdp_get(pmd)))
		return;
	EXPECT_FAULT(test, pte_offset_kernel(pmd, addr));
}

static void linear_map(struct kunit *test)
{
	unsigned long addr = (unsigned long)kunit_kzalloc(test, 8, GFP_KERNEL);

	KUNIT_ASSERT_NE(test, addr, 0);
	expect_faults_below(test, pgd_offset_k(addr), addr);
}

static void kernel_image(struct kunit *test)
{
	const unsigned long places[] = {
		(unsigned long)_text, (unsigned long)_data,
		(unsigned long)__bss_stop,
	};
	int i;

	for (i = 0; i < ARRAY_SIZE(places); i++)
		expect_faults_below(test, pgd_offset_k(places[i]), places[i]);
}

/* Is it mapped by one of many entries that must be alike, keys included? */
static bool is_contiguous(unsigned long addr)
{
#ifdef pte_cont
	return pte_cont(READ_ONCE(*virt_to_kpte(addr)));
#else
	return false;
#endif
}

/* The tables in the image, in both their mappings. */
static void static_tables(struct kunit *test)
{
	phys_addr_t addr;

	KUNIT_ASSERT_LT(test, kpkeys_layout.static_start, kpkeys_layout.static_end);
	for (addr = kpkeys_layout.static_start; addr < kpkeys_layout.static_end;
	     addr += PAGE_SIZE) {
		EXPECT_FAULT(test, __va(addr));
		EXPECT_FAULT(test, (void *)(addr + kpkeys_layout.image_voffset));
		KUNIT_EXPECT_FALSE(test, is_contiguous((unsigned long)__va(addr)));
		KUNIT_EXPECT_FALSE(test, is_contiguous(addr + kpkeys_layout.image_voffset));
	}
	EXPECT_WRITABLE(test, (void *)__bss_stop - 8);
}

static void vmalloc_area(struct kunit *test)
{
	unsigned long addr = (unsigned long)vmalloc(PAGE_SIZE);

	KUNIT_ASSERT_NE(test, addr, 0);
	expect_faults_below(test, pgd_offset_k(addr), addr);
	vfree((void *)addr);
}

static void memory_map(struct kunit *test)
{
	void *memory = kunit_kzalloc(test, 8, GFP_KERNEL);
	unsigned long addr;

	KUNIT_ASSERT_NOT_NULL(test, memory);
	addr = (unsigned long)virt_to_page(memory);
	expect_faults_below(test, pgd_offset_k(addr), addr);
}

static void user_tables(struct kunit *test)
{
	unsigned long addr;

	KUNIT_ASSERT_EQ(test, 0, kunit_attach_mm());
	addr = kunit_vm_mmap(test, NULL, 0, PAGE_SIZE, PROT_READ | PROT_WRITE,
			     MAP_PRIVATE | MAP_ANONYMOUS, 0);
	KUNIT_ASSERT_NE(test, addr, 0);
	KUNIT_ASSERT_FALSE(test, IS_ERR_VALUE(addr));
	KUNIT_ASSERT_EQ(test, 0, put_user(1, (int __user *)addr));

	/* The root is a table like the others here, and has pages of its own. */
	EXPECT_FAULT(test, pgd_offset(current->mm, addr));
	KUNIT_EXPECT_TRUE(test, PAGE_ALIGNED((unsigned long)current->mm->pgd));
	expect_faults_below(test, pgd_offset(current->mm, addr), addr);
}

/* A table of its own to write to, as no one else does. */
static void *new_table(struct kunit *test)
{
	struct ptdesc *ptdesc = pagetable_alloc(GFP_PGTABLE_KERNEL, 0);

	KUNIT_ASSERT_NOT_NULL(test, ptdesc);
	return ptdesc_address(ptdesc);
}

static void free_table(void *table)
{
	pagetable_free(virt_to_ptdesc(table));
}

static int key(void *addr)
{
	return kpkeys_pte_pkey(ptep_get(virt_to_kpte((unsigned long)addr)));
}

static void guarded_write(struct kunit *test)
{
	pte_t *table = new_table(test);

	EXPECT_FAULT(test, table);
	scoped_guard(kpkeys_hardened_pgtables)
		EXPECT_WRITABLE(test, table);
	EXPECT_FAULT(test, table);

	/* Through a setter */
	set_pte(table, __pte(0x42ull << 32));
	KUNIT_EXPECT_EQ(test, pte_val(ptep_get(table)), 0x42ull << 32);
	EXPECT_FAULT(test, table);
	set_pte(table, __pte(0));

	free_table(table);
}

static void contexts_nest(struct kunit *test)
{
	void *table = new_table(test);
	bool outer, inner, innermost;

	outer = kpkeys_enter_context(KPKEYS_CTX_PGTABLES);
	EXPECT_WRITABLE(test, table);

	/* The same again changes nothing, nor does leaving it. */
	inner = kpkeys_enter_context(KPKEYS_CTX_PGTABLES);
	KUNIT_EXPECT_FALSE(test, inner);
	kpkeys_leave_context(KPKEYS_CTX_PGTABLES, inner);
	EXPECT_WRITABLE(test, table);

	/* The other one, and in it the first */
	inner = kpkeys_enter_context(KPKEYS_CTX_DEFAULT);
	EXPECT_FAULT(test, table);
	innermost = kpkeys_enter_context(KPKEYS_CTX_PGTABLES);
	EXPECT_WRITABLE(test, table);
	kpkeys_leave_context(KPKEYS_CTX_PGTABLES, innermost);
	EXPECT_FAULT(test, table);
	kpkeys_leave_context(KPKEYS_CTX_DEFAULT, inner);
	EXPECT_WRITABLE(test, table);

	kpkeys_leave_context(KPKEYS_CTX_PGTABLES, outer);
	EXPECT_FAULT(test, table);
	free_table(table);
}

struct irq_probe {
	struct irq_work work;
	void *table;
	int direct;
	int guarded;
};

static void irq_probe_fn(struct irq_work *work)
{
	struct irq_probe *probe = container_of(work, struct irq_probe, work);

	probe->direct = try_write(probe->table);
	scoped_guard(kpkeys_hardened_pgtables)
		probe->guarded = try_write(probe->table);
}

static void interrupt_in_guard(struct kunit *test)
{
	struct irq_probe probe = {
		.work = IRQ_WORK_INIT_HARD(irq_probe_fn),
		.table = new_table(test),
		.direct = 1,
		.guarded = 1,
	};

	scoped_guard(kpkeys_hardened_pgtables) {
		/* The TLB holds what the guard allows, and must not in the handler. */
		EXPECT_WRITABLE(test, probe.table);
		irq_work_queue(&probe.work);
		irq_work_sync(&probe.work);
		EXPECT_WRITABLE(test, probe.table);
	}
	KUNIT_EXPECT_EQ(test, probe.direct, -EFAULT);
	KUNIT_EXPECT_EQ(test, probe.guarded, 0);
	EXPECT_FAULT(test, probe.table);
	free_table(probe.table);
}

/* A fault in a guard is an exception as well; nothing is ever mapped there. */
static void fault_in_guard(struct kunit *test)
{
	void *table = new_table(test);
	u64 val;

	scoped_guard(kpkeys_hardened_pgtables) {
		KUNIT_EXPECT_EQ(test, -EFAULT,
				copy_from_kernel_nofault(&val, (void *)VMALLOC_END, 8));
		EXPECT_WRITABLE(test, table);
	}
	EXPECT_FAULT(test, table);
	free_table(table);
}

static long try_write_work(void *table)
{
	return try_write(table);
}

/* Others, on the cpu that the section came from and on the one it went to. */
static void expect_others_fault(struct kunit *test, void *table)
{
	int cpu;

	for_each_online_cpu(cpu)
		KUNIT_EXPECT_EQ(test, -EFAULT, work_on_cpu(cpu, try_write_work, table));
}

static void lazy_mmu_migrates(struct kunit *test)
{
	void *table = new_table(test);
	int cpu;

	for_each_online_cpu(cpu) {
		lazy_mmu_mode_enable();
		EXPECT_WRITABLE(test, table);
		KUNIT_EXPECT_EQ(test, 0,
				set_cpus_allowed_ptr(current, cpumask_of(cpu)));
		EXPECT_WRITABLE(test, table);
		expect_others_fault(test, table);
		EXPECT_WRITABLE(test, table);
		lazy_mmu_mode_disable();
		EXPECT_FAULT(test, table);
	}
	set_cpus_allowed_ptr(current, cpu_possible_mask);
	free_table(table);
}

static void lazy_mmu_pauses(struct kunit *test)
{
	void *table = new_table(test);

	lazy_mmu_mode_enable();
	lazy_mmu_mode_enable();
	EXPECT_WRITABLE(test, table);
	lazy_mmu_mode_disable();
	EXPECT_WRITABLE(test, table);

	lazy_mmu_mode_pause();
	EXPECT_FAULT(test, table);
	lazy_mmu_mode_resume();
	EXPECT_WRITABLE(test, table);
	lazy_mmu_mode_disable();
	EXPECT_FAULT(test, table);
	free_table(table);
}

/*
 * A thread that holds a guard may be switched out in it. What the scheduler
 * does when it comes back may free pages, and that may be a section.
 */
static void lazy_mmu_in_guard(struct kunit *test)
{
	void *table = new_table(test);

	scoped_guard(kpkeys_hardened_pgtables) {
		lazy_mmu_mode_enable();
		EXPECT_WRITABLE(test, table);
		lazy_mmu_mode_pause();
		lazy_mmu_mode_resume();
		EXPECT_WRITABLE(test, table);
		lazy_mmu_mode_disable();
		EXPECT_WRITABLE(test, table);
	}
	EXPECT_FAULT(test, table);

	/* The next one is as usual. */
	lazy_mmu_mode_enable();
	EXPECT_WRITABLE(test, table);
	lazy_mmu_mode_disable();
	EXPECT_FAULT(test, table);
	free_table(table);
}

/* As after an exception in the section: the mode is on, the register is not. */
static void lazy_mmu_with_closed_register(struct kunit *test)
{
	void *table = new_table(test), *freed = new_table(test);
	u64 open;

	lazy_mmu_mode_enable();
	open = kpkeys_read_reg();
	kpkeys_write_reg(kpkeys_default_reg());

	EXPECT_FAULT(test, table);
	set_pte(table, __pte(0x42ull << 32));
	KUNIT_EXPECT_EQ(test, READ_ONCE(*(u64 *)table), 0x42ull << 32);
	free_table(freed);

	/* As found */
	KUNIT_EXPECT_EQ(test, kpkeys_read_reg(), kpkeys_default_reg());
	EXPECT_FAULT(test, table);

	kpkeys_write_reg(open);
	lazy_mmu_mode_disable();
	EXPECT_FAULT(test, table);
	free_table(table);
}

/* In an exception, which finds the register closed, and ends by opening it. */
static void lazy_mmu_pauses_in_exception(struct kunit *test)
{
	void *table = new_table(test);
	u64 open;

	lazy_mmu_mode_enable();
	open = kpkeys_read_reg();
	kpkeys_write_reg(kpkeys_default_reg());

	lazy_mmu_mode_pause();
	EXPECT_FAULT(test, table);
	lazy_mmu_mode_resume();

	kpkeys_write_reg(open);
	EXPECT_WRITABLE(test, table);
	lazy_mmu_mode_disable();
	EXPECT_FAULT(test, table);
	free_table(table);
}

struct write_there {
	void *addr;
	int error;
};

/* With interrupts off; on other cpus in one, so that no thread has to run there. */
static void write_there(void *info)
{
	struct write_there *there = info;

	there->error = try_write(there->addr);
}

/* Written to before, so that the TLB of each cpu holds the page without its key. */
static void key_on_every_cpu(struct kunit *test)
{
	unsigned long addr = __get_free_page(GFP_KERNEL);
	struct write_there there = { .addr = (void *)addr };
	int cpu;

	KUNIT_ASSERT_NE(test, addr, 0);
	cpus_read_lock();
	for_each_online_cpu(cpu) {
		there.error = 1;
		smp_call_function_single(cpu, write_there, &there, 1);
		KUNIT_EXPECT_EQ(test, there.error, 0);
		KUNIT_EXPECT_EQ(test, set_memory_pkey(addr, 1, KPKEYS_PKEY_PGTABLES), 0);
		there.error = 1;
		smp_call_function_single(cpu, write_there, &there, 1);
		KUNIT_EXPECT_EQ(test, there.error, -EFAULT);
		KUNIT_EXPECT_EQ(test, set_memory_pkey(addr, 1, KPKEYS_PKEY_DEFAULT), 0);
	}
	cpus_read_unlock();
	/* With a key it is nobody's any more. */
	if (key((void *)addr) == KPKEYS_PKEY_DEFAULT)
		free_page(addr);
}

/* The pages are held, so that nobody can make tables of them again. */
static void freed_without_key(struct kunit *test)
{
	int order, i;

	for (order = 0; order < 3; order++) {
		struct ptdesc *ptdesc = pagetable_alloc(GFP_PGTABLE_KERNEL, order);
		void *table;

		KUNIT_ASSERT_NOT_NULL(test, ptdesc);
		table = ptdesc_address(ptdesc);
		for (i = 0; i < 1 << order; i++) {
			KUNIT_EXPECT_EQ(test, key(table + i * PAGE_SIZE),
					KPKEYS_PKEY_PGTABLES);
			KUNIT_EXPECT_NULL(test, memchr_inv(table + i * PAGE_SIZE,
							   0, PAGE_SIZE));
		}

		get_page(ptdesc_page(ptdesc));
		pagetable_free(ptdesc);
		for (i = 0; i < 1 << order; i++)
			KUNIT_EXPECT_EQ(test, key(table + i * PAGE_SIZE),
					KPKEYS_PKEY_DEFAULT);
		put_page(virt_to_page(table));
	}
}

/*
 * Physical address of a memory block that the kernel does not know: one that
 * mem= keeps from it, or one where no memory is. It is mapped and never touched.
 */
static unsigned long spare;
module_param_cb(spare, &param_ops_ulong, &spare, 0444);

#ifdef CONFIG_MEMORY_HOTREMOVE
/* Added and removed again; the tables of both are the kernel's. */
static void added_memory(struct kunit *test)
{
	const unsigned long size = memory_block_size_bytes();
	unsigned long addr, map;
	void *table;

	if (!spare)
		kunit_skip(test, "no memory to add: boot with spare=");

	KUNIT_ASSERT_EQ(test, 0, add_memory(0, spare, size, MHP_NONE));
	addr = (unsigned long)__va(spare);
	expect_faults_below(test, pgd_offset_k(addr), addr);
	map = (unsigned long)virt_to_page((void *)addr);
	expect_faults_below(test, pgd_offset_k(map), map);

	table = virt_to_kpte(addr);
	KUNIT_EXPECT_EQ(test, key(table), KPKEYS_PKEY_PGTABLES);
	get_page(virt_to_page(table));
	KUNIT_ASSERT_EQ(test, 0, remove_memory(spare, size));
	KUNIT_EXPECT_EQ(test, key(table), KPKEYS_PKEY_DEFAULT);
	put_page(virt_to_page(table));
}
#endif

static int kpkeys_hardened_test_init(struct kunit *test)
{
	if (!kpkeys_enabled())
		kunit_skip(test, "kernel protection keys are off");
	return 0;
}

static struct kunit_case kpkeys_hardened_test_cases[] = {
	KUNIT_CASE(linear_map),
	KUNIT_CASE(kernel_image),
	KUNIT_CASE(static_tables),
	KUNIT_CASE(vmalloc_area),
	KUNIT_CASE(memory_map),
	KUNIT_CASE(user_tables),
	KUNIT_CASE(guarded_write),
	KUNIT_CASE(contexts_nest),
	KUNIT_CASE(interrupt_in_guard),
	KUNIT_CASE(fault_in_guard),
	KUNIT_CASE(lazy_mmu_migrates),
	KUNIT_CASE(lazy_mmu_pauses),
	KUNIT_CASE(lazy_mmu_in_guard),
	KUNIT_CASE(lazy_mmu_with_closed_register),
	KUNIT_CASE(lazy_mmu_pauses_in_exception),
	KUNIT_CASE(key_on_every_cpu),
	KUNIT_CASE(freed_without_key),
#ifdef CONFIG_MEMORY_HOTREMOVE
	KUNIT_CASE(added_memory),
#endif
	{}
};

static struct kunit_suite kpkeys_hardened_test_suite = {
	.name = "kpkeys_hardened_pgtables",
	.init = kpkeys_hardened_test_init,
	.test_cases = kpkeys_hardened_test_cases,
};

kunit_test_suite(kpkeys_hardened_test_suite);
