/* test_io_pool.c - threads that work for loops (src/io/pool.c). */
#include "chost_kit.h"

#include <aiocore/io.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <string.h>
#include <time.h>

static ac_io *io;
static ac_pool *pool;

static void open_pool(size_t threads, bool real)
{
    if (real)
        kit_loop_with(NULL);
    kit_ok(ac_io_new(kit.loop, NULL, &io));
    pool = ac_pool_new(&(ac_pool_options){.threads = threads, .name = "test"});
    ck_assert_ptr_nonnull(pool);
}

static void close_io(void)
{
    kit_ok(ac_loop_close(kit.loop));
    kit_ok(ac_io_free(io));
}

typedef struct job {
    ac_work work;
    const char *name;
    atomic_bool *gate; /* runs until it is open; NULL: not at all long */
    atomic_bool begun;
    unsigned finished, released;
    bool stops;
    ac_status (*then)(struct job *self);
} job;

static job *job_of(ac_work *work)
{
    return AC_CONTAINER_OF(work, job, work);
}

static void pause_for(long milliseconds)
{
    (void)nanosleep(&(struct timespec){0, milliseconds * 1000000L}, NULL);
}

static void run_job(ac_work *work)
{
    job *self = job_of(work);

    atomic_store(&self->begun, true);
    while (self->gate != NULL && !atomic_load(self->gate))
        pause_for(1);
}

static ac_status finish_job(ac_io *its, ac_work *work, bool ran)
{
    job *self = job_of(work);

    ck_assert_ptr_eq(its, io);
    kit_log("%s%s", ran ? "" : "not ", self->name);
    self->finished++;
    if (self->stops)
        ac_loop_stop(kit.loop);
    return self->then != NULL ? self->then(self) : AC_OK;
}

static void released_job(ac_io *its, ac_work *work)
{
    ck_assert_ptr_eq(its, io);
    job_of(work)->released++;
}

static const ac_work_ops job_ops = {.run = run_job, .finish = finish_job, .released = released_job};

static void init(job *self, const char *name, atomic_bool *gate, bool stops)
{
    memset(self, 0, sizeof *self);
    ac_work_init(&self->work, &job_ops, ac_none());
    self->name = name;
    self->gate = gate;
    self->stops = stops;
}

static void submit(job *self)
{
    kit_ok(ac_io_submit(io, pool, &self->work));
}

static void wait_until_begun(job *self)
{
    while (!atomic_load(&self->begun))
        pause_for(1);
}

/* ---- Tests ---- */

START_TEST(test_what_one_thread_does_is_finished_in_its_order)
{
    job jobs[3];
    static const char *const names[] = {"a", "b", "c"};

    open_pool(1, true);
    ck_assert_uint_eq(ac_pool_threads(pool), 0);
    for (int i = 0; i < 3; i++) {
        init(&jobs[i], names[i], NULL, i == 2);
        submit(&jobs[i]);
    }
    kit_fails(ac_io_submit(io, pool, &jobs[2].work), AC_E_STATE, "the work is in use");
    kit_ok(ac_loop_run_forever(kit.loop));
    kit_expect("a, b, c");
    for (int i = 0; i < 3; i++)
        ck_assert_uint_eq(jobs[i].released, 1);
    ck_assert_uint_eq(ac_pool_threads(pool), 1);
    jobs[2].begun = false;
    submit(&jobs[2]); /* again */
    kit_ok(ac_loop_run_forever(kit.loop));
    kit_expect("c");
    close_io();
    ac_pool_shutdown(pool, false);
}
END_TEST

/* The thread is in the middle of handing its work over, to a loop that is closed or not yet, while all of it
 * is freed: many times, since only the scheduler decides how far it is.  The thread sanitizer tells what
 * touches the work too early. */
START_TEST(test_what_is_handed_over_while_the_loop_closes_is_left_alone_until_then)
{
    enum { ROUNDS = 300 };

    for (unsigned round = 0; round < ROUNDS; round++) {
        job one;

        open_pool(1, true);
        init(&one, "one", NULL, false);
        submit(&one);
        while (!atomic_load(&one.begun))
            (void)sched_yield();
        close_io();
        ck_assert_uint_eq(one.released, 1);
        ac_pool_shutdown(pool, false);
        kit.log[0] = '\0';
    }
}
END_TEST

START_TEST(test_threads_are_started_only_when_none_is_idle)
{
    atomic_bool gate = false;
    job one, two, three;

    open_pool(2, true);
    init(&one, "one", &gate, false);
    init(&two, "two", &gate, false);
    init(&three, "three", NULL, true);
    submit(&one);
    wait_until_begun(&one);
    submit(&two);
    wait_until_begun(&two);
    submit(&three);
    ck_assert_uint_eq(ac_pool_threads(pool), 2);
    pause_for(5);
    ck_assert(!atomic_load(&three.begun));
    atomic_store(&gate, true);
    kit_ok(ac_loop_run_forever(kit.loop));
    ck_assert_uint_eq(three.finished, 1);
    close_io();
    ac_pool_shutdown(pool, false);
    ck_assert_uint_eq(one.released + two.released + three.released, 3);
    kit.log[0] = '\0';
}
END_TEST

START_TEST(test_only_what_has_not_begun_can_be_cancelled)
{
    atomic_bool gate = false;
    job one, two;

    open_pool(1, true);
    init(&one, "one", &gate, true);
    init(&two, "two", NULL, false);
    submit(&one);
    wait_until_begun(&one);
    submit(&two);
    ck_assert(!ac_work_cancel(&one.work));
    ck_assert(ac_work_cancel(&two.work));
    ck_assert(!ac_work_cancel(&two.work));
    kit_ok(ac_loop_turn(kit.loop));
    kit_expect("not two");
    ck_assert_uint_eq(two.released, 1);
    ck_assert(!atomic_load(&two.begun));
    atomic_store(&gate, true);
    kit_ok(ac_loop_run_forever(kit.loop));
    kit_expect("one");
    ck_assert(!ac_work_cancel(&one.work));
    close_io();
    ac_pool_shutdown(pool, false);
}
END_TEST

static void *open_later(void *gate)
{
    pause_for(20);
    atomic_store((atomic_bool *)gate, true);
    return NULL;
}

START_TEST(test_an_io_that_is_freed_waits_for_what_runs_and_gives_up_what_waits)
{
    atomic_bool gate = false;
    job one, two;
    pthread_t thread;

    open_pool(1, true);
    init(&one, "one", &gate, false);
    init(&two, "two", NULL, false);
    two.work.callback.handle.context = ac_c_copy_context(kit.loop);
    submit(&one);
    wait_until_begun(&one);
    submit(&two);
    ck_assert_int_eq(pthread_create(&thread, NULL, open_later, &gate), 0);
    close_io();
    ck_assert(atomic_load(&gate));
    ck_assert_uint_eq(one.finished + two.finished, 0);
    ck_assert_uint_eq(one.released + two.released, 2);
    ck_assert(!atomic_load(&two.begun));
    pthread_join(thread, NULL);
    ac_pool_shutdown(pool, false);
}
END_TEST

START_TEST(test_a_pool_that_is_shut_down_does_what_is_queued_or_gives_it_back)
{
    atomic_bool gate = false;
    job one, two;

    for (int cancel = 0; cancel < 2; cancel++) {
        pthread_t thread;
        atomic_store(&gate, false);
        open_pool(1, true);
        init(&one, "one", &gate, false);
        init(&two, "two", NULL, true);
        submit(&one);
        wait_until_begun(&one);
        submit(&two);
        ck_assert_int_eq(pthread_create(&thread, NULL, open_later, &gate), 0);
        ac_pool_shutdown(pool, cancel != 0);
        pthread_join(thread, NULL);
        kit_ok(ac_loop_run_forever(kit.loop));
        ck_assert_uint_eq(two.finished, 1);
        ck_assert_uint_eq(two.released, 1);
        if (cancel != 0)
            kit_expect("not two, one");
        else
            kit_expect("one, two");
        ck_assert(atomic_load(&two.begun) == (cancel == 0));
        close_io();
    }
    ac_pool_shutdown(NULL, true);
}
END_TEST

START_TEST(test_a_work_that_a_closed_loop_has_refused_outlives_its_pool)
{
    atomic_bool gate = false;
    job one;
    pthread_t thread;

    open_pool(1, true);
    init(&one, "one", &gate, false);
    submit(&one);
    wait_until_begun(&one);
    kit_ok(ac_loop_close(kit.loop));
    ck_assert_int_eq(pthread_create(&thread, NULL, open_later, &gate), 0);
    ac_pool_shutdown(pool, false);
    pthread_join(thread, NULL);
    ck_assert_uint_eq(one.released, 0);
    kit_ok(ac_io_free(io));
    ck_assert_uint_eq(one.released, 1);
    ck_assert_uint_eq(one.finished, 0);
}
END_TEST

static ac_status log_time(ac_loop *loop, void *data)
{
    kit_log("%s at %g", (const char *)data, ac_loop_time(loop));
    return AC_OK;
}

START_TEST(test_a_virtual_clock_stands_still_while_work_is_under_way)
{
    static char timer[] = "timer";
    atomic_bool gate = false;
    job one;
    pthread_t thread;

    open_pool(1, false);
    init(&one, "one", &gate, false);
    submit(&one);
    kit_ok(ac_c_call_later(kit.loop, 1, log_time, timer, NULL));
    ck_assert_int_eq(pthread_create(&thread, NULL, open_later, &gate), 0);
    kit_status(ac_loop_run_forever(kit.loop), AC_E_DEADLOCK);
    kit_expect("one, timer at 1");
    pthread_join(thread, NULL);
    close_io();
    ac_pool_shutdown(pool, false);
}
END_TEST

START_TEST(test_work_that_is_refused)
{
    job one;
    ac_pool *many = ac_pool_new(NULL);

    ck_assert_ptr_nonnull(many);
    ac_pool_shutdown(many, false);
    open_pool(1, false);
    init(&one, "one", NULL, false);
    kit_ok(ac_loop_close(kit.loop));
    kit_fails(ac_io_submit(io, pool, &one.work), AC_E_CLOSED, "Event loop is closed");
    kit_ok(ac_io_free(io));
    ac_pool_shutdown(pool, true);
    ck_assert_ptr_null(ac_pool_new(&(ac_pool_options){.threads = SIZE_MAX / 4}));
}
END_TEST

enum { MANY = 3000 };

static unsigned left;

static ac_status count_down(job *self)
{
    (void)self;
    if (--left == 0)
        ac_loop_stop(kit.loop);
    kit.log[0] = '\0';
    return AC_OK;
}

START_TEST(test_thousands_come_back_from_eight_threads)
{
    static job jobs[MANY];

    open_pool(8, true);
    left = MANY;
    for (int i = 0; i < MANY; i++) {
        init(&jobs[i], "x", NULL, false);
        jobs[i].then = count_down;
        submit(&jobs[i]);
    }
    kit_ok(ac_loop_run_forever(kit.loop));
    ck_assert_uint_eq(left, 0);
    for (int i = 0; i < MANY; i++)
        ck_assert_uint_eq(jobs[i].released, 1);
    ck_assert_uint_le(ac_pool_threads(pool), 8);
    close_io();
    ac_pool_shutdown(pool, false);
}
END_TEST

int main(void)
{
    const TTest *tests[] = {
        test_what_one_thread_does_is_finished_in_its_order,
        test_what_is_handed_over_while_the_loop_closes_is_left_alone_until_then,
        test_threads_are_started_only_when_none_is_idle,
        test_only_what_has_not_begun_can_be_cancelled,
        test_an_io_that_is_freed_waits_for_what_runs_and_gives_up_what_waits,
        test_a_pool_that_is_shut_down_does_what_is_queued_or_gives_it_back,
        test_a_work_that_a_closed_loop_has_refused_outlives_its_pool,
        test_a_virtual_clock_stands_still_while_work_is_under_way,
        test_work_that_is_refused,
        test_thousands_come_back_from_eight_threads,
    };
    return KIT_MAIN("io_pool", tests);
}
