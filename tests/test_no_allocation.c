/* test_no_allocation.c - what the core promises to do without asking the host for memory: await, set_result,
 * wake, cancel, and call_soon of an embedded handle.
 *
 * Idea       A table of its own, the smallest there can be, whose realloc counts; loop, tasks, futures and
 *            handles are variables of the test.  So they cannot fail for want of memory either. */
#include <aiocore/aiocore.h>

#include <check.h>
#include <stdlib.h>

enum { TIMES = 100 };

typedef struct spoken {
    ac_task task;
    ac_coro co;
} spoken;

static ac_loop loop_of_test;
static ac_clock clock_of_test;
static ac_future future;
static spoken waits, acts;
static size_t reallocs, woken, thrown;

/* ---- The table ---- */

static void drop(ac_loop *loop, ac_value value)
{
    (void)loop;
    (void)value;
}

/* An exception is a word that tells its kind. */
static ac_value error(ac_loop *loop, const ac_error *wanted)
{
    (void)loop;
    ac_value made = {1 + (uint64_t)wanted->kind};
    return made;
}

static unsigned classify(ac_loop *loop, ac_ref exception)
{
    (void)loop;
    return exception.bits == 1 + AC_X_CANCELLED ? AC_IS_CANCELLED | AC_IS_CANCELLED_EXACT : 0;
}

static void *count_realloc(ac_loop *loop, void *memory, size_t old, size_t now)
{
    (void)loop;
    (void)old;
    reallocs++;
    if (now > 0)
        return realloc(memory, now);
    free(memory);
    return NULL;
}

static const ac_host table = {.abi = AC_ABI,
                              .size = sizeof(ac_host),
                              .drop = drop,
                              .error = error,
                              .classify = classify,
                              .realloc = count_realloc};

static void setup(void)
{
    ac_loop_options options = {.clock = &clock_of_test};
    ac_clock_init(&clock_of_test);
    ck_assert_int_eq(ac_loop_init(&loop_of_test, &table, &options), AC_OK);
    reallocs = woken = thrown = 0;
}

static void teardown(void)
{
    ac_future_clear(&waits.task.future);
    ac_future_clear(&acts.task.future);
    ac_future_clear(&future);
    ck_assert_int_eq(ac_loop_close(&loop_of_test), AC_OK);
}

/* ---- One task waits, the other one acts ---- */

enum { WAIT = 1, ACT = 1 };

static ac_turn wait_often(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    AC_BEGIN(co);
    while (woken < TIMES) {
        ac_future_clear(&future);
        ck_assert_int_eq(ac_future_init(&future, loop), AC_OK);
        AC_AWAIT(WAIT, &future);
        woken++;
        thrown += how == AC_THROW ? 1 : 0;
        (void)ac_task_uncancel(&waits.task);
    }
    AC_END(co);
    return ac_return(out, ac_none());
}

static ac_turn set_often(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    AC_BEGIN(co);
    while (woken < TIMES) {
        ck_assert_int_eq(ac_future_set_result(&future, ac_none()), AC_OK);
        AC_YIELD(ACT);
    }
    AC_END(co);
    return ac_return(out, ac_none());
}

static ac_turn cancel_often(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    AC_BEGIN(co);
    while (woken < TIMES) {
        ck_assert_int_eq(ac_task_cancel(&waits.task, ac_none_ref(), NULL), AC_OK);
        AC_YIELD(ACT);
    }
    AC_END(co);
    return ac_return(out, ac_none());
}

static const ac_coro_ops wait_ops = {.resume = wait_often}, set_ops = {.resume = set_often},
                         cancel_ops = {.resume = cancel_often};

static void start(spoken *task, const ac_coro_ops *ops, ac_eager eager)
{
    ac_task_spec spec = {.body = &task->co, .eager = eager};
    ac_coro_init(&task->co, ops);
    ck_assert_int_eq(ac_task_init(&task->task, &loop_of_test, &spec), AC_OK);
}

static void run_pair(const ac_coro_ops *acts_ops)
{
    start(&waits, &wait_ops, AC_EAGER_NO);
    start(&acts, acts_ops, AC_EAGER_NO);
    while (!ac_future_done(&acts.task.future))
        ck_assert_int_eq(ac_loop_turn(&loop_of_test), AC_OK);
    ck_assert_uint_eq(woken, TIMES);
}

START_TEST(await_set_result_and_wake_ask_for_no_memory)
{
    run_pair(&set_ops);
    ck_assert_uint_eq(thrown, 0);
    ck_assert_uint_eq(reallocs, 0);
}
END_TEST

START_TEST(cancelling_a_waiting_task_asks_for_no_memory)
{
    run_pair(&cancel_ops);
    ck_assert_uint_eq(thrown, TIMES);
    ck_assert_uint_eq(reallocs, 0);
}
END_TEST

/* ---- An embedded handle ---- */

static size_t calls;

static ac_status call(ac_loop *loop, ac_callback *callback)
{
    return ++calls < TIMES ? ac_loop_call_soon(loop, callback) : AC_OK;
}

static const ac_handle_ops call_ops = {.run = call};

START_TEST(call_soon_of_an_embedded_handle_asks_for_no_memory)
{
    ac_callback callback;
    ac_callback_init(&callback, &call_ops, ac_none());
    ck_assert_int_eq(ac_loop_call_soon(&loop_of_test, &callback), AC_OK);
    calls = 0;
    for (int i = 0; i < TIMES; i++)
        ck_assert_int_eq(ac_loop_turn(&loop_of_test), AC_OK);
    ck_assert_uint_eq(calls, TIMES);
    ck_assert_uint_eq(reallocs, 0);
}
END_TEST

START_TEST(call_soon_from_another_thread_asks_for_no_memory)
{
    ac_callback callback;
    ac_callback_init(&callback, &call_ops, ac_none());
    calls = TIMES - 1;
    ck_assert_int_eq(ac_loop_call_soon_threadsafe(&loop_of_test, &callback), AC_OK);
    ck_assert_int_eq(ac_loop_turn(&loop_of_test), AC_OK);
    ck_assert_uint_eq(calls, TIMES);
    ck_assert_uint_eq(reallocs, 0);
}
END_TEST

static ac_turn return_at_once(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    AC_BEGIN(co);
    AC_END(co);
    return ac_return(out, ac_none());
}

static const ac_coro_ops return_ops = {.resume = return_at_once};

static ac_turn start_child(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    AC_BEGIN(co);
    start(&waits, &return_ops, AC_EAGER_YES);
    ck_assert(ac_future_done(&waits.task.future));
    AC_END(co);
    return ac_return(out, ac_none());
}

static const ac_coro_ops start_ops = {.resume = start_child};

START_TEST(an_eager_task_asks_for_no_memory)
{
    start(&acts, &start_ops, AC_EAGER_NO);
    ck_assert_int_eq(ac_loop_turn(&loop_of_test), AC_OK);
    ck_assert(ac_future_done(&acts.task.future));
    ck_assert_uint_eq(reallocs, 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("no_allocation");
    TCase *cases = tcase_create("no_allocation");
    tcase_add_checked_fixture(cases, setup, teardown);
    tcase_add_test(cases, await_set_result_and_wake_ask_for_no_memory);
    tcase_add_test(cases, cancelling_a_waiting_task_asks_for_no_memory);
    tcase_add_test(cases, call_soon_of_an_embedded_handle_asks_for_no_memory);
    tcase_add_test(cases, call_soon_from_another_thread_asks_for_no_memory);
    tcase_add_test(cases, an_eager_task_asks_for_no_memory);
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
