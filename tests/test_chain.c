/* test_chain.c - chains between a future of a loop and one of threads, on one thread (src/flow/chain.c); what
 * two threads do is in test_threadsafe_run.c.
 *
 * Idea       The thread's future is a struct with a log; whether the loop is said to run here is a
 *            variable. */
#include "host.h"

#include <stdio.h>
#include <string.h>

/* concurrent.futures.Future, with one callback. */
struct thread_future {
    ac_chain chain;
    ac_submission submission;
    ac_future_state state;
    ac_value value;
    bool running, listening, here, told;
    unsigned holds;
    ac_status fails; /* what the next of its methods gives */
};

static struct thread_future it;

static ac_status maybe(void)
{
    ac_status status = it.fails;
    it.fails = AC_OK;
    return status == AC_E_RAISED ? ac_loop_raise(&th.loop, th_exception(TH_RUNTIME, "method")) : status;
}

static ac_chain *chain(void)
{
    return it.submission.start != NULL ? &it.submission.chain : &it.chain;
}

static ac_status tell(void)
{
    it.told = true;
    return it.listening ? ac_chain_thread_done(chain()) : AC_OK;
}

static ac_status listen(ac_chain *c)
{
    (void)c;
    ac_status status = maybe();
    it.listening = status == AC_OK;
    return status == AC_OK && it.state != AC_PENDING ? tell() : status;
}

static bool cancelled(ac_chain *c)
{
    (void)c;
    return it.state == AC_CANCELLED;
}

static ac_status cancel(ac_chain *c)
{
    (void)c;
    th_log("cancel");
    ac_status status = maybe();
    if (status != AC_OK || it.running || it.state != AC_PENDING)
        return status;
    it.state = AC_CANCELLED;
    return tell();
}

static ac_status set_running(ac_chain *c, bool *go)
{
    (void)c;
    *go = it.state != AC_CANCELLED;
    it.running = *go;
    return maybe();
}

static ac_status complete(ac_future_state state, ac_value value)
{
    ac_status status = maybe();
    if (status != AC_OK)
        return status;
    it.state = state;
    it.value = value;
    return tell();
}

static ac_status set_result(ac_chain *c, ac_value result)
{
    (void)c;
    return complete(AC_FINISHED, result);
}

static ac_status set_exception(ac_chain *c, ac_value exception)
{
    (void)c;
    return complete(AC_FAILED, exception);
}

static ac_status outcome(ac_chain *c, ac_future_state *state, ac_value *value)
{
    (void)c;
    *state = it.state;
    *value = th_dup(ac_lend(it.value));
    return maybe();
}

static bool is_here(ac_chain *c)
{
    (void)c;
    return it.here;
}

static ac_status context(ac_chain *c, ac_value *out)
{
    (void)c;
    ac_status status = maybe();
    if (status == AC_OK)
        *out = th_context("copy");
    return status;
}

static void hold(ac_chain *c)
{
    (void)c;
    it.holds++;
}

static void let_go(ac_chain *c)
{
    (void)c;
    ck_assert_uint_gt(it.holds, 0);
    it.holds--;
}

static const ac_chain_ops ops = {
    .listen = listen,
    .cancelled = cancelled,
    .cancel = cancel,
    .set_running = set_running,
    .set_result = set_result,
    .set_exception = set_exception,
    .outcome = outcome,
    .is_here = is_here,
    .context = context,
    .retain = hold,
    .release = let_go,
};

static void begin(bool here)
{
    memset(&it, 0, sizeof it);
    it.here = here;
}

/* A chain with th.slots[0]. */
static ac_future *tie(ac_chain_way way)
{
    ac_future *future = th_slot(0, "f");
    th_ok(ac_chain_begin(&it.chain, &ops, future, way));
    return future;
}

static const char *state(void)
{
    static const char *const names[] = {"pending", "result", "exception", "cancelled"};
    static char text[200];
    snprintf(text, sizeof text, "%s %s", names[it.state], th_repr(ac_lend(it.value)));
    return text;
}

static void end(void)
{
    th_drop(it.value);
    ck_assert_uint_eq(it.holds, 0);
    ck_assert_ptr_null(chain()->future);
}

/* ---- To the thread ---- */

START_TEST(test_the_result_goes_to_the_thread)
{
    begin(true);
    ac_future *future = tie(AC_TO_THREAD);
    th_ok(ac_future_set_result(future, th_new("result")));
    ck_assert_str_eq(state(), "pending None");
    th_turns(&th.loop, 1);
    ck_assert_str_eq(state(), "result result");
    end();
}
END_TEST

START_TEST(test_the_exception_goes_to_the_thread)
{
    begin(true);
    ac_future *future = tie(AC_TO_THREAD);
    th_ok(ac_future_set_exception(future, th_exception(TH_VALUE, "x")));
    th_turns(&th.loop, 1);
    ck_assert_str_eq(state(), "exception ValueError('x')");
    end();
}
END_TEST

START_TEST(test_a_cancelled_future_cancels_the_threads)
{
    begin(true);
    ac_future *future = tie(AC_TO_THREAD);
    th_ok(ac_future_cancel(future, ac_none_ref(), NULL));
    th_turns(&th.loop, 1);
    th_expect("cancel");
    ck_assert_str_eq(state(), "cancelled None");
    ck_assert(!it.running);
    end();
}
END_TEST

START_TEST(test_a_cancel_by_the_thread_is_done_at_once_where_the_loop_runs)
{
    begin(true);
    ac_future *future = tie(AC_TO_THREAD);
    th_ok(cancel(NULL));
    ck_assert(ac_future_cancelled(future));
    th_turns(&th.loop, 1);
    end();
}
END_TEST

START_TEST(test_a_cancel_from_elsewhere_goes_through_the_loop)
{
    begin(false);
    ac_future *future = tie(AC_TO_THREAD);
    th_ok(cancel(NULL));
    ck_assert(!ac_future_done(future));
    ck_assert_uint_eq(it.holds, 2);
    th_turns(&th.loop, 1);
    ck_assert(ac_future_cancelled(future));
    th_turns(&th.loop, 1);
    end();
}
END_TEST

START_TEST(test_before_gh_105836_it_always_goes_through_the_loop)
{
    ac_loop_options options = {.semantics = "3.13.0"};
    th_ok(ac_loop_close(&th.loop));
    th_loop_init(&options);
    begin(true);
    ac_future *future = tie(AC_TO_THREAD);
    th_ok(cancel(NULL));
    ck_assert(!ac_future_done(future));
    th_turns(&th.loop, 2);
    ck_assert(ac_future_cancelled(future));
    end();
}
END_TEST

START_TEST(test_what_the_threads_future_refuses_is_reported)
{
    static const char *const report = "Exception in callback: RuntimeError('method')";
    begin(true);
    ac_future *future = tie(AC_TO_THREAD);
    th_ok(ac_future_set_result(future, th_new("result")));
    it.fails = AC_E_RAISED;
    th_turns(&th.loop, 1);
    th_expect_reports(report);
    ck_assert_str_eq(state(), "pending None");
    end();
}
END_TEST

/* ---- From the thread ---- */

START_TEST(test_a_result_arrives_at_once_where_the_loop_runs)
{
    begin(true);
    ac_future *future = tie(AC_FROM_THREAD);
    th_ok(complete(AC_FINISHED, th_new("result")));
    ck_assert_str_eq(th_state(future), "result result");
    th_turns(&th.loop, 1);
    end();
}
END_TEST

START_TEST(test_an_outcome_from_elsewhere_goes_through_the_loop)
{
    static const ac_future_state states[] = {AC_FINISHED, AC_FAILED, AC_CANCELLED};
    static const char *const expected[] = {"result result", "exception ValueError('x')", "cancelled None"};
    for (int i = 0; i < 3; i++) {
        begin(false);
        ac_future *future = tie(AC_FROM_THREAD);
        ac_value value = i == 0 ? th_new("result") : i == 1 ? th_exception(TH_VALUE, "x") : ac_none();
        th_ok(complete(states[i], value));
        ck_assert(!ac_future_done(future));
        th_turns(&th.loop, 1);
        ck_assert_str_eq(th_state(future), expected[i]);
        ac_future_set_log_traceback(future, false);
        th_turns(&th.loop, 1);
        end();
    }
    th_expect("cancel"); /* of what is cancelled, as asyncio has it */
}
END_TEST

START_TEST(test_one_that_is_done_already_is_heard_when_it_is_chained)
{
    begin(true);
    it.state = AC_FINISHED;
    it.value = th_new("early");
    ac_future *future = tie(AC_FROM_THREAD);
    ck_assert_str_eq(th_state(future), "result early");
    th_turns(&th.loop, 1);
    end();
}
END_TEST

START_TEST(test_a_cancelled_wrapper_cancels_the_thread_and_keeps_its_own_state)
{
    begin(false);
    ac_future *future = tie(AC_FROM_THREAD);
    it.running = true;
    th_ok(ac_future_cancel(future, ac_none_ref(), NULL));
    th_turns(&th.loop, 1);
    th_expect("cancel");
    ck_assert_uint_eq(it.holds, 0);
    ck_assert_ptr_eq(it.chain.future, future);
    th_ok(complete(AC_FINISHED, th_new("late")));
    th_turns(&th.loop, 1);
    ck_assert(ac_future_cancelled(future));
    end();
}
END_TEST

START_TEST(test_a_wrapper_that_somebody_else_has_completed_is_an_assertion)
{
    begin(false);
    ac_future *future = tie(AC_FROM_THREAD);
    th_ok(ac_future_set_result(future, th_int(1)));
    th_ok(complete(AC_FINISHED, th_new("late")));
    th_turns(&th.loop, 1);
    th_expect_reports("Exception in callback: AssertionError('')");
    end();
}
END_TEST

/* ---- Ends that come early ---- */

START_TEST(test_a_closed_loop_is_not_told_and_the_chain_can_be_cut)
{
    static const ac_chain_way ways[] = {AC_TO_THREAD, AC_FROM_THREAD};
    for (int i = 0; i < 2; i++) {
        begin(false);
        tie(ways[i]);
        th_ok(ac_loop_close(&th.loop));
        it.state = AC_CANCELLED;
        th_ok(tell());
        ck_assert_ptr_nonnull(it.chain.future);
        ac_chain_cut(&it.chain);
        end();
        ac_chain_cut(&it.chain);
        th_loop_init(NULL);
    }
}
END_TEST

START_TEST(test_a_chain_that_is_cut_hears_nothing)
{
    static const ac_chain_way ways[] = {AC_TO_THREAD, AC_FROM_THREAD};
    for (int i = 0; i < 2; i++) {
        begin(true);
        ac_future *future = tie(ways[i]);
        ac_chain_cut(&it.chain);
        ck_assert_ptr_null(it.chain.future);
        it.state = AC_CANCELLED;
        th_ok(tell());
        ck_assert(!ac_future_done(future));
        end();
    }
}
END_TEST

START_TEST(test_a_chain_that_cannot_begin_leaves_nothing)
{
    static const ac_chain_way ways[] = {AC_TO_THREAD, AC_FROM_THREAD};
    for (int i = 0; i < 2; i++) {
        begin(true);
        ac_future *future = th_slot(0, "f");
        it.fails = AC_E_RAISED;
        th_expect_status(ac_chain_begin(&it.chain, &ops, future, ways[i]), AC_E_RAISED);
        th_drop(ac_loop_take_raised(&th.loop));
        ac_chain_cut(&it.chain);
        ck_assert_uint_eq(th_refs(future), 1);
        end();
    }
}
END_TEST

START_TEST(test_a_chain_shows_the_future_that_it_keeps)
{
    static th_visitor visitor;
    begin(true);
    tie(AC_TO_THREAD);
    th_visitor_init(&visitor);
    ck_assert_int_eq(ac_chain_visit(&it.chain, &visitor.visitor), 0);
    ck_assert_str_eq(visitor.seen, "f");
    ac_chain_cut(&it.chain);
    th_visitor_init(&visitor);
    ck_assert_int_eq(ac_chain_visit(&it.chain, &visitor.visitor), 0);
    ck_assert_str_eq(visitor.seen, "");
    end();
}
END_TEST

/* ---- Submissions ---- */

static ac_status start_task(ac_loop *loop, ac_submission *submission, ac_future **out)
{
    static const th_op sleeps[] = {{TH_SLEEP, .number = 1}, {TH_RETURN, .number = 7}};
    ac_status status = maybe();
    (void)submission;
    if (status != AC_OK)
        return status;
    ac_task *task = th_spawn(loop, th_script("t", sleeps), AC_EAGER_NO, &status);
    *out = task != NULL ? &task->future : NULL;
    return status;
}

START_TEST(test_a_submission_is_started_in_the_next_turn_and_chained)
{
    begin(true);
    th_ok(ac_loop_submit_threadsafe(&th.loop, &it.submission, &ops, start_task));
    ck_assert(!it.listening);
    th_turns(&th.loop, 1);
    ck_assert(it.listening);
    th_run(&th.loop);
    ck_assert_str_eq(state(), "result 7");
    end();
}
END_TEST

START_TEST(test_a_start_that_fails_is_told_to_the_thread_and_reported)
{
    begin(true);
    it.fails = AC_E_RAISED;
    th_ok(ac_loop_submit_threadsafe(&th.loop, &it.submission, &ops, start_task));
    th_turns(&th.loop, 1);
    th_expect_reports("Exception in callback: RuntimeError('method')");
    ck_assert_str_eq(state(), "exception RuntimeError('method')");
    end();
}
END_TEST

START_TEST(test_a_submission_that_was_cancelled_before_it_started_is_cancelled_then)
{
    begin(true);
    th_ok(ac_loop_submit_threadsafe(&th.loop, &it.submission, &ops, start_task));
    th_ok(cancel(NULL));
    th_run(&th.loop);
    th_expect("cancel, cancel");
    ck_assert_str_eq(state(), "cancelled None");
    end();
}
END_TEST

START_TEST(test_a_closed_loop_takes_no_submissions_and_gives_up_those_it_has)
{
    begin(true);
    th_ok(ac_loop_submit_threadsafe(&th.loop, &it.submission, &ops, start_task));
    ck_assert_uint_eq(it.holds, 1);
    th_ok(ac_loop_close(&th.loop));
    end();
    th_expect_status(ac_loop_submit_threadsafe(&th.loop, &it.submission, &ops, start_task), AC_E_CLOSED);
    end();
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_the_result_goes_to_the_thread,
        test_the_exception_goes_to_the_thread,
        test_a_cancelled_future_cancels_the_threads,
        test_a_cancel_by_the_thread_is_done_at_once_where_the_loop_runs,
        test_a_cancel_from_elsewhere_goes_through_the_loop,
        test_before_gh_105836_it_always_goes_through_the_loop,
        test_what_the_threads_future_refuses_is_reported,
        test_a_result_arrives_at_once_where_the_loop_runs,
        test_an_outcome_from_elsewhere_goes_through_the_loop,
        test_one_that_is_done_already_is_heard_when_it_is_chained,
        test_a_cancelled_wrapper_cancels_the_thread_and_keeps_its_own_state,
        test_a_wrapper_that_somebody_else_has_completed_is_an_assertion,
        test_a_closed_loop_is_not_told_and_the_chain_can_be_cut,
        test_a_chain_that_is_cut_hears_nothing,
        test_a_chain_that_cannot_begin_leaves_nothing,
        test_a_chain_shows_the_future_that_it_keeps,
        test_a_submission_is_started_in_the_next_turn_and_chained,
        test_a_start_that_fails_is_told_to_the_thread_and_reported,
        test_a_submission_that_was_cancelled_before_it_started_is_cancelled_then,
        test_a_closed_loop_takes_no_submissions_and_gives_up_those_it_has,
    };
    return TH_MAIN("chain", tests);
}
