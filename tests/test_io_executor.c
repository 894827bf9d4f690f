/* test_io_executor.c - futures that threads complete, and the default executor (src/io/executor.c,
 * src/io/farewell.c). */
#include "chost_kit.h"

#include <aiocore/executor.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "io/system.h"

static ac_io *io;
static ac_pool *pool;

static void open_io(const char *semantics)
{
    if (semantics != NULL)
        kit_loop(semantics);
    else
        kit_loop_with(NULL);
    kit_ok(ac_io_new(kit.loop, NULL, &io));
    pool = ac_pool_new(&(ac_pool_options){.threads = 1, .name = "test"});
    ck_assert_ptr_nonnull(pool);
}

static void close_io(void)
{
    kit_ok(ac_loop_close(kit.loop));
    kit_ok(ac_io_free(io));
    ac_pool_shutdown(pool, false);
}

static void pause_for(long milliseconds)
{
    (void)nanosleep(&(struct timespec){0, milliseconds * 1000000L}, NULL);
}

/* ---- A call ---- */

typedef struct job {
    ac_call call;
    atomic_bool *gate; /* runs until it is open; NULL: not at all long */
    atomic_bool begun, over;
    const ac_c_class *raises; /* NULL: gives 7 */
    unsigned outcomes, released;
} job;

static job *job_of(ac_call *call)
{
    return AC_CONTAINER_OF(call, job, call);
}

static void run_job(ac_call *call)
{
    job *self = job_of(call);

    atomic_store(&self->begun, true);
    while (self->gate != NULL && !atomic_load(self->gate))
        pause_for(1);
    atomic_store(&self->over, true);
}

static ac_status outcome_of_job(ac_call *call, ac_value *result)
{
    job *self = job_of(call);

    self->outcomes++;
    ck_assert(ac_call_ran(call));
    if (self->raises != NULL)
        return ac_loop_raise(kit.loop, ac_c_error(kit.loop, self->raises, "from a thread"));
    *result = ac_c_int(7);
    return AC_OK;
}

static void release_job(ac_call *call)
{
    job_of(call)->released++;
}

static const ac_call_ops job_ops = {.run = run_job, .outcome = outcome_of_job, .released = release_job};

static void init(job *self, atomic_bool *gate)
{
    memset(self, 0, sizeof *self);
    ac_call_init(&self->call, &job_ops);
    self->gate = gate;
}

static void wait_until(atomic_bool *what)
{
    while (!atomic_load(what))
        pause_for(1);
}

/* What the thread says to the loop arrives in the next turn, without a poll. */
static void wait_until_told(job *self)
{
    while (!atomic_load(&self->call.told))
        pause_for(1);
    pause_for(2);
}

static const char *state_of(const ac_future *future)
{
    static const char *const words[] = {"pending", "finished", "failed", "cancelled"};

    return words[ac_future_get_state(future)];
}

static unsigned ready_handles(void)
{
    unsigned count = 0;

    for (ac_handle *each = NULL; (each = ac_loop_next_ready(kit.loop, each)) != NULL;)
        count++;
    return count;
}

/* ---- Turn by turn ---- */

START_TEST(test_the_future_is_done_in_the_turn_that_hears_of_the_end)
{
    job one;
    ac_future *future;

    open_io(NULL);
    init(&one, NULL);
    future = kit_pending();
    kit_ok(ac_run_in_executor(io, pool, &one.call, future));
    kit_fails(ac_run_in_executor(io, pool, &one.call, future), AC_E_STATE, "the call is in use");
    wait_until_told(&one);
    ck_assert_str_eq(state_of(future), "pending");
    kit_ok(ac_loop_turn(kit.loop)); /* _set_state */
    ck_assert_str_eq(state_of(future), "finished");
    ck_assert_uint_eq(ready_handles(), 1); /* _call_check_cancel */
    ck_assert_uint_eq(one.released, 0);
    kit_ok(ac_loop_turn(kit.loop));
    ck_assert_uint_eq(one.released, 1);
    ck_assert_uint_eq(ready_handles(), 0);
    kit_release_future(future);
    close_io();
}
END_TEST

START_TEST(test_what_it_raised_is_the_futures_exception)
{
    job one;
    ac_future *future;
    ac_how how;
    ac_value value;

    open_io(NULL);
    init(&one, NULL);
    one.raises = &ac_c_ValueError;
    future = kit_pending();
    kit_ok(ac_run_in_executor(io, pool, &one.call, future));
    kit_status(ac_loop_run_until_complete(kit.loop, future), AC_OK);
    kit_ok(ac_future_result(future, &how, &value));
    ck_assert_int_eq(how, AC_THROW);
    ck_assert_str_eq(kit_repr_of(value), "ValueError('from a thread')");
    kit_turns(1);
    ck_assert_uint_eq(one.released, 1);
    kit_release_future(future);
    close_io();
}
END_TEST

/* Which releases tell the future of the cancelled call in a turn of its own. */
static void cancel_what_waits(const char *semantics, unsigned handles_then)
{
    atomic_bool gate = false;
    job one, two;
    ac_future *first, *second;
    bool did = false;

    open_io(semantics);
    init(&one, &gate);
    init(&two, NULL);
    first = kit_pending();
    second = kit_pending();
    kit_ok(ac_run_in_executor(io, pool, &one.call, first));
    wait_until(&one.begun);
    kit_ok(ac_run_in_executor(io, pool, &two.call, second));
    kit_ok(ac_future_cancel(second, ac_none_ref(), &did));
    ck_assert(did);
    ck_assert_int_ne(two.call.work.job.state, 4);
    ac_loop_stop(kit.loop);
    kit_ok(ac_loop_run_forever(kit.loop)); /* _call_check_cancel cancels the call */
    ck_assert_uint_eq(ready_handles(), handles_then);
    ck_assert_uint_eq(two.released, handles_then == 0 ? 1 : 0);
    kit_turns(handles_then);
    ck_assert_uint_eq(two.released, 1);
    ck_assert_uint_eq(two.outcomes, 0);
    atomic_store(&gate, true);
    kit_ok(ac_loop_run_until_complete(kit.loop, first));
    ck_assert(!atomic_load(&two.begun));
    kit_turns(2);
    kit_release_future(first);
    kit_release_future(second);
    close_io();
}

START_TEST(test_cancelling_the_future_cancels_what_has_not_begun)
{
    cancel_what_waits("3.15.2", 0);
    cancel_what_waits("3.12.1", 1);
}
END_TEST

START_TEST(test_what_runs_goes_on_and_its_result_is_dropped)
{
    atomic_bool gate = false;
    job one;
    ac_future *future;

    open_io(NULL);
    init(&one, &gate);
    future = kit_pending();
    kit_ok(ac_run_in_executor(io, pool, &one.call, future));
    wait_until(&one.begun);
    kit_ok(ac_future_cancel(future, ac_none_ref(), NULL));
    kit_turns(3);
    ck_assert_uint_eq(one.released, 0);
    ck_assert(!atomic_load(&one.over));
    atomic_store(&gate, true);
    wait_until_told(&one);
    ck_assert_uint_eq(ready_handles(), 1); /* _set_state, all the same */
    kit_turns(1);
    ck_assert_uint_eq(one.released, 1);
    ck_assert_uint_eq(one.outcomes, 0);
    ck_assert_str_eq(state_of(future), "cancelled");
    kit_release_future(future);
    close_io();
}
END_TEST

START_TEST(test_a_pool_that_gives_a_call_back_cancels_the_future)
{
    atomic_bool gate = false;
    job one, two;
    ac_future *first, *second;

    open_io(NULL);
    init(&one, &gate);
    init(&two, NULL);
    first = kit_pending();
    second = kit_pending();
    kit_ok(ac_run_in_executor(io, pool, &one.call, first));
    wait_until(&one.begun);
    kit_ok(ac_run_in_executor(io, pool, &two.call, second));
    ac_pool_stop(pool, true);
    ck_assert_str_eq(state_of(second), "pending");
    kit_turns(1);
    ck_assert_str_eq(state_of(second), "cancelled");
    kit_turns(1);
    ck_assert_uint_eq(two.released, 1);
    ck_assert_uint_eq(two.outcomes, 0);
    kit_fails(ac_run_in_executor(io, pool, &two.call, second), AC_E_RUNTIME,
              "cannot schedule new futures after shutdown");
    atomic_store(&gate, true);
    kit_ok(ac_loop_run_until_complete(kit.loop, first));
    kit_turns(1);
    kit_release_future(first);
    kit_release_future(second);
    close_io();
}
END_TEST

static ac_status stop_pool(ac_loop *loop, void *data)
{
    (void)loop;
    (void)data;
    ac_pool_stop(pool, true);
    return AC_OK;
}

/* gh-105836: where the loop runs on the very thread the future is cancelled at once. */
START_TEST(test_a_pool_that_is_stopped_by_the_loop_cancels_at_once)
{
    atomic_bool gate = false;
    job one, two;
    ac_future *first, *second;

    open_io(NULL);
    init(&one, &gate);
    init(&two, NULL);
    first = kit_pending();
    second = kit_pending();
    kit_ok(ac_run_in_executor(io, pool, &one.call, first));
    wait_until(&one.begun);
    kit_ok(ac_run_in_executor(io, pool, &two.call, second));
    kit_ok(ac_c_call_soon(kit.loop, stop_pool, NULL, NULL));
    ac_loop_stop(kit.loop);
    kit_ok(ac_loop_run_forever(kit.loop));
    ck_assert_str_eq(state_of(second), "cancelled");
    ck_assert_uint_eq(two.released, 0);
    kit_turns(1);
    ck_assert_uint_eq(two.released, 1);
    atomic_store(&gate, true);
    kit_ok(ac_loop_run_until_complete(kit.loop, first));
    kit_turns(1);
    kit_release_future(first);
    kit_release_future(second);
    close_io();
}
END_TEST

/* ---- The end of the loop ---- */

static void *open_later(void *gate)
{
    pause_for(20);
    atomic_store((atomic_bool *)gate, true);
    return NULL;
}

START_TEST(test_a_closed_loop_hears_of_nothing)
{
    atomic_bool gate = false;
    job one, two;
    ac_future *first, *second;
    pthread_t thread;

    open_io(NULL);
    init(&one, &gate);
    init(&two, NULL);
    first = kit_pending();
    second = kit_pending();
    kit_ok(ac_run_in_executor(io, pool, &one.call, first));
    wait_until(&one.begun);
    kit_ok(ac_run_in_executor(io, pool, &two.call, second));
    kit_ok(ac_loop_close(kit.loop));
    if (_i == 1) {
        atomic_store(&gate, true);
        wait_until_told(&one); /* which is refused */
    } else {
        ck_assert_int_eq(pthread_create(&thread, NULL, open_later, &gate), 0);
    }
    kit_ok(ac_io_free(io));
    if (_i == 0)
        pthread_join(thread, NULL);
    ck_assert_uint_eq(one.released + two.released, 2);
    ck_assert_uint_eq(one.outcomes + two.outcomes, 0);
    ck_assert_str_eq(state_of(first), "pending");
    kit_release_future(first);
    kit_release_future(second);
    ac_pool_shutdown(pool, false);
}
END_TEST

/* The call ends while its future is cancelled or the loop is closed: many times, since the scheduler decides
 * who is first.  The thread sanitizer tells what touches the call too early or too late. */
START_TEST(test_whoever_is_first)
{
    enum { ROUNDS = 200 };

    for (unsigned round = 0; round < ROUNDS; round++) {
        atomic_bool gate = false;
        job one;
        ac_future *future;

        open_io(NULL);
        init(&one, &gate);
        future = kit_pending();
        kit_ok(ac_run_in_executor(io, pool, &one.call, future));
        wait_until(&one.begun);
        atomic_store(&gate, true);
        for (unsigned spin = 0; spin < round % 16; spin++)
            (void)sched_yield();
        if (round % 2 == 0)
            kit_ok(ac_future_cancel(future, ac_none_ref(), NULL));
        while (round % 3 != 0 && one.released == 0)
            kit_ok(ac_loop_turn(kit.loop));
        kit_release_future(future);
        close_io();
        ck_assert_uint_eq(one.released, 1);
    }
}
END_TEST

/* ---- to_thread ---- */

typedef struct thrower {
    ac_c_task head;
    ac_to_thread op;
    job *job;
    ac_pool *where;
} thrower;

enum { DONE = 1 };

static ac_turn body(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    thrower *self = AC_C_SELF(co, thrower);
    ac_turn turn;

    AC_BEGIN(co);
    ac_to_thread_init(&self->op, io, self->where, &self->job->call);
    AC_AWAIT_CORO(DONE, &self->op.co, turn);
    AC_END(co);
    if (turn == AC_RETURNED)
        kit_log("%s", kit_repr(ac_lend(out->value)));
    return turn;
}

static int visit_body(ac_coro *co, ac_visitor *visitor)
{
    thrower *self = AC_C_SELF(co, thrower);

    return self->op.co.ops != NULL ? self->op.co.ops->visit(&self->op.co, visitor) : 0;
}

static void clear_body(ac_loop *loop, ac_coro *co)
{
    ac_coro_clear(loop, &AC_C_SELF(co, thrower)->op.co);
}

static const ac_coro_ops body_ops = {body, NULL, visit_body, clear_body};

static thrower *start(job *what)
{
    thrower *self = ac_c_task_new(kit.loop, sizeof *self, &body_ops);

    ck_assert_ptr_nonnull(self);
    self->job = what;
    self->where = pool;
    kit_ok(ac_c_create_task(kit.loop, &self->head, AC_EAGER_DEFAULT));
    return self;
}

static void end(thrower *self)
{
    ac_c_release(kit.loop, &self->head.task.future);
}

static const char *outcome_of_task(thrower *self)
{
    ac_how how;
    ac_value value = ac_none();

    kit_ok(ac_future_result(&self->head.task.future, &how, &value));
    return kit_repr_of(value);
}

static void run_until(thrower *self)
{
    kit_ok(ac_loop_run_until_complete(kit.loop, &self->head.task.future));
}

static ac_c_var color = {.name = "color"};

START_TEST(test_to_thread_gives_what_the_call_gave)
{
    job one;
    thrower *self;

    open_io(NULL);
    init(&one, NULL);
    one.raises = _i == 0 ? NULL : &ac_c_ValueError;
    kit_ok(ac_c_var_set(kit.loop, &color, ac_c_int(5)));
    self = start(&one);
    kit_turns(1);
    ck_assert(!ac_is_none(ac_call_context(&one.call)));
    run_until(self);
    if (_i == 0)
        kit_expect("7");
    ck_assert_str_eq(outcome_of_task(self), _i == 0 ? "7" : "ValueError('from a thread')");
    ck_assert_uint_eq(one.released, 1);
    ck_assert(ac_is_none(ac_call_context(&one.call)));
    end(self);
    close_io();
}
END_TEST

START_TEST(test_a_task_that_is_cancelled_leaves_its_thread_alone)
{
    atomic_bool gate = false;
    job one;
    thrower *self;

    open_io(NULL);
    init(&one, &gate);
    self = start(&one);
    kit_turns(1);
    wait_until(&one.begun);
    kit_ok(ac_future_cancel(&self->head.task.future, ac_none_ref(), NULL));
    run_until(self);
    ck_assert_str_eq(outcome_of_task(self), "CancelledError()");
    end(self); /* the frame is gone */
    ck_assert_uint_eq(one.released, 0);
    ck_assert(!atomic_load(&one.over));
    atomic_store(&gate, true);
    wait_until_told(&one);
    kit_turns(2);
    ck_assert_uint_eq(one.released, 1);
    ck_assert_uint_eq(one.outcomes, 0);
    close_io();
}
END_TEST

/* Each way out: before it has begun, while it waits, and when the future is done. */
static void leave_by(ac_how how, int stage)
{
    ac_value thrown = ac_c_error(kit.loop, &ac_c_ValueError, "thrown");
    ac_out out = {.value = ac_none()};
    ac_to_thread op;
    job one;

    init(&one, NULL);
    ac_to_thread_init(&op, io, pool, &one.call);
    if (stage > 0)
        ck_assert_str_eq(ac_turn_name(ac_coro_resume(kit.loop, &op.co, AC_SEND, ac_none_ref(), &out)),
                         "AC_AWAITING");
    if (stage > 1) {
        wait_until_told(&one);
        kit_turns(2);
        ck_assert(ac_future_done(ac_call_future(&one.call)));
        ck_assert_uint_eq(one.released, 0); /* who awaits it still holds it */
    }
    out.value = ac_none();
    ck_assert_str_eq(ac_turn_name(ac_coro_resume(kit.loop, &op.co, how,
                                                 how == AC_THROW ? ac_lend(thrown) : ac_none_ref(), &out)),
                     how == AC_THROW ? "AC_RAISED" : "AC_RETURNED");
    ac_drop(kit.loop, out.value);
    memset(&op, 0xa5, sizeof op); /* the frame is gone */
    if (stage == 1)
        wait_until_told(&one);
    kit_turns(2);
    ck_assert_uint_eq(one.released, stage > 0 ? 1 : 0);
    ac_drop(kit.loop, thrown);
}

START_TEST(test_to_thread_can_be_closed_and_thrown_into_at_every_point)
{
    open_io(NULL);
    for (int stage = 0; stage < 3; stage++) {
        leave_by(AC_CLOSE, stage);
        leave_by(AC_THROW, stage);
    }
    close_io();
}
END_TEST

START_TEST(test_a_loop_is_closed_while_a_task_waits_for_a_thread)
{
    atomic_bool gate = false;
    job one;
    thrower *self;

    open_io(NULL);
    init(&one, &gate);
    self = start(&one);
    kit_turns(1);
    wait_until(&one.begun);
    atomic_store(&gate, true);
    kit_ok(ac_loop_close(kit.loop));
    if (_i == 0)
        end(self);
    kit_ok(ac_io_free(io));
    ck_assert_uint_eq(one.released, _i == 0 ? 1 : 0);
    if (_i == 1)
        end(self);
    ck_assert_uint_eq(one.released, 1);
    ac_pool_shutdown(pool, false);
    kit_expect_reports("Task was destroyed but it is pending!");
}
END_TEST

/* ---- The default executor ---- */

typedef struct closer {
    ac_c_task head;
    ac_executor_shutdown op;
    double seconds;
} closer;

static ac_turn close_body(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    closer *self = AC_C_SELF(co, closer);
    char text[128];
    ac_turn turn;

    AC_BEGIN(co);
    ac_executor_shutdown_init(&self->op, io, self->seconds);
    AC_AWAIT_CORO(DONE, &self->op.co, turn);
    AC_END(co);
    (void)ac_executor_warning(&self->op, text, sizeof text);
    kit_log("%s", self->op.late ? text : turn == AC_RETURNED ? "down" : "raised");
    return turn;
}

static int visit_close(ac_coro *co, ac_visitor *visitor)
{
    closer *self = AC_C_SELF(co, closer);

    return self->op.co.ops != NULL ? self->op.co.ops->visit(&self->op.co, visitor) : 0;
}

static void clear_close(ac_loop *loop, ac_coro *co)
{
    ac_coro_clear(loop, &AC_C_SELF(co, closer)->op.co);
}

static const ac_coro_ops close_ops = {close_body, NULL, visit_close, clear_close};

static closer *shut_down(double seconds)
{
    closer *self = ac_c_task_new(kit.loop, sizeof *self, &close_ops);

    ck_assert_ptr_nonnull(self);
    self->seconds = seconds;
    kit_ok(ac_c_create_task(kit.loop, &self->head, AC_EAGER_DEFAULT));
    return self;
}

static void end_of(closer *self)
{
    ac_c_release(kit.loop, &self->head.task.future);
}

START_TEST(test_the_default_executor_is_made_when_it_is_needed_and_shut_down)
{
    job one;
    thrower *self;
    closer *ends;

    open_io(NULL);
    ck_assert_ptr_null(ac_io_default_executor(io));
    kit_fails(ac_io_set_default_executor(io, NULL), AC_E_TYPE,
              "executor must be ThreadPoolExecutor instance");
    init(&one, NULL);
    if (_i == 1)
        kit_ok(ac_io_set_default_executor(io, pool));
    self = start(&one);
    self->where = NULL;
    run_until(self);
    kit_expect("7");
    ck_assert((ac_io_default_executor(io) == pool) == (_i == 1));
    ends = shut_down(-1);
    kit_ok(ac_loop_run_until_complete(kit.loop, &ends->head.task.future));
    kit_expect("down");
    kit_fails(ac_run_in_executor(io, NULL, &one.call, NULL), AC_E_RUNTIME,
              "Executor shutdown has been called");
    end_of(ends);
    ends = shut_down(1); /* a second time: nobody is left */
    kit_ok(ac_loop_run_until_complete(kit.loop, &ends->head.task.future));
    kit_expect("down");
    end_of(ends);
    end(self);
    close_io();
}
END_TEST

/* What asyncio.run does at its end; the next run has a new one.  Once the executor is the io's own, once not;
 * then a thread takes longer than there is time. */
START_TEST(test_the_end_of_a_run_shuts_the_executor_down)
{
    atomic_bool gate = false;
    job one, two;
    thrower *self;

    open_io(NULL);
    kit_ok(ac_loop_shutdown_default_executor(kit.loop, 300)); /* there is none */
    init(&one, NULL);
    if (_i == 1)
        kit_ok(ac_io_set_default_executor(io, pool));
    self = start(&one);
    self->where = NULL;
    kit_turns(1);
    kit_ok(ac_loop_shutdown_default_executor(kit.loop, _i == 0 ? 300 : -1));
    kit_expect("7");
    ck_assert_ptr_null(ac_io_default_executor(io));
    ck_assert_uint_eq(one.released, 1);
    end(self);

    init(&two, &gate);
    self = start(&two);
    self->where = NULL;
    kit_turns(1);
    wait_until(&two.begun);
    kit_ok(ac_loop_shutdown_default_executor(kit.loop, 0.01));
    kit_fails(ac_run_in_executor(io, NULL, &one.call, NULL), AC_E_RUNTIME,
              "Executor shutdown has been called");
    atomic_store(&gate, true);
    run_until(self);
    kit_expect("7");
    end(self);
    close_io();
}
END_TEST

static unsigned allocations, refused_at;

static void *stingy_realloc(ac_loop *loop, void *memory, size_t old, size_t now)
{
    if (now > old && refused_at != 0 && ++allocations == refused_at)
        return NULL;
    return ac_c_host()->realloc(loop, memory, old, now);
}

/* It fails, and can be tried again. */
START_TEST(test_the_end_of_a_run_needs_memory)
{
    ac_host host = *ac_c_host();
    ac_status status = AC_E_MEMORY;
    job one;
    thrower *self;

    open_io(NULL);
    init(&one, NULL);
    self = start(&one);
    self->where = NULL;
    kit_turns(1);
    host.realloc = stingy_realloc;
    kit.loop->host = &host;
    for (refused_at = 1; status != AC_OK; refused_at++) {
        allocations = 0;
        status = ac_loop_shutdown_default_executor(kit.loop, 300);
        ck_assert(status == AC_E_MEMORY || (status == AC_OK && refused_at > 2));
    }
    refused_at = 0;
    kit.loop->host = ac_c_host();
    kit_expect("7");
    ck_assert_ptr_null(ac_io_default_executor(io));
    end(self);
    close_io();
}
END_TEST

START_TEST(test_an_executor_that_was_never_needed_is_down_at_once)
{
    job one;
    closer *ends;

    open_io(NULL);
    ends = shut_down(-1);
    kit_turns(1);
    kit_expect("down");
    init(&one, NULL);
    kit_fails(ac_run_in_executor(io, NULL, &one.call, NULL), AC_E_RUNTIME,
              "Executor shutdown has been called");
    end_of(ends);
    close_io();
    open_io(NULL);
    kit_ok(ac_loop_close(kit.loop));
    kit_fails(ac_run_in_executor(io, NULL, &one.call, NULL), AC_E_CLOSED, "Event loop is closed");
    kit_ok(ac_io_free(io));
    ac_pool_shutdown(pool, false);
}
END_TEST

START_TEST(test_the_shutdown_waits_for_what_runs_or_not_that_long)
{
    atomic_bool gate = false;
    job one;
    thrower *self;
    closer *ends;
    pthread_t thread;

    open_io(NULL);
    init(&one, &gate);
    kit_ok(ac_io_set_default_executor(io, pool));
    self = start(&one);
    kit_turns(1);
    wait_until(&one.begun);
    if (_i == 0)
        ck_assert_int_eq(pthread_create(&thread, NULL, open_later, &gate), 0);
    ends = shut_down(_i == 0 ? -1 : 0.01);
    kit_ok(ac_loop_run_until_complete(kit.loop, &ends->head.task.future));
    if (_i == 0) {
        kit_expect("7, down");
        pthread_join(thread, NULL);
    } else {
        kit_expect("The executor did not finishing joining its threads within 0.01 seconds.");
        atomic_store(&gate, true);
        run_until(self);
        kit_expect("7");
    }
    end_of(ends);
    end(self);
    close_io();
}
END_TEST

START_TEST(test_a_shutdown_can_be_cancelled)
{
    atomic_bool gate = false;
    job one;
    thrower *self;
    closer *ends;

    open_io(NULL);
    init(&one, &gate);
    kit_ok(ac_io_set_default_executor(io, pool));
    self = start(&one);
    ends = shut_down(_i == 0 ? -1 : 60);
    kit_turns(1);
    kit_ok(ac_future_cancel(&ends->head.task.future, ac_none_ref(), NULL));
    kit_turns(2);
    kit_expect("raised");
    ck_assert(ac_future_cancelled(&ends->head.task.future));
    end_of(ends);
    atomic_store(&gate, true);
    run_until(self);
    kit_expect("7");
    end(self);
    close_io();
}
END_TEST

/* ---- What fails ---- */

static int no_thread(pthread_t *thread, void *(*serve)(void *), void *data)
{
    (void)thread;
    (void)serve;
    (void)data;
    return 11;
}

START_TEST(test_without_a_thread_nothing_is_left_behind)
{
    int (*real)(pthread_t *, void *(*)(void *), void *) = aci_sys.thread;
    ac_future *future;
    job one;
    ac_value raised;

    open_io(NULL);
    init(&one, NULL);
    future = kit_pending();
    aci_sys.thread = no_thread;
    kit_status(ac_run_in_executor(io, pool, &one.call, future), AC_E_RAISED);
    aci_sys.thread = real;
    raised = ac_loop_take_raised(kit.loop);
    ck_assert_str_eq(kit_repr(ac_lend(raised)), "RuntimeError(\"can't start new thread\")");
    ac_drop(kit.loop, raised);
    ck_assert_uint_eq(one.released, 0);
    ck_assert_ptr_null(ac_future_next_callback(future, NULL));
    kit_ok(ac_run_in_executor(io, pool, &one.call, future)); /* again */
    kit_ok(ac_loop_run_until_complete(kit.loop, future));
    kit_turns(1);
    ck_assert_uint_eq(one.released, 1);
    kit_release_future(future);
    close_io();
}
END_TEST

START_TEST(test_a_virtual_clock_waits_for_a_call)
{
    atomic_bool gate = false;
    job one;
    thrower *self;
    pthread_t thread;

    kit_ok(ac_io_new(kit.loop, NULL, &io));
    pool = ac_pool_new(NULL);
    init(&one, &gate);
    self = start(&one);
    ck_assert_int_eq(pthread_create(&thread, NULL, open_later, &gate), 0);
    run_until(self);
    ck_assert_double_eq(ac_loop_time(kit.loop), 0);
    kit_expect("7");
    pthread_join(thread, NULL);
    end(self);
    close_io();
}
END_TEST

int main(void)
{
    const TTest *const once[] = {
        test_the_future_is_done_in_the_turn_that_hears_of_the_end,
        test_what_it_raised_is_the_futures_exception,
        test_cancelling_the_future_cancels_what_has_not_begun,
        test_what_runs_goes_on_and_its_result_is_dropped,
        test_a_pool_that_gives_a_call_back_cancels_the_future,
        test_a_pool_that_is_stopped_by_the_loop_cancels_at_once,
        test_whoever_is_first,
        test_to_thread_can_be_closed_and_thrown_into_at_every_point,
        test_a_task_that_is_cancelled_leaves_its_thread_alone,
        test_an_executor_that_was_never_needed_is_down_at_once,
        test_the_end_of_a_run_needs_memory,
        test_without_a_thread_nothing_is_left_behind,
        test_a_virtual_clock_waits_for_a_call,
    };
    const TTest *const twice[] = {
        test_a_closed_loop_hears_of_nothing,
        test_to_thread_gives_what_the_call_gave,
        test_a_loop_is_closed_while_a_task_waits_for_a_thread,
        test_the_default_executor_is_made_when_it_is_needed_and_shut_down,
        test_the_shutdown_waits_for_what_runs_or_not_that_long,
        test_the_end_of_a_run_shuts_the_executor_down,
        test_a_shutdown_can_be_cancelled,
    };
    int failed = KIT_MAIN("io_executor", once);

    return kit_main_times("io_executor twice", twice, sizeof twice / sizeof *twice, 2) + failed;
}
