/* test_eager.c - eager start: the first step runs inside the constructor.
 *
 * Mirrors    task_eager_start and the end of _asyncio_Task___init___impl; orders from CPython 3.12.1, 3.13.0,
 *            3.13.18, 3.14.10 and 3.15.2.
 * Rules      Numbers in the comments are those of the rules of asyncio that are easy to get wrong. */
#include "host.h"

#include <stdio.h>

static const th_op waits[] = {{TH_AWAIT, 1, .text = "got"}, {TH_END}};

static void use(const char *profile, uint32_t max_depth)
{
    ac_loop_options options = {.semantics = profile, .max_depth = max_depth};
    th_loop_init(&options);
}

/* Runs a function inside a plain callback of a running loop. */
static void run_in_callback(ac_status (*body)(ac_loop *, th_callback *))
{
    th_callback callback;
    th_callback_init(&callback, NULL, body);
    th_soon(&callback);
    th_turns(&th.loop, 1);
}

/* A task in memory of the test's own, started eagerly by hand. */
static ac_status init_eager(unsigned slot, const char *name, const th_op *script, ac_ref context)
{
    th_coro *coro = th_script(name, script);
    ac_task *task = th_task_new(name, coro);
    ac_task_spec spec = {
        .body = &coro->co, .eager = AC_EAGER_YES, .context = context, .has_context = !ac_is_none(context)};
    th.slots[slot] = &task->future;
    ac_status status = ac_task_init(task, &th.loop, &spec);
    th_coro_drop(coro);
    return status;
}

static size_t ready_count(const ac_loop *loop)
{
    size_t count = 0;
    for (const ac_link *link = loop->ready.next; link != &loop->ready; link = link->next)
        count++;
    return count;
}

/* ---- Who starts at once ---- */

/* Rule 44. */
START_TEST(test_a_task_made_before_the_loop_runs_is_lazy)
{
    static const th_op script[] = {{TH_LOG, .text = "started"}, {TH_END}};
    th_ok(init_eager(0, "t", script, ac_none_ref()));
    th_expect("");
    ck_assert(!ac_future_done(th.slots[0]));
    th_turns(&th.loop, 1);
    th_expect("started");
    ck_assert_ptr_nonnull(ac_task_get_coro(th_task_in(0)));
}
END_TEST

START_TEST(test_an_eager_task_of_a_closed_loop_is_refused)
{
    static const th_op script[] = {{TH_END}};
    th_ok(ac_loop_close(&th.loop));
    th_expect_failure(init_eager(0, "t", script, ac_none_ref()), AC_E_CLOSED, "Event loop is closed");
}
END_TEST

static ac_status refuse_second(ac_loop *loop, th_callback *callback)
{
    (void)callback;
    ac_task_spec spec = {.body = ac_task_get_coro(th_task_in(0)), .eager = AC_EAGER_YES};
    th_expect_failure(ac_task_init(th_task_in(0), loop, &spec), AC_E_RUNTIME,
                      "_asyncio.Task object is already initialized");
    ck_assert_ptr_null(ac_loop_current_task(loop));
    return AC_OK;
}

START_TEST(test_an_eager_task_cannot_be_initialised_twice)
{
    th_slot(1, "f");
    th_start(0, "t", waits, AC_EAGER_NO);
    run_in_callback(refuse_second);
    th_ok(ac_future_set_result(th.slots[1], ac_none()));
    th_run(&th.loop);
    th_expect("got None");
}
END_TEST

/* ---- One task after the other in the same memory ---- */

static const th_op logs_and_gives[] = {{TH_LOG, .text = "started"}, {TH_RETURN_NEW, .text = "object"}};

static ac_status init_again(ac_loop *loop, th_coro *coro)
{
    ac_task *task = th_task_in(0), *previous;
    ac_how how;
    ac_ref in;
    ac_out out = {.value = ac_none()};
    ac_status status = ac_task_init_eager_again(task, &coro->co, &previous, &how, &in);
    if (status == AC_OK) {
        ck_assert_ptr_eq(ac_loop_current_task(loop), task);
        ck_assert(!ac_future_done(&task->future) && ac_task_get_log_destroy_pending(task));
        ac_turn turn = coro->co.ops->resume(loop, &coro->co, how, in, &out);
        status = ac_task_leave_eager(task, previous, turn, &out);
    }
    return status;
}

static th_coro *bodies[2]; /* the object in slot 0 does not know them */

static ac_status start_again(ac_loop *loop, th_callback *callback)
{
    (void)callback;
    bodies[0] = th_script("second", logs_and_gives);
    bodies[1] = th_script("third", waits);
    th_ok(init_eager(0, "first", logs_and_gives, ac_none_ref()));
    ac_task *task = th_task_in(0);
    ac_ref context = ac_task_get_context(task);
    uint64_t serial = ac_task_serial(task);
    th_ok(init_again(loop, bodies[0]));
    ck_assert_str_eq(th_state(&task->future), "result object");
    ck_assert_uint_eq(ac_task_serial(task), serial + 1);
    th_ok(init_again(loop, bodies[1]));
    ck_assert_uint_eq(ac_task_serial(task), serial + 2);
    ck_assert_uint_eq(ac_task_get_context(task).bits, context.bits);
    ck_assert_ptr_eq(ac_task_waiting_for(task), th.slots[1]);
    return AC_OK;
}

START_TEST(test_a_task_that_has_ended_at_once_can_begin_as_another)
{
    th_slot(1, "f");
    run_in_callback(start_again);
    th_expect("started, started");
    ck_assert_ptr_null(ac_loop_current_task(&th.loop));
    ck_assert_ptr_eq(ac_loop_next_task(&th.loop, NULL), th_task_in(0));
    th_ok(ac_future_set_result(th.slots[1], ac_none()));
    th_run(&th.loop);
    th_expect("got None");
    th_release(th.slots[0]);
    th.slots[0] = NULL;
    th_coro_drop(bodies[0]);
    th_coro_drop(bodies[1]);
}
END_TEST

/* ---- The current task ---- */

static void log_current(ac_loop *loop, th_coro *self)
{
    ac_task *task = ac_loop_current_task(loop);
    th_log("%s in %s", self->name, th_name(&task->future));
}

/* Rule 45. */
START_TEST(test_the_current_task_is_replaced_for_the_first_step_and_comes_back)
{
    static const th_op inner[] = {{TH_CALL, .call = log_current}, {TH_END}};
    static const th_op outer[] = {{TH_CALL, .call = log_current},
                                  {TH_CREATE, 2, .text = "inner", .script = inner, .eager = AC_EAGER_YES},
                                  {TH_CALL, .call = log_current},
                                  {TH_END}};
    static const th_op script[] = {{TH_CREATE, 1, .text = "outer", .script = outer, .eager = AC_EAGER_YES},
                                   {TH_CALL, .call = log_current},
                                   {TH_END}};
    th_start(0, "main", script, AC_EAGER_DEFAULT);
    th_turns(&th.loop, 1);
    th_expect("outer in outer, inner in inner, outer in outer, main in main");
}
END_TEST

static ac_status start_in_callback(ac_loop *loop, th_callback *callback)
{
    static const th_op script[] = {{TH_CALL, .call = log_current}, {TH_END}};
    (void)callback;
    ck_assert_ptr_null(ac_loop_current_task(loop));
    th_start(0, "t", script, AC_EAGER_YES);
    ck_assert_ptr_null(ac_loop_current_task(loop));
    return AC_OK;
}

/* Rule 45: none is put back, too. */
START_TEST(test_no_current_task_comes_back_in_a_callback)
{
    run_in_callback(start_in_callback);
    th_expect("t in t");
}
END_TEST

/* ---- What the first step may do ---- */

static ac_status start_and_look(ac_loop *loop, th_callback *callback)
{
    static const th_op script[] = {{TH_RETURN, .number = 5}};
    th_start(0, "t", script, AC_EAGER_YES);
    ck_assert_str_eq(th_state(th.slots[0]), "result 5");
    ck_assert_ptr_null(ac_task_get_coro(th_task_in(0)));
    ck_assert_ptr_null(ac_loop_next_task(loop, NULL));
    ck_assert_uint_eq(ready_count(loop), 0);
    ck_assert_uint_eq(th_refs(th.slots[0]), 1);
    th_callback *done = callback->data;
    th_ok(ac_future_add_done_callback(th.slots[0], th_cb(done)));
    return AC_OK;
}

/* Rule 49: never queued, no coroutine any more; callbacks are scheduled when they are added. */
START_TEST(test_a_task_that_ends_in_its_first_step_never_touches_the_ready_list)
{
    th_callback callback, done;
    th_callback_init(&done, "done", NULL);
    th_callback_init(&callback, NULL, start_and_look);
    callback.data = &done;
    th_soon(&callback);
    th_turns(&th.loop, 1);
    ck_assert_int_eq(th.coros, 1); /* the host's object keeps the frame */
    th_expect("");
    th_turns(&th.loop, 1);
    th_expect("done");
}
END_TEST

/* Rule 50. */
START_TEST(test_an_ordinary_error_of_the_first_step_is_stored)
{
    static const th_op fails[] = {{TH_RAISE, .kind = TH_VALUE, .text = "x"}};
    static const th_op cancelled[] = {{TH_RAISE, .kind = TH_CANCELLED}};
    static const th_op script[] = {
        {TH_CREATE, 1, .text = "fails", .script = fails, .eager = AC_EAGER_YES},
        {TH_CREATE, 2, .text = "cancelled", .script = cancelled, .eager = AC_EAGER_YES},
        {TH_LOG, .text = "on"},
        {TH_END}};
    th_start(0, "main", script, AC_EAGER_DEFAULT);
    th_turns(&th.loop, 1);
    th_expect("on");
    ck_assert_str_eq(th_state(th.slots[1]), "exception ValueError('x')");
    ck_assert(ac_future_cancelled(th.slots[2]));
    ac_future_set_log_traceback(th.slots[1], false);
}
END_TEST

static ac_status start_exit(ac_loop *loop, th_callback *callback)
{
    static const th_op script[] = {{TH_RAISE, .kind = TH_EXIT, .text = "3"}};
    (void)callback;
    th_expect_status(init_eager(0, "t", script, ac_none_ref()), AC_E_RAISED);
    ck_assert_str_eq(th_repr_of(ac_loop_take_raised(loop)), "SystemExit('3')");
    ck_assert_str_eq(th_state(th.slots[0]), "exception SystemExit('3')");
    ck_assert_ptr_null(ac_loop_current_task(loop));
    ac_future_set_log_traceback(th.slots[0], false);
    return AC_OK;
}

/* Rule 50: it comes out of the constructor; the task exists all the same and has stored it. */
START_TEST(test_an_exit_exception_comes_out_of_the_constructor)
{
    run_in_callback(start_exit);
}
END_TEST

/* Rule 50: create_task gives no task; CPython reports that one when it is destroyed, before the creator goes
 * on. */
START_TEST(test_an_exit_exception_comes_out_of_create_task)
{
    static const th_op child[] = {{TH_RAISE, .kind = TH_EXIT, .text = "3"}};
    static const th_op script[] = {
        {TH_CREATE, 1, .text = "child", .script = child, .eager = AC_EAGER_YES, .catches = true},
        {TH_CALL, .call = log_current},
        {TH_END}};
    th_start(0, "main", script, AC_EAGER_DEFAULT);
    th_turns(&th.loop, 1);
    th_expect("main caught SystemExit('3'), main in main");
    ck_assert_ptr_null(th.slots[1]);
    th_expect_released("child");
    th_expect_reports("Task exception was never retrieved: SystemExit('3')");
}
END_TEST

/* Rule 47: before the creator goes on, and before lazy tasks that were made earlier. */
START_TEST(test_a_wake_up_is_registered_in_the_first_step)
{
    static const th_op lazy[] = {{TH_LOG, .text = "lazy start"}, {TH_AWAIT, 3, .text = "lazy"}, {TH_END}};
    static const th_op eager[] = {{TH_LOG, .text = "eager start"}, {TH_AWAIT, 3, .text = "eager"}, {TH_END}};
    static const th_op script[] = {{TH_CREATE, 1, .text = "lazy", .script = lazy},
                                   {TH_CREATE, 2, .text = "eager", .script = eager, .eager = AC_EAGER_YES},
                                   {TH_LOG, .text = "made"},
                                   {TH_YIELD},
                                   {TH_SET_RESULT, 3},
                                   {TH_END}};
    th_slot(3, "f");
    th_start(0, "main", script, AC_EAGER_DEFAULT);
    th_turns(&th.loop, 1);
    th_expect("eager start, made");
    ck_assert_ptr_eq(ac_task_waiting_for(th_task_in(2)), th.slots[3]);
    ck_assert_uint_eq(th_refs(th.slots[2]), 2);
    th_run(&th.loop);
    th_expect("lazy start, eager 0, lazy 0");
}
END_TEST

static ac_status queue_callback(ac_loop *loop, th_callback *callback)
{
    return ac_loop_call_soon(loop, th_cb(callback->data));
}

static ac_status start_yielding(ac_loop *loop, th_callback *callback)
{
    static const th_op script[] = {{TH_LOG, .text = "one"}, {TH_YIELD}, {TH_LOG, .text = "two"}, {TH_END}};
    (void)loop;
    (void)callback;
    th_start(0, "t", script, AC_EAGER_YES);
    return AC_OK;
}

/* Rule 48. */
START_TEST(test_a_bare_yield_of_the_first_step_is_queued_at_that_place)
{
    th_callback before, start, after, first, second;
    th_callback_init(&first, "first", NULL);
    th_callback_init(&second, "second", NULL);
    th_callback_init(&before, NULL, queue_callback);
    before.data = &first;
    th_callback_init(&start, NULL, start_yielding);
    th_callback_init(&after, NULL, queue_callback);
    after.data = &second;
    th_soon(&before);
    th_soon(&start);
    th_soon(&after);
    th_turns(&th.loop, 1);
    th_expect("one");
    th_turns(&th.loop, 1);
    th_expect("first, two, second");
}
END_TEST

START_TEST(test_a_parked_first_step_is_held_by_nobody_but_its_owner)
{
    static const th_op child[] = {{TH_PARK}, {TH_LOG, .text = "on"}, {TH_END}};
    static const th_op script[] = {{TH_CREATE, 1, .text = "child", .script = child, .eager = AC_EAGER_YES},
                                   {TH_END}};
    th_start(0, "main", script, AC_EAGER_DEFAULT);
    th_turns(&th.loop, 1);
    ck_assert_uint_eq(th_refs(th.slots[1]), 1);
    th_ok(ac_task_wake(th_task_in(1)));
    th_run(&th.loop);
    th_expect("on");
}
END_TEST

/* Rule 40, in the constructor: the error comes in the next turn. */
START_TEST(test_a_bad_yield_of_the_first_step_is_answered_in_the_next_turn)
{
    static const th_op child[] = {{TH_STRANGE, .text = "thing", .catches = true}, {TH_END}};
    static const th_op script[] = {{TH_CREATE, 1, .text = "child", .script = child, .eager = AC_EAGER_YES},
                                   {TH_END}};
    th_start(0, "main", script, AC_EAGER_DEFAULT);
    th_turns(&th.loop, 1);
    th_expect("");
    th_turns(&th.loop, 1);
    th_expect("child caught RuntimeError('Task got bad yield: %V')");
}
END_TEST

static void look_at_all(ac_loop *loop, th_coro *self)
{
    (void)self;
    ac_task *first = ac_loop_next_task(loop, NULL);
    ac_task *second = ac_loop_next_task(loop, first);
    ck_assert_ptr_eq(first, th_task_in(0));
    ck_assert_ptr_eq(second, ac_loop_current_task(loop));
    ck_assert_ptr_null(ac_loop_next_task(loop, second));
    th_check(loop);
}

/* Rule 52. */
START_TEST(test_a_task_is_among_all_tasks_during_its_first_step)
{
    static const th_op child[] = {{TH_CALL, .call = look_at_all}, {TH_END}};
    static const th_op script[] = {{TH_CREATE, 1, .text = "child", .script = child, .eager = AC_EAGER_YES},
                                   {TH_END}};
    th_start(0, "main", script, AC_EAGER_DEFAULT);
    th_turns(&th.loop, 1);
    ck_assert(ac_future_done(th.slots[1]));
}
END_TEST

/* ---- Cancellation ---- */

/* Rule 53. */
START_TEST(test_a_creator_that_is_cancelled_by_its_eager_child_goes_on_until_it_waits)
{
    static const th_op child[] = {{TH_CANCEL, 0, .number = 4}, {TH_END}};
    static const th_op script[] = {{TH_CREATE, 1, .text = "child", .script = child, .eager = AC_EAGER_YES},
                                   {TH_LOG, .text = "on"},
                                   {TH_AWAIT, 2, .text = "done future"},
                                   {TH_YIELD, .catches = true},
                                   {TH_END}};
    th_slot(2, "f");
    th_ok(ac_future_set_result(th.slots[2], ac_none()));
    th_start(0, "main", script, AC_EAGER_DEFAULT);
    th_turns(&th.loop, 1);
    th_expect("on, done future None");
    ck_assert_uint_eq(ac_task_cancelling(th_task_in(0)), 1);
    th_run(&th.loop);
    th_expect("main caught CancelledError(4)");
}
END_TEST

/* Rule 34, in the constructor. */
START_TEST(test_an_eager_task_that_cancels_itself_cancels_what_it_waits_for)
{
    static const th_op child[] = {
        {TH_CANCEL_SELF, .number = 4}, {TH_AWAIT, 2, .catches = true}, {TH_RERAISE}};
    static const th_op script[] = {{TH_CREATE, 1, .text = "child", .script = child, .eager = AC_EAGER_YES},
                                   {TH_END}};
    th_slot(2, "f");
    th_start(0, "main", script, AC_EAGER_DEFAULT);
    th_turns(&th.loop, 1);
    ck_assert(ac_future_cancelled(th.slots[2]));
    ck_assert(!ac_future_done(th.slots[1]));
    th_turns(&th.loop, 1);
    th_expect("child caught CancelledError(4)");
    ck_assert(ac_future_cancelled(th.slots[1]));
}
END_TEST

START_TEST(test_an_eager_task_may_wait_for_its_creator)
{
    static const th_op child[] = {{TH_AWAIT, 0, .text = "creator gave"}, {TH_END}};
    static const th_op script[] = {{TH_CREATE, 1, .text = "child", .script = child, .eager = AC_EAGER_YES},
                                   {TH_RETURN, .number = 6}};
    th_start(0, "main", script, AC_EAGER_DEFAULT);
    th_turns(&th.loop, 1);
    th_expect("");
    th_turns(&th.loop, 1);
    th_expect("creator gave 6");
}
END_TEST

/* ---- Contexts ---- */

/* Rule 46. */
START_TEST(test_the_first_step_runs_in_a_context_of_its_own)
{
    static const th_op child[] = {{TH_LOG, .text = "child"}, {TH_YIELD}, {TH_LOG, .text = "again"}, {TH_END}};
    static const th_op script[] = {{TH_CREATE, 1, .text = "child", .script = child, .eager = AC_EAGER_YES},
                                   {TH_LOG, .text = "main"},
                                   {TH_END}};
    th.log_contexts = true;
    th_start(0, "main", script, AC_EAGER_DEFAULT);
    th_run(&th.loop);
    th_expect("+copy, +copy, child, -copy, main, -copy, +copy, again, -copy");
}
END_TEST

static void start_in_own_context(ac_loop *loop, th_coro *self)
{
    static const th_op script[] = {{TH_LOG, .text = "never"}, {TH_END}};
    (void)self;
    ac_task *current = ac_loop_current_task(loop);
    th_expect_status(init_eager(1, "child", script, ac_task_get_context(current)), AC_E_RAISED);
    ck_assert_str_eq(th_repr_of(ac_loop_take_raised(loop)),
                     "RuntimeError('cannot enter context: it is already entered')");
    ck_assert_ptr_eq(ac_loop_current_task(loop), current);
    ck_assert_ptr_null(ac_future_get_loop(th.slots[1]));
    ck_assert_ptr_eq(ac_loop_next_task(loop, NULL), current);
    ck_assert_ptr_null(ac_loop_next_task(loop, current));
}

/* Rule 46, and gh-157301: the current task is put back. */
START_TEST(test_a_context_that_is_entered_already_makes_no_task)
{
    static const th_op script[] = {{TH_CALL, .call = start_in_own_context}, {TH_END}};
    th_start(0, "main", script, AC_EAGER_DEFAULT);
    th_turns(&th.loop, 1);
    th_expect("");
}
END_TEST

static void strand(ac_loop *loop, th_coro *self)
{
    static const th_op script[] = {{TH_LOG, .text = "never"}, {TH_END}};
    (void)self;
    ac_task *current = ac_loop_current_task(loop);
    th_expect_status(init_eager(1, "child", script, ac_task_get_context(current)), AC_E_RAISED);
    th_drop(ac_loop_take_raised(loop));
    ck_assert_ptr_eq(ac_loop_current_task(loop), th_task_in(1));
    ck_assert_ptr_eq(ac_loop_next_task(loop, current), th_task_in(1));
    ck_assert(!ac_future_done(th.slots[1]));
    ck_assert_uint_eq(th_refs(th.slots[1]), 2);
}

static const th_op strands[] = {
    {TH_CALL, .call = strand}, {TH_YIELD}, {TH_LOG, .text = "main goes on"}, {TH_END}};

/* Slot 0 has strands, slot 1 is the current task for good. */
static void start_and_strand(const char *release)
{
    use(release, 0);
    th_start(0, "main", strands, AC_EAGER_DEFAULT);
    th_turns(&th.loop, 1);
    ck_assert_ptr_eq(ac_loop_current_task(&th.loop), th_task_in(1));
    ac_task_set_log_destroy_pending(th_task_in(0), false);
    ac_task_set_log_destroy_pending(th_task_in(1), false);
}

/* Before gh-157301. */
START_TEST(test_a_first_step_that_cannot_begin_strands_the_loop_in_older_releases)
{
    th_callback callback;
    th_callback_init(&callback, "a callback runs", NULL);
    start_and_strand("3.13.0");
    th_soon(&callback);
    th_turns(&th.loop, 2);
    th_expect("a callback runs");
    th_expect_reports(
        "Exception in callback: RuntimeError('Leaving task %T does not match the current task %P.'), "
        "Exception in callback: RuntimeError('Cannot enter into task %T while another task %P is being "
        "executed.')");
    th_ok(ac_loop_close(&th.loop));
    ck_assert_ptr_null(ac_loop_current_task(&th.loop));
    ck_assert_uint_eq(th_refs(th.slots[1]), 1);
}
END_TEST

START_TEST(test_a_stranded_task_that_is_cleared_lets_the_loop_go_on)
{
    start_and_strand("3.14.10");
    ac_future_clear(th.slots[1]);
    ck_assert_ptr_null(ac_loop_current_task(&th.loop));
    ck_assert_uint_eq(th_refs(th.slots[1]), 1);
    th_turns(&th.loop, 1);
    th_expect("main goes on");
    th_expect_reports(
        "Exception in callback: RuntimeError('Invalid attempt to leave task %T while task %P is entered.')");
}
END_TEST

static void forks(ac_loop *loop, th_coro *self)
{
    (void)self;
    (void)ac_loop_set_running(loop, false);
    (void)ac_loop_swap_current_task(loop, NULL);
}

static const th_op forks_script[] = {
    {TH_CALL, .call = forks}, {TH_YIELD}, {TH_LOG, .text = "goes on"}, {TH_END}};

/* What happens in the child of a fork: no loop runs there, and no task is the current one. */
static void step_in_a_child(const char *release)
{
    use(release, 0);
    th_start(0, "main", forks_script, AC_EAGER_NO);
    th_turns(&th.loop, 2);
    th_expect("goes on");
}

START_TEST(test_a_step_that_ends_when_its_loop_does_not_run_is_told_so)
{
    step_in_a_child("3.14.10");
    th_expect_reports("Exception in callback: RuntimeError('loop %L is not the running loop')");
}
END_TEST

START_TEST(test_older_releases_ask_for_the_current_task_alone)
{
    step_in_a_child("3.13.0");
    th_expect_reports(
        "Exception in callback: RuntimeError('Leaving task %T does not match the current task %P.')");
}
END_TEST

static ac_status fail_copy(ac_loop *loop, th_callback *callback)
{
    static const th_op script[] = {{TH_END}};
    (void)callback;
    th_fail(TH_HOOK_COPY_CONTEXT, 1);
    th_expect_status(init_eager(0, "t", script, ac_none_ref()), AC_E_RAISED);
    th_drop(ac_loop_take_raised(loop));
    ck_assert_ptr_null(ac_future_get_loop(th.slots[0]));
    return AC_OK;
}

START_TEST(test_a_context_that_cannot_be_copied_makes_no_task)
{
    run_in_callback(fail_copy);
}
END_TEST

static void give_context(ac_loop *loop, th_coro *self)
{
    (void)self;
    th_ok(ac_task_set_context(ac_loop_current_task(loop), th_context("first")));
}

static ac_status start_empty(ac_loop *loop, th_callback *callback)
{
    static const th_op script[] = {
        {TH_CALL, .call = give_context}, {TH_YIELD}, {TH_LOG, .text = "again"}, {TH_END}};
    (void)callback;
    th_coro *coro = th_script("t", script);
    ac_task_spec spec = {.body = &coro->co, .eager = AC_EAGER_YES, .has_context = true};
    ac_task *task = NULL;
    th_ok(ac_loop_create_task(loop, &spec, &task));
    th_coro_drop(coro);
    th.slots[0] = &task->future;
    return AC_OK;
}

/* A context that the task was given in its first step is left at the end of that. */
START_TEST(test_a_first_step_in_the_empty_context_may_be_given_one)
{
    th.log_contexts = true;
    run_in_callback(start_empty);
    ck_assert_uint_eq(th.stray_leaves, 1);
    th_run(&th.loop);
    th_expect("+first, again, -first");
}
END_TEST

static ac_status start_plain(ac_loop *loop, th_callback *callback)
{
    static const th_op script[] = {{TH_RETURN, .number = 1}};
    (void)loop;
    (void)callback;
    th_start(0, "t", script, AC_EAGER_YES);
    ck_assert_str_eq(th_state(th.slots[0]), "result 1");
    return AC_OK;
}

START_TEST(test_eager_tasks_need_no_contexts)
{
    th.table.copy_context = NULL;
    th.table.enter = NULL;
    th.table.leave = NULL;
    th_loop_init(NULL);
    run_in_callback(start_plain);
}
END_TEST

/* A context that a host without contexts of its own was given is kept, not entered. */
static ac_status start_with_context(ac_loop *loop, th_callback *callback)
{
    static const th_op script[] = {{TH_YIELD}, {TH_END}};
    (void)loop;
    (void)callback;
    ac_value context = th_context("given");
    th_ok(init_eager(0, "t", script, ac_lend(context)));
    th_drop(context);
    return AC_OK;
}

START_TEST(test_a_host_without_contexts_enters_none)
{
    th.table.copy_context = NULL;
    th.table.enter = NULL;
    th.table.leave = NULL;
    th_loop_init(NULL);
    run_in_callback(start_with_context);
    th_run(&th.loop);
    ck_assert(ac_future_done(th.slots[0]));
}
END_TEST

/* ---- Depth ---- */

static int deepest;

static void start_deeper(ac_loop *loop, th_coro *self)
{
    static const th_op deeper[] = {{TH_CALL, .call = start_deeper}, {TH_END}};
    deepest++;
    ac_status status;
    ac_task *task = th_spawn(loop, th_script(self->name, deeper), AC_EAGER_YES, &status);
    th_ok(status);
    if (ac_future_get_state(&task->future) == AC_FAILED) {
        th_log("%s", th_state(&task->future));
        ac_future_set_log_traceback(&task->future, false);
    }
    th_release(&task->future);
    th.released[0] = '\0';
}

/* Beyond the limit the body is thrown a RecursionError, which the task stores; all others end as they should,
 * and the limit holds again for the next time. */
START_TEST(test_eager_starts_nest_as_deep_as_the_limit)
{
    static const th_op script[] = {{TH_CALL, .call = start_deeper}, {TH_END}};
    static const uint32_t limits[] = {3, 0};
    for (int i = 0; i < 2; i++) {
        use(NULL, limits[i]);
        for (int again = 0; again < 2; again++) {
            deepest = 0;
            th_start(0, "t", script, AC_EAGER_DEFAULT);
            th_run(&th.loop);
            ck_assert_int_eq(deepest, limits[i] == 0 ? 501 : 4);
            th_expect("exception RecursionError('maximum recursion depth exceeded')");
            ck_assert_uint_eq(th.loop.depth, 0);
        }
    }
}
END_TEST

static ac_turn count_resumes(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    (void)co;
    th_log("%s %s", how == AC_THROW ? "throw" : "send", th_repr(in));
    return how == AC_THROW ? ac_raise(loop, in, out) : ac_return(out, ac_none());
}

static void start_too_deep(ac_loop *loop, th_coro *self)
{
    static const ac_coro_ops ops = {.resume = count_resumes};
    (void)self;
    ac_status status;
    th_fail(TH_HOOK_ERROR, 1);
    th_coro *body = th_coro_new("deep", sizeof *body, &ops);
    ac_task *task = th_spawn(loop, body, AC_EAGER_YES, &status);
    th_ok(status);
    th.slots[2] = &task->future;
    ac_future_set_log_traceback(th.slots[2], false);
}

/* No memory even for the RecursionError: none is thrown, which a host raises as its MemoryError. */
START_TEST(test_too_deep_without_memory_throws_none)
{
    static const th_op child[] = {{TH_CALL, .call = start_too_deep}, {TH_END}};
    static const th_op script[] = {{TH_CREATE, 1, .text = "child", .script = child, .eager = AC_EAGER_YES},
                                   {TH_END}};
    use(NULL, 1);
    th_start(0, "main", script, AC_EAGER_DEFAULT);
    th_run(&th.loop);
    th_expect("throw None");
    ck_assert_str_eq(th_state(th.slots[2]), "exception None");
}
END_TEST

/* ---- The object ---- */

static void clear_itself(ac_loop *loop, th_coro *self)
{
    (void)self;
    ac_future_clear(&ac_loop_current_task(loop)->future);
}

START_TEST(test_a_task_cannot_be_cleared_in_its_first_step)
{
    static const th_op child[] = {{TH_CALL, .call = clear_itself}, {TH_RETURN, .number = 2}};
    static const th_op script[] = {{TH_CREATE, 1, .text = "child", .script = child, .eager = AC_EAGER_YES},
                                   {TH_END}};
    th_start(0, "main", script, AC_EAGER_DEFAULT);
    th_turns(&th.loop, 1);
    ck_assert_str_eq(th_state(th.slots[1]), "result 2");
}
END_TEST

static ac_turn end_at_once(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    (void)loop;
    (void)co;
    (void)how;
    (void)in;
    return ac_return(out, ac_none());
}

static ac_status start_unclearable(ac_loop *loop, th_callback *callback)
{
    static const ac_coro_ops ops = {.resume = end_at_once};
    (void)callback;
    th_coro *body = th_coro_new("t", sizeof *body, &ops);
    th.slots[0] = &th_spawn(loop, body, AC_EAGER_YES, NULL)->future;
    ck_assert_ptr_null(ac_task_get_coro(th_task_in(0)));
    return AC_OK;
}

START_TEST(test_a_body_that_cannot_be_cleared_is_forgotten_too)
{
    run_in_callback(start_unclearable);
}
END_TEST

static void release_child(ac_loop *loop, th_coro *self)
{
    (void)loop;
    th_log("%s cleared", self->name);
    ac_future *child = th.slots[1];
    th.slots[1] = NULL;
    if (child != NULL)
        th_release(child);
}

static ac_coro_ops releasing_ops;
static void (*script_clear)(ac_loop *loop, ac_coro *co);

static void clear_and_release(ac_loop *loop, ac_coro *co)
{
    release_child(loop, AC_CONTAINER_OF(co, th_coro, co));
    script_clear(loop, co);
}

static ac_status start_releasing(ac_loop *loop, th_callback *callback)
{
    static const th_op script[] = {{TH_END}};
    (void)callback;
    th_coro *coro = th_script("t", script);
    releasing_ops = *coro->co.ops;
    script_clear = releasing_ops.clear;
    releasing_ops.clear = clear_and_release;
    coro->co.ops = &releasing_ops;
    ac_task *task = th_task_new("t", NULL);
    ac_task_spec spec = {.body = &coro->co, .eager = AC_EAGER_YES};
    th.slots[1] = &task->future;
    th_retain(&task->future);
    th_ok(ac_task_init(task, loop, &spec));
    ck_assert_ptr_null(th.slots[1]);
    th_expect_released("");
    th_release(&task->future);
    th_expect_released("t");
    coro->co.ops = callback->data;
    th_coro_drop(coro);
    return AC_OK;
}

/* The frame is cleared when its task has ended; what that runs may release all references but that of the
 * creator, who keeps the object for the length of the call. */
START_TEST(test_a_task_may_be_released_while_its_frame_is_cleared)
{
    static const th_op script[] = {{TH_END}};
    th_callback callback;
    th_coro *any = th_script("any", script);
    th_callback_init(&callback, NULL, start_releasing);
    callback.data = (void *)(uintptr_t)any->co.ops;
    th_coro_drop(any);
    th_soon(&callback);
    th_turns(&th.loop, 1);
    th_expect("t cleared");
}
END_TEST

int main(void)
{
    const TTest *tests[] = {
        test_a_task_made_before_the_loop_runs_is_lazy,
        test_an_eager_task_of_a_closed_loop_is_refused,
        test_an_eager_task_cannot_be_initialised_twice,
        test_a_task_that_has_ended_at_once_can_begin_as_another,
        test_the_current_task_is_replaced_for_the_first_step_and_comes_back,
        test_no_current_task_comes_back_in_a_callback,
        test_a_task_that_ends_in_its_first_step_never_touches_the_ready_list,
        test_an_ordinary_error_of_the_first_step_is_stored,
        test_an_exit_exception_comes_out_of_the_constructor,
        test_an_exit_exception_comes_out_of_create_task,
        test_a_wake_up_is_registered_in_the_first_step,
        test_a_bare_yield_of_the_first_step_is_queued_at_that_place,
        test_a_parked_first_step_is_held_by_nobody_but_its_owner,
        test_a_bad_yield_of_the_first_step_is_answered_in_the_next_turn,
        test_a_task_is_among_all_tasks_during_its_first_step,
        test_a_creator_that_is_cancelled_by_its_eager_child_goes_on_until_it_waits,
        test_an_eager_task_that_cancels_itself_cancels_what_it_waits_for,
        test_an_eager_task_may_wait_for_its_creator,
        test_the_first_step_runs_in_a_context_of_its_own,
        test_a_context_that_is_entered_already_makes_no_task,
        test_a_first_step_that_cannot_begin_strands_the_loop_in_older_releases,
        test_a_stranded_task_that_is_cleared_lets_the_loop_go_on,
        test_a_step_that_ends_when_its_loop_does_not_run_is_told_so,
        test_older_releases_ask_for_the_current_task_alone,
        test_a_context_that_cannot_be_copied_makes_no_task,
        test_a_first_step_in_the_empty_context_may_be_given_one,
        test_eager_tasks_need_no_contexts,
        test_a_host_without_contexts_enters_none,
        test_eager_starts_nest_as_deep_as_the_limit,
        test_too_deep_without_memory_throws_none,
        test_a_task_cannot_be_cleared_in_its_first_step,
        test_a_body_that_cannot_be_cleared_is_forgotten_too,
        test_a_task_may_be_released_while_its_frame_is_cleared,
    };
    return TH_MAIN("eager", tests);
}
