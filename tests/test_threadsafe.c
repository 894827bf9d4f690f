/* test_threadsafe.c - call_soon_threadsafe from several threads while the loop runs and closes.
 *
 * Idea       Each thread puts in numbered handles as fast as it can.  Afterwards every handle either ran, was
 *            given up by close, or was refused, nothing twice and nothing lost, and what ran did so in the
 *            order of its thread.  TSan must find nothing to say (tests/meson.build, suite inbox). */
#include "host.h"

#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>

enum { THREADS = 4, EACH = 1000 };

/* A handle of a thread.  ran and dropped are written on the loop's thread, refused on the handle's. */
struct item {
    ac_callback callback;
    int thread, number;
    int ran, dones, refused;
};

struct worker {
    pthread_t thread;
    struct item *items;
    int index, count;
    int last_ran;
};

static struct worker workers[THREADS];
static int total_ran, total_dones;

static struct item *item_of(ac_callback *callback)
{
    return AC_CONTAINER_OF(callback, struct item, callback);
}

static ac_status run_item(ac_loop *loop, ac_callback *callback)
{
    struct item *item = item_of(callback);
    (void)loop;
    ck_assert_int_gt(item->number, workers[item->thread].last_ran);
    workers[item->thread].last_ran = item->number;
    item->ran++;
    total_ran++;
    return AC_OK;
}

static void done_item(ac_loop *loop, ac_callback *callback)
{
    (void)loop;
    item_of(callback)->dones++;
    total_dones++;
}

static const ac_handle_ops item_ops = {.run = run_item, .done = done_item};

static void *put_in_all(void *data)
{
    struct worker *self = data;
    for (int i = 0; i < self->count; i++) {
        ac_status status = ac_loop_call_soon_threadsafe(&th.loop, &self->items[i].callback);
        if (status == AC_E_CLOSED)
            self->items[i].refused = 1;
        else if (status != AC_OK)
            abort();
        if (i % 64 == 0)
            sched_yield();
    }
    return NULL;
}

static void start_workers(void *(*body)(void *), const ac_handle_ops *ops)
{
    total_ran = total_dones = 0;
    for (int t = 0; t < THREADS; t++) {
        struct worker *worker = &workers[t];
        memset(worker, 0, sizeof *worker);
        worker->index = t;
        worker->count = EACH;
        worker->last_ran = -1;
        worker->items = calloc(EACH, sizeof *worker->items);
        ck_assert_ptr_nonnull(worker->items);
        for (int i = 0; i < EACH; i++) {
            ac_callback_init(&worker->items[i].callback, ops, ac_none());
            worker->items[i].thread = t;
            worker->items[i].number = i;
        }
    }
    for (int t = 0; t < THREADS; t++)
        ck_assert_int_eq(pthread_create(&workers[t].thread, NULL, body, &workers[t]), 0);
}

static void join_workers(void)
{
    for (int t = 0; t < THREADS; t++)
        ck_assert_int_eq(pthread_join(workers[t].thread, NULL), 0);
}

static void free_workers(void)
{
    for (int t = 0; t < THREADS; t++)
        free(workers[t].items);
}

/* Every handle ran and was done, was done without running, or was refused; gives how many were not run. */
static int count_fates(void)
{
    int not_run = 0;
    for (int t = 0; t < THREADS; t++) {
        for (int i = 0; i < workers[t].count; i++) {
            const struct item *item = &workers[t].items[i];
            ck_assert_int_eq(item->dones + item->refused, 1);
            ck_assert_int_le(item->ran, item->dones);
            ck_assert(!ac_handle_scheduled(&item->callback.handle));
            not_run += item->ran == 0;
        }
    }
    return not_run;
}

START_TEST(test_nothing_is_lost_while_the_loop_turns)
{
    start_workers(put_in_all, &item_ops);
    while (total_dones < THREADS * EACH) {
        th_ok(ac_loop_turn(&th.loop));
        sched_yield();
    }
    join_workers();
    ck_assert_int_eq(count_fates(), 0);
    ck_assert_int_eq(total_ran, THREADS * EACH);
    ck_assert_uint_eq(th.wakes, THREADS * EACH);
    free_workers();
}
END_TEST

/* Guest mode: the timeout, which looks into the inbox, is asked for between the turns. */
START_TEST(test_nothing_is_lost_between_timeouts_and_turns)
{
    start_workers(put_in_all, &item_ops);
    while (total_dones < THREADS * EACH) {
        double timeout = ac_loop_timeout(&th.loop);
        ck_assert(timeout <= 0);
        if (timeout == 0)
            th_ok(th_turn(&th.loop));
        else
            sched_yield();
    }
    join_workers();
    ck_assert_int_eq(count_fates(), 0);
    free_workers();
}
END_TEST

static bool nothing_yet(ac_loop *loop, double timeout)
{
    (void)loop;
    (void)timeout;
    if (total_dones == THREADS * EACH)
        ac_loop_stop(loop);
    sched_yield();
    return true;
}

START_TEST(test_nothing_is_lost_while_the_loop_runs_for_ever)
{
    th.on_poll = nothing_yet;
    start_workers(put_in_all, &item_ops);
    th_ok(ac_loop_run_forever(&th.loop));
    join_workers();
    ck_assert_int_eq(count_fates(), 0);
    free_workers();
}
END_TEST

/* What was put in before the close is run or given up, what comes later is refused. */
START_TEST(test_every_handle_has_one_fate_when_the_loop_closes)
{
    for (int round = 0; round < 10; round++) {
        start_workers(put_in_all, &item_ops);
        for (int turn = 0; turn < 5 * round; turn++)
            th_ok(ac_loop_turn(&th.loop));
        th_ok(ac_loop_close(&th.loop));
        join_workers();
        int not_run = count_fates();
        ck_assert_int_eq(total_ran + not_run, THREADS * EACH);
        free_workers();
        th_loop_init(NULL);
    }
}
END_TEST

/* The loop's own call_soon and timers go on meanwhile. */
static ac_status again(ac_loop *loop, th_callback *callback)
{
    th_callback *timer = callback->data;
    if (total_dones == THREADS * EACH)
        return AC_OK;
    if (!ac_handle_scheduled(th_handle(timer)))
        th_ok(ac_loop_call_later(loop, 0, &timer->timer));
    return ac_loop_call_soon(loop, th_cb(callback));
}

START_TEST(test_calls_of_the_loops_own_thread_go_on_meanwhile)
{
    th_callback *busy = th_callback_new(NULL, again);
    busy->data = th_callback_new(NULL, NULL);
    start_workers(put_in_all, &item_ops);
    th_soon(busy);
    while (total_dones < THREADS * EACH || busy->dones == 0) {
        th_ok(ac_loop_turn(&th.loop));
        th.now += 1;
    }
    th_turns(&th.loop, 2);
    join_workers();
    ck_assert_int_eq(count_fates(), 0);
    free_workers();
}
END_TEST

/* ---- A loop that closes under threads that use one handle again and again ---- */

static atomic_int ended[THREADS];

static void mark_ended(ac_loop *loop, ac_callback *callback)
{
    struct item *item = item_of(callback);
    (void)loop;
    item->dones++;
    total_dones++;
    atomic_store_explicit(&ended[item->thread], item->dones, memory_order_release);
}

static ac_status count_run(ac_loop *loop, ac_callback *callback)
{
    (void)loop;
    (void)callback;
    total_ran++;
    return AC_OK;
}

static const ac_handle_ops again_ops = {.run = count_run, .done = mark_ended};

/* Puts one handle in, waits until it is done, and so on, until it is refused. */
static void *put_in_again(void *data)
{
    struct worker *self = data;
    struct item *item = &self->items[0];
    for (int times = 1;; times++) {
        if (ac_loop_call_soon_threadsafe(&th.loop, &item->callback) == AC_E_CLOSED) {
            self->count = times - 1;
            return NULL;
        }
        while (atomic_load_explicit(&ended[self->index], memory_order_acquire) < times)
            sched_yield();
    }
}

START_TEST(test_a_handle_is_used_again_after_its_end)
{
    memset(ended, 0, sizeof ended);
    start_workers(put_in_again, &again_ops);
    while (total_dones < 1000) {
        th_ok(ac_loop_turn(&th.loop));
        sched_yield();
    }
    th_ok(ac_loop_close(&th.loop));
    join_workers();
    int put_in = 0;
    for (int t = 0; t < THREADS; t++)
        put_in += workers[t].count;
    ck_assert_int_eq(put_in, total_dones);
    ck_assert_int_le(total_ran, total_dones);
    free_workers();
}
END_TEST

/* ---- Completing a future from another thread ---- */

struct completion {
    ac_callback callback;
    pthread_t thread;
};

static ac_status complete(ac_loop *loop, ac_callback *callback)
{
    (void)loop;
    (void)callback;
    return ac_future_set_result(th.slots[0], th_int(7));
}

static void *complete_later(void *data)
{
    static const ac_handle_ops ops = {.run = complete};
    struct completion *self = data;
    ac_callback_init(&self->callback, &ops, ac_none());
    return ac_loop_call_soon_threadsafe(&th.loop, &self->callback) == AC_OK ? self : NULL;
}

static bool until_woken(ac_loop *loop, double timeout)
{
    (void)loop;
    ck_assert(timeout <= 0);
    while (timeout < 0 && atomic_load(&th.wakes) < 2)
        sched_yield();
    return true;
}

START_TEST(test_a_task_waits_for_another_thread)
{
    static const th_op script[] = {{TH_AWAIT, .slot = 0, .text = "got"}, {TH_RETURN, .number = 1}};
    struct completion completion;
    (void)th_slot(0, "f");
    ac_task *task = th_start(1, "t", script, AC_EAGER_NO);
    ck_assert_uint_eq(th.wakes, 1);
    th.on_poll = until_woken;
    ck_assert_int_eq(pthread_create(&completion.thread, NULL, complete_later, &completion), 0);
    th_ok(ac_loop_run_until_complete(&th.loop, &task->future));
    void *worked;
    ck_assert_int_eq(pthread_join(completion.thread, &worked), 0);
    ck_assert_ptr_eq(worked, &completion);
    th_expect("got 7");
}
END_TEST

int main(void)
{
    const TTest *tests[] = {
        test_nothing_is_lost_while_the_loop_turns,
        test_nothing_is_lost_between_timeouts_and_turns,
        test_nothing_is_lost_while_the_loop_runs_for_ever,
        test_every_handle_has_one_fate_when_the_loop_closes,
        test_calls_of_the_loops_own_thread_go_on_meanwhile,
        test_a_handle_is_used_again_after_its_end,
        test_a_task_waits_for_another_thread,
    };
    return TH_MAIN("threadsafe", tests);
}
