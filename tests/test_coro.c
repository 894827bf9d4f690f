/* test_coro.c - bodies in C: the macros of coro.h, every way a body stops, and closing
 * (src/future/coro.c). */
#include "host.h"

/* ---- A body that visits every macro ---- */

enum { BELL = 1, NAP, BREATH };

struct body {
    th_coro head;
    ac_sleep nap;
    int stage;
};

static ac_turn run_body(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    struct body *self = AC_CONTAINER_OF(co, struct body, head.co);
    ac_turn turn;
    if (how == AC_CLOSE && co->at != 0) {
        th_log("closed at %d", co->at);
        return ac_return(out, ac_none());
    }
    AC_BEGIN(co);
    th_log("begin");
    AC_AWAIT(BELL, th.slots[0]);
    th_log("%s %s", how == AC_SEND ? "sent" : "thrown", th_repr(in));
    if (how == AC_THROW)
        return ac_raise(loop, in, out);
    ac_sleep_init(&self->nap, loop, 2, th_new("rested"));
    AC_AWAIT_CORO(NAP, &self->nap.co, turn);
    th_log("%s %s", ac_turn_name(turn), th_repr(ac_lend(out->value)));
    if (turn == AC_RAISED)
        return AC_RAISED;
    ac_drop(loop, out->value);
    AC_YIELD(BREATH);
    th_log(how == AC_SEND ? "breathed" : "choked");
    if (how == AC_THROW)
        return ac_raise(loop, in, out);
    AC_END(co);
    return ac_return(out, th_int(42));
}

static void clear_body(ac_loop *loop, ac_coro *co)
{
    struct body *self = AC_CONTAINER_OF(co, struct body, head.co);
    if (self->nap.co.ops != NULL)
        self->nap.co.ops->clear(loop, &self->nap.co);
}

static const ac_coro_ops body_ops = {.resume = run_body, .clear = clear_body};

static ac_task *start(void)
{
    struct body *body = th_coro_new("t", sizeof *body, &body_ops);
    if (th.slots[0] == NULL)
        (void)th_slot(0, "bell");
    ac_task *task = th_spawn(&th.loop, &body->head, AC_EAGER_NO, NULL);
    ck_assert_ptr_nonnull(task);
    th.slots[1] = &task->future;
    return task;
}

START_TEST(test_a_body_reads_top_to_bottom)
{
    ac_task *task = start();
    th_turns(&th.loop, 1);
    th_expect("begin");
    ck_assert_ptr_eq(ac_task_waiting_for(task), th.slots[0]);
    th_ok(ac_future_set_result(th.slots[0], th_int(7)));
    th_turns(&th.loop, 1);
    th_expect("sent 7");
    th.now = 2;
    th_turns(&th.loop, 2);
    th_expect("AC_RETURNED rested");
    th_turns(&th.loop, 1);
    th_expect("breathed");
    ck_assert_str_eq(th_state(&task->future), "result 42");
}
END_TEST

START_TEST(test_a_future_that_is_done_does_not_suspend_the_body)
{
    th_ok(ac_future_set_result(th_slot(0, "bell"), th_int(7)));
    (void)start();
    th_turns(&th.loop, 1);
    th_expect("begin, sent 7");
    th_run(&th.loop);
    th_expect("AC_RETURNED rested, breathed");
}
END_TEST

START_TEST(test_a_failed_future_throws_into_the_body)
{
    ac_task *task = start();
    th_turns(&th.loop, 1);
    th_ok(ac_future_set_exception(th.slots[0], th_exception(TH_VALUE, "x")));
    th_turns(&th.loop, 1);
    th_expect("begin, thrown ValueError('x')");
    ck_assert_str_eq(th_state(&task->future), "exception ValueError('x')");
    ac_future_set_log_traceback(&task->future, false);
}
END_TEST

START_TEST(test_a_future_that_has_failed_already_throws_into_the_body)
{
    th_ok(ac_future_set_exception(th_slot(0, "bell"), th_exception(TH_VALUE, "x")));
    ac_task *task = start();
    th_turns(&th.loop, 1);
    th_expect("begin, thrown ValueError('x')");
    ac_future_set_log_traceback(&task->future, false);
}
END_TEST

/* Each resume point of the body is thrown into. */
START_TEST(test_a_cancellation_reaches_every_resume_point)
{
    static const struct {
        int turns;
        const char *log;
    } rows[] = {
        {0, ""},
        {1, "begin, thrown CancelledError()"},
        {2, "begin, sent 7, AC_RAISED CancelledError()"},
        {4, "begin, sent 7, AC_RETURNED rested, choked"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        th_release(th_slot(0, "bell"));
        th.slots[0] = NULL;
        ac_task *task = start();
        for (int turn = 1; turn <= rows[i].turns; turn++) {
            th_turns(&th.loop, 1);
            if (turn == 1 && rows[i].turns > 1)
                th_ok(ac_future_set_result(th.slots[0], th_int(7)));
            if (turn == 2 && rows[i].turns > 2)
                th.now += 2;
        }
        th_ok(ac_task_cancel(task, ac_none_ref(), NULL));
        th_run(&th.loop);
        ck_assert(ac_future_cancelled(&task->future));
        th_expect(rows[i].log);
        th_release(&task->future);
        th.slots[1] = NULL;
    }
}
END_TEST

/* ---- By hand ---- */

static struct body *bare;
static ac_out out;

static ac_turn resume(ac_how how, ac_ref in)
{
    out.value = ac_none();
    return ac_coro_resume(&th.loop, &bare->head.co, how, in, &out);
}

static void make_bare(void)
{
    bare = th_coro_new("bare", sizeof *bare, &body_ops);
    (void)th_slot(0, "bell");
}

START_TEST(test_a_new_head_is_at_the_start)
{
    ac_coro co;
    ac_coro_init(&co, &body_ops);
    ck_assert_ptr_eq(co.ops, &body_ops);
    ck_assert_uint_eq(co.at, 0);
    ck_assert_uint_eq(co.flags, 0);
    ck_assert_uint_eq(co.spare, 0);
}
END_TEST

/* Rule 33: no line of a body that has not started runs. */
START_TEST(test_an_unstarted_body_that_is_thrown_into_never_runs)
{
    make_bare();
    ac_value error = th_exception(TH_VALUE, "x");
    ck_assert_int_eq(resume(AC_THROW, ac_lend(error)), AC_RAISED);
    ck_assert_uint_eq(out.value.bits, error.bits);
    ck_assert_uint_eq(th_object_of(ac_lend(error))->count, 2);
    ac_drop(&th.loop, out.value);
    th_drop(error);
    ck_assert_uint_eq(bare->head.co.at, AC_AT_END);
    th_expect("");
    th_coro_drop(&bare->head);
}
END_TEST

START_TEST(test_an_unstarted_body_that_is_closed_never_runs)
{
    make_bare();
    ck_assert_int_eq(resume(AC_CLOSE, ac_none_ref()), AC_RETURNED);
    ck_assert(ac_is_none(ac_lend(out.value)));
    ck_assert_uint_eq(bare->head.co.at, AC_AT_END);
    th_expect("");
    th_coro_drop(&bare->head);
}
END_TEST

START_TEST(test_a_body_that_has_ended_raises_without_an_exception)
{
    make_bare();
    (void)resume(AC_CLOSE, ac_none_ref());
    ck_assert_int_eq(resume(AC_SEND, ac_none_ref()), AC_RAISED);
    ck_assert(ac_is_none(ac_lend(out.value)));
    th_coro_drop(&bare->head);
}
END_TEST

START_TEST(test_a_resume_point_that_a_body_does_not_have)
{
    make_bare();
    bare->head.co.at = 99;
    ck_assert_int_eq(resume(AC_SEND, ac_none_ref()), AC_RAISED);
    ck_assert(ac_is_none(ac_lend(out.value)));
    th_coro_drop(&bare->head);
}
END_TEST

START_TEST(test_return_steals_and_raise_keeps_a_reference)
{
    ac_value error = th_exception(TH_VALUE, "x");
    ck_assert_int_eq(ac_return(&out, th_int(3)), AC_RETURNED);
    ck_assert_str_eq(th_repr(ac_lend(out.value)), "3");
    ck_assert_int_eq(ac_raise(&th.loop, ac_lend(error), &out), AC_RAISED);
    ck_assert_uint_eq(th_object_of(ac_lend(error))->count, 2);
    th_drop(out.value);
    th_drop(error);
    ck_assert_int_eq(ac_raise(&th.loop, ac_none_ref(), &out), AC_RAISED);
    ck_assert(ac_is_none(ac_lend(out.value)));
}
END_TEST

/* ---- Closing ---- */

START_TEST(test_closing_a_body_that_waits)
{
    make_bare();
    ck_assert_int_eq(resume(AC_SEND, ac_none_ref()), AC_AWAITING);
    ck_assert_ptr_eq(out.future, th.slots[0]);
    th_release(out.future);
    th_expect("begin");
    ac_coro_close(&th.loop, &bare->head.co);
    th_expect("closed at 1");
    th_coro_drop(&bare->head);
}
END_TEST

START_TEST(test_closing_a_body_that_has_not_started)
{
    make_bare();
    ac_coro_close(&th.loop, &bare->head.co);
    th_expect("");
    ck_assert_uint_eq(bare->head.co.at, AC_AT_END);
    th_coro_drop(&bare->head);
}
END_TEST

/* A body that answers a close with whatever the test says. */
static ac_turn answer;
static ac_value answer_value;

static ac_turn give_answer(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *result)
{
    (void)loop;
    (void)co;
    (void)in;
    ck_assert_int_eq(how, AC_CLOSE);
    if (answer == AC_AWAITING)
        return ac_future_await(th.slots[0], result);
    result->value = ac_take(&answer_value);
    return answer;
}

static void log_clear(ac_loop *loop, ac_coro *co)
{
    (void)loop;
    (void)co;
    th_log("cleared");
}

static void close_with(ac_turn turn, ac_value value, bool has_clear)
{
    const ac_coro_ops ops = {.resume = give_answer, .clear = has_clear ? log_clear : NULL};
    ac_coro co;
    ac_coro_init(&co, &ops);
    co.at = 1;
    answer = turn;
    answer_value = value;
    ac_coro_close(&th.loop, &co);
    ck_assert_int_eq(th.objects, 0);
}

START_TEST(test_a_close_that_returns_drops_the_value)
{
    close_with(AC_RETURNED, ac_none(), true);
    close_with(AC_RETURNED, th_new("x"), true);
    th_expect("");
}
END_TEST

START_TEST(test_a_close_that_raises_is_reported_unless_it_is_generator_exit)
{
    close_with(AC_RAISED, th_exception(TH_GENEXIT, ""), true);
    close_with(AC_RAISED, ac_none(), true);
    th_expect_reports("");
    close_with(AC_RAISED, th_exception(TH_VALUE, "x"), true);
    th_expect_reports("Exception ignored while closing a coroutine: ValueError('x')");
    th_expect("");
}
END_TEST

START_TEST(test_a_close_that_is_ignored_is_reported_and_the_frame_is_cleared)
{
    static const char ignored[] = "coroutine ignored GeneratorExit";
    close_with(AC_YIELDED, ac_none(), true);
    th_expect_reports(ignored);
    close_with(AC_PARKED, ac_none(), true);
    th_expect_reports(ignored);
    close_with(AC_STRANGE, th_new("x"), true);
    th_expect_reports(ignored);
    close_with(AC_GENERATOR, th_new("x"), true);
    th_expect_reports(ignored);
    th_expect("cleared, cleared, cleared, cleared");
    close_with(AC_YIELDED, ac_none(), false);
    th_expect_reports(ignored);
}
END_TEST

START_TEST(test_a_close_that_waits_for_a_future_gives_it_up)
{
    (void)th_slot(0, "f");
    close_with(AC_AWAITING, ac_none(), true);
    ck_assert_uint_eq(th_refs(th.slots[0]), 1);
    th_expect_reports("coroutine ignored GeneratorExit");
    th_expect("cleared");
}
END_TEST

START_TEST(test_without_release_a_close_that_waits_gives_nothing_up)
{
    (void)th_slot(0, "f");
    th.table.retain = NULL;
    th.table.release = NULL;
    close_with(AC_AWAITING, ac_none(), true);
    ck_assert_uint_eq(th_refs(th.slots[0]), 1);
    th_expect_reports("coroutine ignored GeneratorExit");
    th.log[0] = '\0';
}
END_TEST

static ac_sleep stubborn_nap;

static ac_turn sleep_on(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *result)
{
    (void)co;
    (void)how;
    ac_sleep_init(&stubborn_nap, loop, 5, ac_none());
    return ac_coro_resume(loop, &stubborn_nap.co, AC_SEND, in, result);
}

/* The future of a sleep is the core's own: it is neither retained nor released. */
START_TEST(test_a_close_that_goes_to_sleep_gives_nothing_up)
{
    static const ac_coro_ops ops = {.resume = sleep_on};
    ac_coro co;
    ac_coro_init(&co, &ops);
    ac_coro_close(&th.loop, &co);
    ck_assert_uint_eq(th.calls[TH_HOOK_RELEASE], 0);
    ck_assert_uint_eq(th.calls[TH_HOOK_DROP], 0);
    stubborn_nap.co.ops->clear(&th.loop, &stubborn_nap.co);
    th_expect_reports("coroutine ignored GeneratorExit");
}
END_TEST

/* A frame that sleeps answers a close like any await: the sleep gives its timer up. */
START_TEST(test_closing_a_sleep)
{
    ac_sleep nap;
    ac_sleep_init(&nap, &th.loop, 5, th_new("x"));
    ck_assert_int_eq(ac_coro_resume(&th.loop, &nap.co, AC_SEND, ac_none_ref(), &out), AC_AWAITING);
    ac_coro_close(&th.loop, &nap.co);
    nap.co.ops->clear(&th.loop, &nap.co);
    ck_assert_int_eq(th.objects, 0);
    th_run(&th.loop);
    ck_assert_uint_eq(th.loop.timer_count, 0);
    th_expect_reports("");
}
END_TEST

int main(void)
{
    const TTest *tests[] = {
        test_a_body_reads_top_to_bottom,
        test_a_future_that_is_done_does_not_suspend_the_body,
        test_a_failed_future_throws_into_the_body,
        test_a_future_that_has_failed_already_throws_into_the_body,
        test_a_cancellation_reaches_every_resume_point,
        test_a_new_head_is_at_the_start,
        test_an_unstarted_body_that_is_thrown_into_never_runs,
        test_an_unstarted_body_that_is_closed_never_runs,
        test_a_body_that_has_ended_raises_without_an_exception,
        test_a_resume_point_that_a_body_does_not_have,
        test_return_steals_and_raise_keeps_a_reference,
        test_closing_a_body_that_waits,
        test_closing_a_body_that_has_not_started,
        test_a_close_that_returns_drops_the_value,
        test_a_close_that_raises_is_reported_unless_it_is_generator_exit,
        test_a_close_that_is_ignored_is_reported_and_the_frame_is_cleared,
        test_a_close_that_waits_for_a_future_gives_it_up,
        test_without_release_a_close_that_waits_gives_nothing_up,
        test_a_close_that_goes_to_sleep_gives_nothing_up,
        test_closing_a_sleep,
    };
    return TH_MAIN("coro", tests);
}
