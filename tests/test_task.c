/* test_task.c - birth, names, contexts, visit, clear and the end of a task.
 *
 * Mirrors    _asyncio_Task___init___impl, Task.get_name, set_name, get_context, TaskObj_clear,
 *            TaskObj_traverse, TaskObj_finalize.
 * Rules      Numbers in the comments are those of the rules of asyncio that are easy to get wrong. */
#include "host.h"

static const th_op ends[] = {{TH_END}};
static const th_op waits[] = {{TH_AWAIT, 1}, {TH_END}};
static const th_op parks[] = {{TH_PARK}, {TH_END}};

/* A task in slot 0 that the test makes by itself; the answer of ac_task_init. */
static ac_status init_task(const th_op *script, ac_task_spec *spec)
{
    th_coro *coro = th_script("t", script);
    ac_task *task = th_task_new("t", coro);
    th.slots[0] = &task->future;
    spec->body = &coro->co;
    ac_status status = ac_task_init(task, &th.loop, spec);
    th_coro_drop(coro);
    return status;
}

static void forgive(unsigned slot)
{
    ac_task_set_log_destroy_pending(th_task_in(slot), false);
}

/* A visit that is stopped after each of its steps gives the visitor's answer. */
static void visit_and_stop(unsigned slot, int steps)
{
    th_visitor visitor;
    for (int i = 1; i <= steps; i++) {
        th_visitor_init(&visitor);
        visitor.stop_after = i;
        ck_assert_int_eq(ac_future_visit(th.slots[slot], &visitor.visitor), 42);
        ck_assert_int_eq(visitor.count, i);
    }
}

/* ---- Birth ---- */

START_TEST(test_a_new_task_is_pending_and_starts_in_the_next_turn)
{
    static const th_op script[] = {{TH_LOG, .text = "started"}, {TH_END}};
    ac_task_spec spec = {.eager = AC_EAGER_NO};
    th_ok(init_task(script, &spec));
    ck_assert_ptr_eq(ac_future_task(th.slots[0]), th_task_in(0));
    ck_assert_ptr_eq(ac_future_get_loop(th.slots[0]), &th.loop);
    ck_assert(!ac_future_done(th.slots[0]));
    ck_assert_ptr_null(ac_task_waiting_for(th_task_in(0)));
    ck_assert_ptr_eq(ac_task_get_coro(th_task_in(0)), spec.body);
    ck_assert_uint_eq(th_refs(th.slots[0]), 2);
    th_expect("");
    th_turns(&th.loop, 1);
    th_expect("started");
    ck_assert_uint_eq(th_refs(th.slots[0]), 1);
    ck_assert_ptr_eq(ac_task_get_coro(th_task_in(0)), spec.body);
}
END_TEST

START_TEST(test_a_task_cannot_be_initialised_twice)
{
    static const char words[] = "_asyncio.Task object is already initialized";
    ac_task_spec spec = {.eager = AC_EAGER_NO};
    th_ok(init_task(ends, &spec));
    th_expect_failure(ac_task_init(th_task_in(0), &th.loop, &spec), AC_E_RUNTIME, words);
    th_run(&th.loop);
    th_expect_failure(ac_task_init(th_task_in(0), &th.loop, &spec), AC_E_RUNTIME, words);
}
END_TEST

/* Before gh-142615; not one that has still to be stepped. */
START_TEST(test_a_task_that_is_done_is_made_anew_in_older_releases)
{
    static const th_op script[] = {{TH_LOG, .text = "again"}, {TH_END}};
    ac_task_spec spec = {.eager = AC_EAGER_NO};
    th_loop_init(&(ac_loop_options){.semantics = "3.14"});
    th_ok(init_task(ends, &spec));
    th_expect_status(ac_task_init(th_task_in(0), &th.loop, &spec), AC_E_RUNTIME);
    th_run(&th.loop);
    ck_assert(ac_future_done(th.slots[0]));
    th_coro *coro = th_script("t", script);
    spec.body = &coro->co;
    th_ok(ac_task_init(th_task_in(0), &th.loop, &spec));
    ck_assert(!ac_future_done(th.slots[0]));
    th_run(&th.loop);
    th_expect("again");
    th_release(th.slots[0]);
    th.slots[0] = NULL;
    th_coro_drop(coro);
}
END_TEST

START_TEST(test_a_task_without_a_body_is_refused)
{
    ac_task_spec spec = {.eager = AC_EAGER_NO};
    ac_task *task = th_task_new("t", NULL);
    th_expect_failure(ac_task_init(task, &th.loop, &spec), AC_E_TYPE, "a coroutine was expected");
    ck_assert_ptr_null(ac_future_get_loop(&task->future));
    th_release(&task->future);
}
END_TEST

START_TEST(test_a_task_of_a_closed_loop_is_refused)
{
    ac_task_spec spec = {.eager = AC_EAGER_NO};
    th_ok(ac_loop_close(&th.loop));
    th_expect_failure(init_task(ends, &spec), AC_E_CLOSED, "Event loop is closed");
    ck_assert_ptr_null(ac_future_get_loop(th.slots[0]));
}
END_TEST

START_TEST(test_a_task_whose_context_cannot_be_copied_is_not_made)
{
    ac_task_spec spec = {.eager = AC_EAGER_NO};
    th_fail(TH_HOOK_COPY_CONTEXT, 1);
    th_expect_status(init_task(ends, &spec), AC_E_RAISED);
    ck_assert_str_eq(th_repr_of(ac_loop_take_raised(&th.loop)), "RuntimeError('copy_context failed')");
    ck_assert_ptr_null(ac_future_get_loop(th.slots[0]));
    ck_assert_ptr_null(ac_loop_next_task(&th.loop, NULL));
}
END_TEST

/* The host's own loop would not take the first step: nothing was made, and the body is the caller's. */
START_TEST(test_a_task_that_cannot_be_scheduled_is_not_made)
{
    ac_task_spec spec = {.eager = AC_EAGER_NO};
    th.table.post = th_post;
    th_loop_init(NULL);
    th_fail(TH_HOOK_POST, 1);
    th_expect_status(init_task(ends, &spec), AC_E_RAISED);
    th_drop(ac_loop_take_raised(&th.loop));
    ck_assert_ptr_null(ac_future_get_loop(th.slots[0]));
    ck_assert_ptr_null(ac_loop_next_task(&th.loop, NULL));
    ck_assert_uint_eq(th_refs(th.slots[0]), 1);
    ck_assert_uint_eq(spec.body->at, 0);
}
END_TEST

START_TEST(test_debug_mode_refuses_a_task_from_another_thread)
{
    static const th_op script[] = {{TH_YIELD}, {TH_END}};
    ac_task_spec spec = {.eager = AC_EAGER_NO};
    th.thread = 1;
    ac_loop_set_debug(&th.loop, true);
    th_ok(init_task(script, &spec));
    th_ok(ac_loop_turn_begin(&th.loop));
    th.thread = 2;
    ac_task *other = th_task_new("u", NULL);
    th_expect_failure(ac_task_init(other, &th.loop, &spec), AC_E_RUNTIME,
                      "Non-thread-safe operation invoked on an event loop other than the current one");
    th_release(&other->future);
    ac_loop_turn_end(&th.loop);
    th_run(&th.loop);
}
END_TEST

/* The task is the host's: a host that neither copies contexts nor counts objects has tasks, too. */
START_TEST(test_tasks_need_neither_contexts_nor_counted_objects)
{
    static const th_op script[] = {{TH_YIELD}, {TH_LOG, .text = "end"}, {TH_END}};
    th.table.copy_context = NULL;
    th.table.enter = NULL;
    th.table.leave = NULL;
    th.table.retain = NULL;
    th.table.release = NULL;
    th_loop_init(NULL);
    ac_task_spec spec = {.eager = AC_EAGER_NO};
    th_ok(init_task(script, &spec));
    ck_assert(ac_is_none(ac_task_get_context(th_task_in(0))));
    th_run(&th.loop);
    th_expect("end");
}
END_TEST

/* ---- Names ---- */

/* Rule 26: the counter starts at 1, and a name that is given uses up no number. */
START_TEST(test_numbers_are_used_up_by_tasks_without_a_name)
{
    ac_value name = th_new("name");
    ac_task_spec spec = {.eager = AC_EAGER_NO};
    ac_task_spec named = {.eager = AC_EAGER_NO, .name = ac_lend(name), .has_name = true};
    static const uint64_t expected[] = {1, 0, 2};
    for (int i = 0; i < 3; i++) {
        th_ok(init_task(ends, i == 1 ? &named : &spec));
        ck_assert_uint_eq(ac_task_serial(th_task_in(0)), expected[i]);
        ck_assert_str_eq(th_repr(ac_task_name(th_task_in(0))), i == 1 ? "name" : "None");
        th_run(&th.loop);
        th_release(th.slots[0]);
        th.slots[0] = NULL;
    }
    th_drop(name);
}
END_TEST

/* Rule 26: a constructor that fails before that uses none. */
START_TEST(test_a_task_that_is_refused_uses_no_number)
{
    ac_task_spec spec = {.eager = AC_EAGER_NO};
    ac_task *task = th_task_new("t", NULL);
    th_expect_status(ac_task_init(task, &th.loop, &spec), AC_E_TYPE);
    th_release(&task->future);
    th_ok(init_task(ends, &spec));
    ck_assert_uint_eq(ac_task_serial(th_task_in(0)), 1);
    th_run(&th.loop);
}
END_TEST

static uint64_t next_serial(ac_loop *loop)
{
    static uint64_t serial = 40;
    (void)loop;
    return ++serial;
}

START_TEST(test_a_host_may_number_the_tasks_of_several_loops)
{
    ac_task_spec spec = {.eager = AC_EAGER_NO};
    th.table.next_serial = next_serial;
    th_ok(init_task(ends, &spec));
    ck_assert_uint_eq(ac_task_serial(th_task_in(0)), 41);
    th_run(&th.loop);
}
END_TEST

START_TEST(test_a_name_can_be_replaced_at_any_time)
{
    ac_task_spec spec = {.eager = AC_EAGER_NO};
    th_ok(init_task(ends, &spec));
    ac_task_set_name(th_task_in(0), th_new("one"));
    ck_assert_str_eq(th_repr(ac_task_name(th_task_in(0))), "one");
    ck_assert_uint_eq(ac_task_serial(th_task_in(0)), 0);
    ac_task_set_name(th_task_in(0), th_new("two"));
    ck_assert_int_eq(th.objects, 2); /* this one and the context */
    th_run(&th.loop);
    ac_task_set_name(th_task_in(0), ac_none());
    ck_assert(ac_is_none(ac_task_name(th_task_in(0))));
    ck_assert_uint_eq(ac_task_serial(th_task_in(0)), 0);
}
END_TEST

/* ---- Contexts ---- */

/* Rule 28. */
START_TEST(test_the_context_is_copied_by_the_constructor)
{
    ac_task_spec spec = {.eager = AC_EAGER_NO};
    th_ok(init_task(ends, &spec));
    ck_assert_uint_eq(th.calls[TH_HOOK_COPY_CONTEXT], 1);
    ck_assert_str_eq(th_repr(ac_task_get_context(th_task_in(0))), "copy");
    th_run(&th.loop);
    ck_assert_uint_eq(th.calls[TH_HOOK_COPY_CONTEXT], 1);
}
END_TEST

START_TEST(test_a_context_that_is_given_is_used_itself)
{
    ac_value context = th_context("given");
    ac_task_spec spec = {.eager = AC_EAGER_NO, .context = ac_lend(context), .has_context = true};
    th.log_contexts = true;
    th_ok(init_task(ends, &spec));
    ck_assert_uint_eq(ac_task_get_context(th_task_in(0)).bits, context.bits);
    th_run(&th.loop);
    th_expect("+given, -given");
    ck_assert_uint_eq(th.calls[TH_HOOK_COPY_CONTEXT], 0);
    th_drop(context);
}
END_TEST

START_TEST(test_a_context_needs_no_flag_unless_it_is_the_empty_one)
{
    ac_value context = th_context("given");
    ac_task_spec spec = {.eager = AC_EAGER_NO, .context = ac_lend(context)};
    th_ok(init_task(ends, &spec));
    ck_assert_uint_eq(ac_task_get_context(th_task_in(0)).bits, context.bits);
    th_run(&th.loop);
    th_drop(context);
}
END_TEST

static void give_context(ac_loop *loop, th_coro *self)
{
    (void)self;
    ac_task *task = ac_loop_current_task(loop);
    th_ok(ac_task_set_context(task, th_context("first")));
    ac_value second = th_context("second");
    th_expect_failure(ac_task_set_context(task, second), AC_E_STATE, "the task has a context");
    th_drop(second);
}

/* The empty context is never entered; the first variable gives the task one, and that is left at the end of
 * the step. */
START_TEST(test_a_task_in_the_empty_context_may_be_given_one)
{
    static const th_op script[] = {
        {TH_CALL, .call = give_context}, {TH_YIELD}, {TH_LOG, .text = "next"}, {TH_END}};
    ac_task_spec spec = {.eager = AC_EAGER_NO, .has_context = true};
    th.log_contexts = true;
    th_ok(init_task(script, &spec));
    ck_assert(ac_is_none(ac_task_get_context(th_task_in(0))));
    th_turns(&th.loop, 1);
    ck_assert_uint_eq(th.stray_leaves, 1);
    th_turns(&th.loop, 1);
    th_expect("+first, next, -first");
}
END_TEST

/* ---- Destroyed while pending ---- */

/* A parked task is held by nobody but its owner. */
START_TEST(test_a_pending_task_that_is_destroyed_is_reported)
{
    th_start(0, "t", parks, AC_EAGER_DEFAULT);
    th_turns(&th.loop, 1);
    th_release(th.slots[0]);
    th.slots[0] = NULL;
    th_expect_released("t");
    th_expect_reports("Task was destroyed but it is pending!");
}
END_TEST

START_TEST(test_a_pending_task_that_may_be_destroyed_is_not_reported)
{
    th_start(0, "t", parks, AC_EAGER_DEFAULT);
    th_turns(&th.loop, 1);
    ac_task_set_log_destroy_pending(th_task_in(0), false);
    ck_assert(!ac_task_get_log_destroy_pending(th_task_in(0)));
    ac_task_set_log_destroy_pending(th_task_in(0), true);
    ck_assert(ac_task_get_log_destroy_pending(th_task_in(0)));
    forgive(0);
    th_release(th.slots[0]);
    th.slots[0] = NULL;
    th_expect_released("t");
}
END_TEST

START_TEST(test_a_waiting_task_is_kept_by_what_it_waits_for)
{
    static const th_op script[] = {{TH_AWAIT, 1, .text = "got"}, {TH_END}};
    th_slot(1, "f");
    th_start(0, "t", script, AC_EAGER_DEFAULT);
    th_turns(&th.loop, 1);
    th_release(th.slots[0]);
    th.slots[0] = NULL;
    th_expect_released("");
    th_ok(ac_future_set_result(th.slots[1], th_int(1)));
    th_run(&th.loop);
    th_expect("got 1");
    th_expect_released("t");
}
END_TEST

/* ---- Visit ---- */

START_TEST(test_a_visit_shows_context_name_and_what_the_task_waits_for)
{
    th_slot(1, "f");
    th_start(0, "t", waits, AC_EAGER_DEFAULT);
    ck_assert_str_eq(th_shown_by(th.slots[0]), "copy");
    ac_task_set_name(th_task_in(0), th_new("name"));
    th_turns(&th.loop, 1);
    ck_assert_str_eq(th_shown_by(th.slots[0]), "copy, name, f");
    visit_and_stop(0, 3);
    ck_assert_str_eq(th_shown_by(th.slots[1]), "t");
    th_ok(ac_future_set_result(th.slots[1], th_new("thing")));
    ck_assert_str_eq(th_shown_by(th.slots[0]), "copy, name, f");
    ck_assert_str_eq(th_shown_by(th.slots[1]), "thing");
    th_run(&th.loop);
    ck_assert_str_eq(th_shown_by(th.slots[0]), "copy, name");
    ac_task_set_name(th_task_in(0), ac_none());
    ck_assert_str_eq(th_shown_by(th.slots[0]), "copy");
}
END_TEST

START_TEST(test_a_visit_shows_the_message_of_a_request_and_the_error_on_its_way)
{
    static const th_op script[] = {{TH_STRANGE, .text = "thing", .catches = true}, {TH_END}};
    th_start(0, "t", script, AC_EAGER_DEFAULT);
    th_turns(&th.loop, 1);
    ck_assert_str_eq(th_shown_by(th.slots[0]), "copy, RuntimeError('Task got bad yield: %V')");
    ac_value message = th_new("message");
    th_ok(ac_task_cancel(th_task_in(0), ac_lend(message), NULL));
    th_drop(message);
    ck_assert_str_eq(th_shown_by(th.slots[0]), "message, copy, RuntimeError('Task got bad yield: %V')");
    visit_and_stop(0, 3);
    th_run(&th.loop);
    th_expect("t caught CancelledError(message)");
}
END_TEST

/* No memory for the error: there is nothing to show. */
START_TEST(test_a_visit_of_a_task_that_will_throw_none_shows_nothing_of_it)
{
    static const th_op script[] = {{TH_STRANGE, .text = "thing", .catches = true}, {TH_END}};
    th_start(0, "t", script, AC_EAGER_DEFAULT);
    th_fail(TH_HOOK_ERROR, 1);
    th_turns(&th.loop, 1);
    ck_assert_str_eq(th_shown_by(th.slots[0]), "copy");
    th_run(&th.loop);
    th_expect("t caught Exception('MemoryError')");
}
END_TEST

/* A sleep's future lives in its frame: it is nobody's object. */
START_TEST(test_a_visit_shows_no_future_that_lives_in_a_frame)
{
    static const th_op script[] = {{TH_SLEEP, .number = 1}, {TH_END}};
    th_start(0, "t", script, AC_EAGER_DEFAULT);
    th_turns(&th.loop, 1);
    ck_assert_ptr_nonnull(ac_task_waiting_for(th_task_in(0)));
    ck_assert_str_eq(th_shown_by(th.slots[0]), "copy");
    th_run(&th.loop);
}
END_TEST

static void visit_running(ac_loop *loop, th_coro *self)
{
    (void)loop;
    ck_assert(self->caught.bits != 0);
    ck_assert_str_eq(th_shown_by(th.slots[0]), "copy, f");
}

/* The frame of a sleeping body is shown, that of a running one is not: whoever runs it is reachable
 * otherwise. */
START_TEST(test_a_visit_shows_the_frame_unless_it_runs)
{
    static const th_op script[] = {
        {TH_AWAIT, 1, .catches = true}, {TH_CALL, .call = visit_running}, {TH_YIELD}, {TH_END}};
    th_slot(1, "f");
    th_start(0, "t", script, AC_EAGER_DEFAULT);
    th_turns(&th.loop, 1);
    th_ok(ac_future_set_exception(th.slots[1], th_exception(TH_VALUE, "x")));
    th_turns(&th.loop, 1);
    ck_assert_str_eq(th_shown_by(th.slots[0]), "copy, ValueError('x')");
    visit_and_stop(0, 2);
    th_run(&th.loop);
    th_expect("t caught ValueError('x')");
}
END_TEST

START_TEST(test_a_body_that_cannot_be_visited_is_skipped)
{
    static ac_coro_ops blind;
    th_coro *coro = th_script("t", parks);
    blind = *coro->co.ops;
    blind.visit = NULL;
    coro->co.ops = &blind;
    th.slots[0] = &th_spawn(&th.loop, coro, AC_EAGER_DEFAULT, NULL)->future;
    ck_assert_str_eq(th_shown_by(th.slots[0]), "copy");
    ac_task_set_context(th_task_in(0), ac_none());
    th_turns(&th.loop, 1);
    forgive(0);
}
END_TEST

/* An eager task that has ended has no frame. */
START_TEST(test_a_visit_of_a_task_without_context_and_frame_shows_nothing)
{
    static const th_op script[] = {{TH_CREATE, 0, .text = "t", .script = ends, .eager = AC_EAGER_YES},
                                   {TH_END}};
    th.table.copy_context = NULL;
    th.table.enter = NULL;
    th.table.leave = NULL;
    th_start(1, "main", script, AC_EAGER_DEFAULT);
    th_run(&th.loop);
    ck_assert_ptr_null(ac_task_get_coro(th_task_in(0)));
    ck_assert_str_eq(th_shown_by(th.slots[0]), "");
}
END_TEST

/* ---- Clear ---- */

/* A cleared task is inert: it has nothing, shows nothing, and is on no list. */
static void expect_cleared(unsigned slot)
{
    ac_task *task = th_task_in(slot);
    ck_assert_ptr_null(task);
    ck_assert_ptr_null(ac_future_get_loop(th.slots[slot]));
    ck_assert_str_eq(th_shown_by(th.slots[slot]), "");
    ck_assert_uint_eq(th_refs(th.slots[slot]), 1);
    ck_assert_ptr_null(ac_loop_next_task(&th.loop, NULL));
    ac_future_clear(th.slots[slot]);
    th_check(&th.loop);
}

START_TEST(test_a_ready_task_can_be_cleared)
{
    th_start(0, "t", waits, AC_EAGER_DEFAULT);
    ac_task_set_name(th_task_in(0), th_new("name"));
    ac_future_clear(th.slots[0]);
    expect_cleared(0);
    ck_assert_int_eq(th.objects, 0);
    th_turns(&th.loop, 1);
}
END_TEST

START_TEST(test_a_waiting_task_can_be_cleared)
{
    th_slot(1, "f");
    th_start(0, "t", waits, AC_EAGER_DEFAULT);
    th_turns(&th.loop, 1);
    ck_assert_uint_eq(th_refs(th.slots[1]), 2);
    ac_future_clear(th.slots[0]);
    expect_cleared(0);
    ck_assert_uint_eq(th_refs(th.slots[1]), 1);
    ck_assert_ptr_null(ac_future_next_callback(th.slots[1], NULL));
    th_ok(ac_future_set_result(th.slots[1], ac_none()));
    th_turns(&th.loop, 1);
}
END_TEST

START_TEST(test_a_task_about_to_wake_can_be_cleared)
{
    th_slot(1, "f");
    th_start(0, "t", waits, AC_EAGER_DEFAULT);
    th_turns(&th.loop, 1);
    th_ok(ac_future_set_result(th.slots[1], ac_none()));
    ac_future_clear(th.slots[0]);
    expect_cleared(0);
    th_turns(&th.loop, 1);
}
END_TEST

START_TEST(test_a_parked_task_can_be_cleared)
{
    th_start(0, "t", parks, AC_EAGER_DEFAULT);
    th_turns(&th.loop, 1);
    ac_future_clear(th.slots[0]);
    expect_cleared(0);
}
END_TEST

START_TEST(test_a_task_with_an_error_on_its_way_can_be_cleared)
{
    static const th_op script[] = {{TH_STRANGE, .text = "thing"}, {TH_END}};
    th_start(0, "t", script, AC_EAGER_DEFAULT);
    th_turns(&th.loop, 1);
    th_ok(ac_task_cancel(th_task_in(0), ac_lend(th_int(1)), NULL));
    ac_future_clear(th.slots[0]);
    expect_cleared(0);
    ck_assert_int_eq(th.objects, 0);
}
END_TEST

START_TEST(test_a_done_task_can_be_cleared)
{
    static const th_op script[] = {{TH_RETURN_NEW, .text = "thing"}};
    th_start(0, "t", script, AC_EAGER_DEFAULT);
    th_run(&th.loop);
    ac_future_clear(th.slots[0]);
    expect_cleared(0);
    ck_assert_int_eq(th.objects, 0);
}
END_TEST

/* What waits for a task that is cleared is never woken, as in CPython, but nothing keeps it either. */
START_TEST(test_what_waits_for_a_cleared_task_is_given_up)
{
    static const th_op awaits[] = {{TH_AWAIT, 0}, {TH_END}};
    th_callback done;
    th_start(0, "t", parks, AC_EAGER_DEFAULT);
    th_start(1, "u", awaits, AC_EAGER_DEFAULT);
    th_turns(&th.loop, 1);
    th_callback_init(&done, "done", NULL);
    th_ok(ac_future_add_done_callback(th.slots[0], th_cb(&done)));
    ac_future_clear(th.slots[0]);
    ck_assert_uint_eq(done.dones, 1);
    ck_assert_uint_eq(th_refs(th.slots[1]), 1);
    ck_assert_str_eq(th_shown_by(th.slots[1]), "copy, t");
    th_turns(&th.loop, 2);
    th_expect("");
    forgive(1);
}
END_TEST

/* The foreign loop will come back with the step, and is to find the object: that is kept until then. */
START_TEST(test_a_task_whose_step_a_foreign_loop_has_can_be_cleared)
{
    static const char words[] = "_asyncio.Task object is already initialized";
    ac_task_spec spec = {.eager = AC_EAGER_NO};
    th.table.post = th_post;
    th_use("3.13");
    th_ok(init_task(waits, &spec));
    ac_task *task = th_task_in(0);
    ac_future_clear(th.slots[0]);
    ck_assert_uint_eq(th_refs(th.slots[0]), 2);
    th_expect_failure(ac_task_init(task, &th.loop, &spec), AC_E_RUNTIME, words);
    th_run_posted(&th.loop);
    expect_cleared(0);
}
END_TEST

START_TEST(test_a_cleared_task_may_be_initialised_again)
{
    static const th_op script[] = {{TH_LOG, .text = "again"}, {TH_END}};
    ac_task_spec spec = {.eager = AC_EAGER_NO};
    th_ok(init_task(ends, &spec));
    ac_future_clear(th.slots[0]);
    th_coro *second = th_script("t", script);
    spec.body = &second->co;
    th_ok(ac_task_init(AC_CONTAINER_OF(th.slots[0], ac_task, future), &th.loop, &spec));
    th_run(&th.loop);
    th_expect("again");
    ac_future_clear(th.slots[0]);
    th_coro_drop(second);
}
END_TEST

static ac_turn park_for_ever(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    (void)loop;
    (void)co;
    (void)how;
    (void)in;
    (void)out;
    return AC_PARKED;
}

START_TEST(test_a_body_that_cannot_be_cleared_is_let_go)
{
    static const ac_coro_ops ops = {.resume = park_for_ever};
    th_coro *coro = th_coro_new("t", sizeof *coro, &ops);
    th.slots[0] = &th_spawn(&th.loop, coro, AC_EAGER_DEFAULT, NULL)->future;
    th_turns(&th.loop, 1);
    ac_future_clear(th.slots[0]);
    expect_cleared(0);
}
END_TEST

static ac_turn end_at_once(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    (void)loop;
    (void)co;
    (void)how;
    (void)in;
    return ac_return(out, th_new("thing"));
}

/* Nothing is left of it but its result. */
START_TEST(test_a_spent_task_drops_its_result)
{
    static const ac_coro_ops ops = {.resume = end_at_once};
    th.table.copy_context = NULL;
    th.table.enter = NULL;
    th.table.leave = NULL;
    th_coro *coro = th_coro_new("t", sizeof *coro, &ops);
    th.slots[0] = &th_spawn(&th.loop, coro, AC_EAGER_DEFAULT, NULL)->future;
    th_turns(&th.loop, 1);
    ck_assert_str_eq(th_state(th.slots[0]), "result thing");
    ac_future_clear(th.slots[0]);
    ck_assert_int_eq(th.objects, 0);
    expect_cleared(0);
}
END_TEST

static void clear_again(ac_loop *loop, th_object *object)
{
    (void)loop;
    th_log("finalize %s", object->name);
    ac_future_clear(th.slots[0]);
    ck_assert_str_eq(th_shown_by(th.slots[0]), "");
}

/* Everything is moved out before anything is dropped: host code that runs then finds an inert object. */
START_TEST(test_finalizers_that_run_while_a_task_is_cleared_may_clear_it_again)
{
    ac_value context = th_context("context");
    ac_value name = th_new("name");
    th_object_of(ac_lend(context))->finalize = clear_again;
    th_object_of(ac_lend(name))->finalize = clear_again;
    ac_task_spec spec = {.eager = AC_EAGER_NO,
                         .context = ac_lend(context),
                         .has_context = true,
                         .name = ac_lend(name),
                         .has_name = true};
    th_ok(init_task(waits, &spec));
    th_drop(context);
    th_drop(name);
    ac_future_clear(th.slots[0]);
    th_expect("finalize context, finalize name");
    expect_cleared(0);
}
END_TEST

/* ---- The end ---- */

/* Rule 15: the callbacks in the order of registration, in the turn after the end. */
START_TEST(test_done_callbacks_of_a_task_run_in_the_turn_after_its_end)
{
    th_callback first, second;
    th_start(0, "t", ends, AC_EAGER_DEFAULT);
    th_callback_init(&first, "first", NULL);
    th_callback_init(&second, "second", NULL);
    th_ok(ac_future_add_done_callback(th.slots[0], th_cb(&first)));
    th_ok(ac_future_add_done_callback(th.slots[0], th_cb(&second)));
    th_turns(&th.loop, 1);
    ck_assert(ac_future_done(th.slots[0]));
    th_expect("");
    th_turns(&th.loop, 1);
    th_expect("first, second");
}
END_TEST

START_TEST(test_a_task_does_not_take_a_result_by_hand)
{
    th_use("3.12");
    th_start(0, "t", parks, AC_EAGER_DEFAULT);
    th_turns(&th.loop, 1);
    th_expect_failure(ac_future_set_result(th.slots[0], ac_none()), AC_E_RUNTIME,
                      "Task does not support set_result operation");
    ac_value error = th_exception(TH_VALUE, "x");
    th_expect_failure(ac_future_set_exception(th.slots[0], error), AC_E_RUNTIME,
                      "Task does not support set_exception operation");
    th_drop(error);
    forgive(0);
}
END_TEST

int main(void)
{
    const TTest *tests[] = {
        test_a_new_task_is_pending_and_starts_in_the_next_turn,
        test_a_task_cannot_be_initialised_twice,
        test_a_task_that_is_done_is_made_anew_in_older_releases,
        test_a_task_without_a_body_is_refused,
        test_a_task_of_a_closed_loop_is_refused,
        test_a_task_whose_context_cannot_be_copied_is_not_made,
        test_a_task_that_cannot_be_scheduled_is_not_made,
        test_debug_mode_refuses_a_task_from_another_thread,
        test_tasks_need_neither_contexts_nor_counted_objects,
        test_numbers_are_used_up_by_tasks_without_a_name,
        test_a_task_that_is_refused_uses_no_number,
        test_a_host_may_number_the_tasks_of_several_loops,
        test_a_name_can_be_replaced_at_any_time,
        test_the_context_is_copied_by_the_constructor,
        test_a_context_that_is_given_is_used_itself,
        test_a_context_needs_no_flag_unless_it_is_the_empty_one,
        test_a_task_in_the_empty_context_may_be_given_one,
        test_a_pending_task_that_is_destroyed_is_reported,
        test_a_pending_task_that_may_be_destroyed_is_not_reported,
        test_a_waiting_task_is_kept_by_what_it_waits_for,
        test_a_visit_shows_context_name_and_what_the_task_waits_for,
        test_a_visit_shows_the_message_of_a_request_and_the_error_on_its_way,
        test_a_visit_of_a_task_that_will_throw_none_shows_nothing_of_it,
        test_a_visit_shows_no_future_that_lives_in_a_frame,
        test_a_visit_shows_the_frame_unless_it_runs,
        test_a_body_that_cannot_be_visited_is_skipped,
        test_a_visit_of_a_task_without_context_and_frame_shows_nothing,
        test_a_ready_task_can_be_cleared,
        test_a_waiting_task_can_be_cleared,
        test_a_task_about_to_wake_can_be_cleared,
        test_a_parked_task_can_be_cleared,
        test_a_task_with_an_error_on_its_way_can_be_cleared,
        test_a_done_task_can_be_cleared,
        test_what_waits_for_a_cleared_task_is_given_up,
        test_a_task_whose_step_a_foreign_loop_has_can_be_cleared,
        test_a_cleared_task_may_be_initialised_again,
        test_a_body_that_cannot_be_cleared_is_let_go,
        test_a_spent_task_drops_its_result,
        test_finalizers_that_run_while_a_task_is_cleared_may_clear_it_again,
        test_done_callbacks_of_a_task_run_in_the_turn_after_its_end,
        test_a_task_does_not_take_a_result_by_hand,
    };
    return TH_MAIN("task", tests);
}
