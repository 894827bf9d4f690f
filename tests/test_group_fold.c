/* test_group_fold.c - children that end in their eager first step, and of which a host keeps nothing but that
 * there were some.
 *
 * Mirrors    Nothing of CPython: the host for which this is has to show what CPython has (tests/install).
 * See also   test_taskgroup.c for groups as programs use them. */
#include "group_kit.h"

enum { CHILDREN = 4 };

static const th_op quiet[] = {{TH_END}};
static const th_op numbers[] = {{TH_RETURN, .number = 7}};
static const th_op fails[] = {{TH_RAISE, .kind = TH_VALUE, .text = "x"}};

/* In slot 1 and on. */
static ac_task *add(unsigned slot, th_coro *self, const th_op *script)
{
    ac_task *child = th_start(slot, "child", script, AC_EAGER_YES);
    th_ok(ac_group_add_loosely(&self->group, child));
    return child;
}

static void add_all(th_coro *self)
{
    for (unsigned slot = 1; slot <= CHILDREN; slot++)
        add(slot, self, quiet);
}

static void drop_slot(unsigned slot)
{
    th_release(th.slots[slot]);
    th.slots[slot] = NULL;
}

/* What a host does when its last reference goes: the object is there for the length of that. */
static bool fold(unsigned slot)
{
    ac_task *child = th_task_in(slot), *place = ac_task_fold_place(child);
    if (place != NULL)
        ac_task_fold(child, place);
    else
        ac_task_keep(child);
    drop_slot(slot);
    return place != NULL;
}

static const th_op *with(void (*call)(ac_loop *loop, th_coro *self))
{
    static th_op script[] = {
        {TH_ENTER_GROUP}, {TH_CALL}, {TH_EXIT_GROUP}, {TH_CALL, .call = gk_log_group}, {TH_END}};
    script[1].call = call;
    return script;
}

static void look_at_loose(ac_loop *loop, th_coro *self)
{
    add_all(self);
    for (unsigned slot = 1; slot <= CHILDREN; slot++) {
        ck_assert(ac_task_is_loose(th_task_in(slot)));
        ck_assert_uint_eq(th_refs(th.slots[slot]), 1);
    }
    ck_assert_ptr_null(ac_task_fold_place(th_task_in(1)));
    ck_assert_ptr_eq(ac_task_fold_place(th_task_in(2)), th_task_in(1));
    ac_task_keep(th_task_in(2));
    ac_task_keep(th_task_in(2));
    ck_assert(!ac_task_is_loose(th_task_in(2)));
    ck_assert_uint_eq(th_refs(th.slots[2]), 3);
    ck_assert_ptr_null(ac_task_fold_place(th_task_in(2)));
    th_check(loop);
}

START_TEST(test_a_loose_child_is_told_like_any_other)
{
    ck_assert_int_eq(gk_run_main(with(look_at_loose)), 2);
    th_expect("<tasks=0 errors=0 entered>");
    for (unsigned slot = 1; slot <= CHILDREN; slot++)
        ck_assert_uint_eq(th_refs(th.slots[slot]), 1);
}
END_TEST

static void fold_all(ac_loop *loop, th_coro *self)
{
    add_all(self);
    ck_assert(!fold(1));
    ac_task *first = ac_group_next_child(&self->group, NULL);
    for (unsigned slot = 2; slot <= CHILDREN; slot++)
        ck_assert(fold(slot));
    ck_assert_uint_eq(ac_task_folded(first), CHILDREN - 1);
    ck_assert_uint_eq(ac_group_task_count(&self->group), CHILDREN);
    ck_assert_ptr_null(ac_group_next_child(&self->group, first));
    ck_assert_ptr_null(ac_loop_next_ready(loop, ac_loop_next_ready(loop, NULL)));
    th_check(loop);
}

START_TEST(test_what_was_folded_is_told_with_its_neighbour)
{
    ck_assert_int_eq(gk_run_main(with(fold_all)), 2);
    th_expect("<tasks=0 errors=0 entered>");
    ck_assert_int_eq(th.futures, 1); /* main */
}
END_TEST

static void fold_backwards(ac_loop *loop, th_coro *self)
{
    add_all(self);
    ac_task *first = th_task_in(1);
    for (unsigned slot = CHILDREN; slot > 1; slot--)
        ck_assert(fold(slot));
    ck_assert_uint_eq(ac_task_folded(first), CHILDREN - 1);
    ck_assert(ac_task_is_loose(first));
    th_check(loop);
}

START_TEST(test_one_that_others_were_folded_into_may_be_loose_itself)
{
    ck_assert_int_eq(gk_run_main(with(fold_backwards)), 2);
    th_expect("<tasks=0 errors=0 entered>");
    ck_assert_uint_eq(th_refs(th.slots[1]), 1);
    ck_assert_uint_eq(ac_task_folded(th_task_in(1)), 0);
}
END_TEST

static void unfold_all(ac_loop *loop, th_coro *self)
{
    fold_all(loop, self);
    ac_task *first = ac_group_next_child(&self->group, NULL);
    uint64_t serial = ac_task_serial(first);
    for (unsigned slot = CHILDREN; slot > 1; slot--) {
        ac_task *again = th_task_new("again", NULL);
        ac_task_unfold(first, again, ac_none());
        th.slots[slot] = &again->future;
        ck_assert_uint_eq(th_refs(&again->future), 3);
        th_check(loop);
    }
    ac_task *child = first;
    ac_handle *handle = NULL;
    for (unsigned slot = 2; slot <= CHILDREN; slot++) {
        child = ac_group_next_child(&self->group, child);
        ck_assert_ptr_eq(child, th_task_in(slot));
        ck_assert_uint_eq(ac_task_serial(child), serial + slot - 1);
        ck_assert_str_eq(th_state(&child->future), "result None");
    }
    for (unsigned count = 1; count <= CHILDREN; count++)
        handle = ac_loop_next_ready(loop, handle);
    ck_assert_ptr_eq(ac_handle_child(handle), th_task_in(CHILDREN));
    ck_assert_uint_eq(ac_group_task_count(&self->group), CHILDREN);
}

START_TEST(test_what_was_folded_can_be_made_again)
{
    ck_assert_int_eq(gk_run_main(with(unfold_all)), 2);
    th_expect("<tasks=0 errors=0 entered>");
    for (unsigned slot = 2; slot <= CHILDREN; slot++)
        ck_assert_uint_eq(th_refs(th.slots[slot]), 1);
}
END_TEST

static void unlike(ac_loop *loop, th_coro *self)
{
    add(1, self, quiet);
    add(2, self, numbers); /* another result */
    add(3, self, fails);
    add(4, self, quiet); /* behind one that failed */
    th_start(5, "elsewhere", quiet, AC_EAGER_YES);
    add(6, self, quiet); /* another number */
    add(7, self, quiet);
    ac_task_set_name(th_task_in(7), th_new("name"));
    add(8, self, quiet);
    ac_task_set_log_destroy_pending(th_task_in(8), false);
    ck_assert(!ac_task_is_loose(th_task_in(3)));
    for (unsigned slot = 1; slot <= 8; slot++)
        if (slot != 5)
            ck_assert_ptr_null(ac_task_fold_place(th_task_in(slot)));
    (void)loop;
    ac_future_set_log_traceback(th.slots[3], false);
    ac_task_set_log_destroy_pending(th_task_in(8), true);
}

START_TEST(test_only_neighbours_that_are_alike_are_folded)
{
    (void)gk_run_main(with(unlike));
    ac_future_set_log_traceback(th.slots[0], false);
}
END_TEST

/* A group that is cleared, and a loop that drops what is ready, forget loose children. */
static void clear_group(ac_loop *loop, th_coro *self)
{
    add_all(self);
    ck_assert(!fold(1));
    ck_assert(fold(2));
    ac_group_clear(&self->group);
    ck_assert_uint_eq(ac_group_task_count(&self->group), 0);
    ck_assert(!ac_task_is_loose(th_task_in(3)));
    th_check(loop);
}

START_TEST(test_a_group_that_is_cleared_forgets_its_loose_children)
{
    static const th_op script[] = {{TH_ENTER_GROUP}, {TH_CALL, .call = clear_group}, {TH_END}};
    (void)gk_run_main(script);
    ck_assert_uint_eq(th_refs(th.slots[3]), 1);
}
END_TEST

static void drop_ready(ac_loop *loop, th_coro *self)
{
    add_all(self);
    ck_assert(!fold(1));
    ck_assert(fold(2));
    ac_loop_drop_ready(loop);
    ck_assert(!ac_task_is_loose(th_task_in(3)));
    ck_assert_uint_eq(th_refs(th.slots[3]), 2); /* the group's */
    ac_task *again = th_task_new("again", NULL);
    ac_task_unfold(ac_group_next_child(&self->group, NULL), again, ac_none());
    ck_assert_uint_eq(th_refs(&again->future), 2);
    th_release(&again->future);
    ac_group_clear(&self->group);
    th_check(loop);
}

START_TEST(test_a_loop_that_drops_what_is_ready_leaves_them_with_the_group)
{
    static const th_op script[] = {{TH_ENTER_GROUP}, {TH_CALL, .call = drop_ready}, {TH_END}};
    (void)gk_run_main(script);
    ck_assert_uint_eq(th_refs(th.slots[3]), 1);
}
END_TEST

static int count_future(ac_visitor *visitor, ac_future *future)
{
    (void)visitor;
    if (ac_future_done(future))
        th_log("seen");
    return 0;
}

static int ignore_value(ac_visitor *visitor, ac_ref value)
{
    (void)visitor;
    (void)value;
    return 0;
}

static void visit(ac_loop *loop, th_coro *self)
{
    ac_visitor visitor = {.value = ignore_value, .future = count_future};
    add_all(self);
    (void)ac_group_visit(&self->group, &visitor);
    (void)ac_loop_visit(loop, &visitor);
    th_log("none was loose");
    ac_task_keep(th_task_in(1));
    (void)ac_group_visit(&self->group, &visitor);
    (void)ac_loop_visit(loop, &visitor);
}

START_TEST(test_a_collector_is_not_shown_what_is_not_retained)
{
    (void)gk_run_main(with(visit));
    th_expect("none was loose, seen, seen, <tasks=0 errors=0 entered>");
}
END_TEST

/* Where a callback takes another way than to the ready list, it is the same as ac_group_add. */
static void add_in_debug(ac_loop *loop, th_coro *self)
{
    ac_loop_set_debug(loop, true);
    add(1, self, quiet);
    ac_loop_set_debug(loop, false);
    ck_assert(!ac_task_is_loose(th_task_in(1)));
    ck_assert_uint_eq(th_refs(th.slots[1]), 3);
}

static void add_processed(ac_loop *loop, th_coro *self)
{
    (void)loop;
    add(1, self, quiet);
    ck_assert(!ac_task_is_loose(th_task_in(1)));
    ck_assert_uint_eq(ac_group_task_count(&self->group), 0);
}

START_TEST(test_not_all_loops_and_releases_have_loose_children)
{
    (void)gk_run_main(with(add_in_debug));
    th_use("3.13.0");
    (void)gk_run_main(with(add_processed));
    th_use("fast");
    (void)gk_run_main(with(add_processed));
    th.log[0] = '\0';
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_a_loose_child_is_told_like_any_other,
        test_what_was_folded_is_told_with_its_neighbour,
        test_one_that_others_were_folded_into_may_be_loose_itself,
        test_what_was_folded_can_be_made_again,
        test_only_neighbours_that_are_alike_are_folded,
        test_a_group_that_is_cleared_forgets_its_loose_children,
        test_a_loop_that_drops_what_is_ready_leaves_them_with_the_group,
        test_a_collector_is_not_shown_what_is_not_retained,
        test_not_all_loops_and_releases_have_loose_children,
    };
    return TH_MAIN("group_fold", tests);
}
