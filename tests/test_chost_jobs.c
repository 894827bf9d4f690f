/* test_chost_jobs.c - jobs of other threads on the C host (jobs.c): how they end, who may cancel them, and
 * who frees what, with the loop alive, closed and gone.
 *
 * Idea       Most of it needs no second thread: any thread may ask, also the loop's own.  Those that wait
 *            have one. */
#include "chost_kit.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

/* What a job of these tests does. */
struct order {
    worker *task; /* what start gives; NULL: it fails with 'failure' */
    ac_status failure;
    bool starts_cancelled; /* start cancels the job itself */
    ac_c_job *job;
    char end[40];
    int freed;
};

static ac_status start(ac_loop *loop, void *data, ac_future **out)
{
    struct order *order = data;
    worker *task = order->task;
    kit_log("start");
    if (task == NULL)
        return order->failure == AC_E_RAISED
                   ? ac_loop_raise(loop, ac_c_error(loop, &ac_c_ValueError, "no such order"))
                   : order->failure;
    order->task = NULL;
    *out = &task->head.task.future;
    kit_ok(ac_c_create_task(loop, &task->head, AC_EAGER_NO));
    if (order->starts_cancelled)
        ck_assert(ac_c_job_cancel(order->job));
    return AC_OK;
}

static void finish(ac_loop *loop, void *data, ac_how how, ac_ref value)
{
    struct order *order = data;
    (void)loop;
    kit_log("finish");
    snprintf(order->end, sizeof order->end, "%s %s", how == AC_SEND ? "gives" : "raises", kit_repr(value));
}

static void free_order(void *data)
{
    ((struct order *)data)->freed++;
}

static const ac_c_job_ops ops = {.start = start, .finish = finish, .free_data = free_order};

static ac_c_job *submit(struct order *order)
{
    ac_c_job *job = ac_c_submit(kit.loop, &ops, order);
    ck_assert_ptr_nonnull(job);
    order->job = job;
    return job;
}

static worker *giving(int64_t number)
{
    worker *task = kit_worker(NULL);
    task->naps = 1;
    task->gives = ac_c_int(number);
    return task;
}

static const char *state(ac_c_job *job)
{
    static const char *const words[] = {"pending", "returned", "raised", "cancelled"};
    return words[ac_c_job_wait(job, 0)];
}

/* The job of an order has ended by a cancellation, and is gone with its data. */
static void expect_cancelled(ac_c_job *job, const struct order *order)
{
    ck_assert_str_eq(state(job), "cancelled");
    ac_c_job_release(job);
    ck_assert_int_eq(order->freed, 1);
}

/* Two seconds on the virtual clock: tasks nap for one. */
static void pass(void)
{
    (void)kit_run(giving(0));
}

/* ---- Ends ---- */

START_TEST(test_a_job_starts_in_the_next_turn_and_ends_with_its_task)
{
    struct order order = {.task = giving(7)};
    ac_c_job *job = submit(&order);
    kit_expect("");
    kit_turns(1);
    kit_expect("start");
    ck_assert_str_eq(state(job), "pending");
    pass();
    kit_expect("finish");
    ck_assert_str_eq(state(job), "returned");
    ck_assert_str_eq(order.end, "gives 7");
    ck_assert(!ac_c_job_cancel(job));
    ck_assert_int_eq(order.freed, 0);
    ac_c_job_release(job);
    ck_assert_int_eq(order.freed, 1);
}
END_TEST

START_TEST(test_what_the_task_raises_ends_the_job)
{
    struct order order = {.task = giving(7)};
    order.task->raises = &ac_c_ValueError;
    ac_c_job *job = submit(&order);
    kit_turns(1);
    pass();
    ck_assert_str_eq(state(job), "raised");
    ck_assert_int_eq(strncmp(order.end, "raises ValueError(", 18), 0);
    ac_c_job_release(job);
}
END_TEST

/* As in run_coroutine_threadsafe: the thread hears of it, and the exception handler does, too. */
START_TEST(test_what_start_fails_with_ends_the_job)
{
    struct order raising = {.failure = AC_E_RAISED}, failing = {.failure = AC_E_MEMORY};
    ac_c_job *jobs[] = {submit(&raising), submit(&failing)};
    kit_turns(1);
    ck_assert_str_eq(state(jobs[0]), "raised");
    ck_assert_str_eq(raising.end, "raises ValueError('no such order')");
    ck_assert_str_eq(state(jobs[1]), "raised");
    ck_assert_str_eq(failing.end, "raises None"); /* no memory for the exception */
    ck_assert_uint_eq(kit.report_count, 2);
    kit.reports[0] = '\0';
    ac_c_job_release(jobs[0]);
    ac_c_job_release(jobs[1]);
}
END_TEST

START_TEST(test_a_job_may_be_forgotten)
{
    struct order order = {.task = giving(7)};
    ac_c_job_release(submit(&order));
    kit_turns(1);
    ck_assert_int_eq(order.freed, 0);
    pass();
    kit_expect("start, finish");
    ck_assert_int_eq(order.freed, 1);
}
END_TEST

START_TEST(test_nobody_need_hear_of_the_end)
{
    static const ac_c_job_ops deaf = {.start = start};
    struct order order = {.task = giving(7)};
    ac_c_job *job = ac_c_submit(kit.loop, &deaf, &order);
    kit_turns(1);
    pass();
    ck_assert_str_eq(state(job), "returned");
    ac_c_job_release(job);
}
END_TEST

/* ---- Cancelling ---- */

START_TEST(test_a_cancelled_job_cancels_its_task)
{
    struct order order = {.task = giving(7)};
    ac_c_job *job = submit(&order);
    kit_turns(2);
    ck_assert(ac_c_job_cancel(job));
    ck_assert(ac_c_job_cancel(job));
    ck_assert_str_eq(state(job), "cancelled");
    ac_c_job_release(job);
    ck_assert_int_eq(order.freed, 0); /* the task has not ended */
    kit_turns(3);
    ck_assert_int_eq(order.freed, 1);
    kit_expect("start");
}
END_TEST

START_TEST(test_a_job_that_is_cancelled_before_it_starts_starts_all_the_same)
{
    struct order order = {.task = giving(7)};
    ac_c_job *job = submit(&order);
    ck_assert(ac_c_job_cancel(job));
    ac_c_job_release(job);
    kit_turns(4);
    ck_assert_int_eq(order.freed, 1);
    kit_expect("start");
}
END_TEST

START_TEST(test_a_job_is_cancelled_while_it_starts)
{
    struct order order = {.task = giving(7), .starts_cancelled = true};
    ac_c_job *job = submit(&order);
    kit_turns(4);
    expect_cancelled(job, &order);
    kit_expect("start");
}
END_TEST

static void cancel_the_task(unsigned turns)
{
    struct order order = {.task = giving(7)};
    worker *task = order.task;
    ac_c_job *job = submit(&order);
    kit_turns(2);
    kit_ok(ac_task_cancel(&task->head.task, ac_none_ref(), NULL));
    kit_turns(turns);
    expect_cancelled(job, &order);
    kit_expect("start");
}

START_TEST(test_a_task_that_is_cancelled_cancels_its_job)
{
    cancel_the_task(3);
}
END_TEST

/* Before gh-105836 the cancellation comes back to the loop, which has nothing to cancel. */
START_TEST(test_a_task_that_is_cancelled_cancels_its_job_in_an_old_release)
{
    kit_loop("3.12.0");
    cancel_the_task(4);
}
END_TEST

/* ---- Loops that go ---- */

START_TEST(test_a_closed_loop_takes_no_jobs)
{
    struct order order = {.failure = AC_E_VALUE};
    kit_ok(ac_loop_close(kit.loop));
    ck_assert_ptr_null(ac_c_submit(kit.loop, &ops, &order));
    ck_assert_int_eq(order.freed, 0);
}
END_TEST

START_TEST(test_a_job_that_a_closed_loop_never_starts_is_cancelled)
{
    struct order order = {.failure = AC_E_VALUE};
    ac_c_job *job = submit(&order);
    kit_ok(ac_loop_close(kit.loop));
    ck_assert_int_eq(order.freed, 0);
    expect_cancelled(job, &order);
}
END_TEST

START_TEST(test_jobs_outlive_their_loop)
{
    struct order held = {.task = giving(7)}, forgotten = {.task = giving(8)};
    ac_c_job *job = submit(&held);
    ac_c_job_release(submit(&forgotten));
    kit_turns(2);
    ck_assert_uint_ne(kit_free_loop(), 0);
    kit_loop_with(NULL);
    ck_assert_int_eq(forgotten.freed, 1);
    ck_assert_str_eq(state(job), "cancelled");
    ck_assert(ac_c_job_cancel(job));
    ac_c_job_release(job);
    ck_assert_int_eq(held.freed, 1);
    kit_expect("start, start");
}
END_TEST

/* ---- Threads ---- */

static void use_real_time(void)
{
    static const ac_loop_options real = {0};
    kit_loop_with(&real);
}

/* The loop, until a thread that does this stops it. */
static void run_beside(void *thread_body(void *), void *data)
{
    pthread_t thread;
    ck_assert_int_eq(pthread_create(&thread, NULL, thread_body, data), 0);
    kit_ok(ac_loop_run_forever(kit.loop));
    ck_assert_int_eq(pthread_join(thread, NULL), 0);
}

struct client {
    ac_loop *loop;
    struct order *order;
    ac_c_job_state end;
};

static ac_status stop(ac_loop *loop, void *data)
{
    (void)data;
    ac_loop_stop(loop);
    return AC_OK;
}

static void *be_client(void *data)
{
    struct client *self = data;
    ac_c_job *job = ac_c_submit(self->loop, &ops, self->order);
    self->end = ac_c_job_wait(job, -1);
    ac_c_job_release(job);
    (void)ac_c_call_soon_threadsafe(self->loop, stop, NULL);
    return NULL;
}

START_TEST(test_a_thread_waits_for_the_end)
{
    struct order order = {0};
    struct client client = {.order = &order};
    use_real_time();
    client.loop = kit.loop;
    order.task = giving(7);
    order.task->naps = 0.01;
    run_beside(be_client, &client);
    ck_assert_int_eq(client.end, AC_C_JOB_RETURNED);
    ck_assert_str_eq(order.end, "gives 7");
    ck_assert_int_eq(order.freed, 1);
    kit_expect("start, finish");
}
END_TEST

START_TEST(test_a_wait_ends_when_its_time_is_over)
{
    struct order order = {.task = giving(7)};
    ac_c_job *job = submit(&order);
    ck_assert_int_eq(ac_c_job_wait(job, 0.001), AC_C_JOB_PENDING);
    kit_turns(1);
    pass();
    ck_assert_int_eq(ac_c_job_wait(job, 1e300), AC_C_JOB_RETURNED);
    ac_c_job_release(job);
    kit_expect("start, finish");
}
END_TEST

/* Jobs that one thread submits and cancels while the loop runs and ends them: each ends one way, and once. */
enum { MANY = 300 };

struct crowd {
    ac_loop *loop;
    int counts[4];
};

static ac_status start_many(ac_loop *loop, void *data, ac_future **out)
{
    (void)data;
    *out = ac_c_future_new(loop);
    return *out == NULL ? AC_E_MEMORY : ac_future_set_result(*out, ac_none());
}

static void *be_crowd(void *data)
{
    static const ac_c_job_ops many = {.start = start_many};
    struct crowd *self = data;
    for (int i = 0; i < MANY; i++) {
        ac_c_job *job = ac_c_submit(self->loop, &many, NULL);
        if (i % 3 == 1)
            (void)ac_c_job_wait(job, 0.00001);
        if (i % 3 != 0)
            (void)ac_c_job_cancel(job);
        self->counts[ac_c_job_wait(job, -1)]++;
        ac_c_job_release(job);
    }
    (void)ac_c_call_soon_threadsafe(self->loop, stop, NULL);
    return NULL;
}

START_TEST(test_threads_cancel_what_the_loop_is_ending)
{
    use_real_time();
    struct crowd crowd = {.loop = kit.loop};
    run_beside(be_crowd, &crowd);
    kit_turns(2);
    ck_assert_int_eq(crowd.counts[AC_C_JOB_RETURNED] + crowd.counts[AC_C_JOB_CANCELLED], MANY);
    ck_assert_int_ge(crowd.counts[AC_C_JOB_RETURNED], MANY / 3);
}
END_TEST

int main(void)
{
    const TTest *tests[] = {
        test_a_job_starts_in_the_next_turn_and_ends_with_its_task,
        test_what_the_task_raises_ends_the_job,
        test_what_start_fails_with_ends_the_job,
        test_a_job_may_be_forgotten,
        test_nobody_need_hear_of_the_end,
        test_a_cancelled_job_cancels_its_task,
        test_a_job_that_is_cancelled_before_it_starts_starts_all_the_same,
        test_a_job_is_cancelled_while_it_starts,
        test_a_task_that_is_cancelled_cancels_its_job,
        test_a_task_that_is_cancelled_cancels_its_job_in_an_old_release,
        test_a_closed_loop_takes_no_jobs,
        test_a_job_that_a_closed_loop_never_starts_is_cancelled,
        test_jobs_outlive_their_loop,
        test_a_thread_waits_for_the_end,
        test_a_wait_ends_when_its_time_is_over,
        test_threads_cancel_what_the_loop_is_ending,
    };
    return KIT_MAIN("chost_jobs", tests);
}
