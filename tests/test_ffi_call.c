/* test_ffi_call.c - calls that keep their memory, and that a thread makes (src/ffi/call.c). */
#include "ffi_kit.h"

#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <time.h>

static ac_pool *pool;
static atomic_bool gate, begun;

static void open_all(void)
{
    ffi_watch_memory();
    io_open(0);
    pool = ac_pool_new(&(ac_pool_options){.threads = 1, .name = "ffi"});
    ck_assert_ptr_nonnull(pool);
    atomic_store(&gate, false);
    atomic_store(&begun, false);
}

static void close_all(void)
{
    io_close();
    ac_pool_shutdown(pool, false);
    ck_assert_int_eq(atomic_load(&ffi_alive), 0);
}

static void pause_for(long milliseconds)
{
    (void)nanosleep(&(struct timespec){0, milliseconds * 1000000L}, NULL);
}

/* ---- What is called ---- */

static int32_t sum_of(const uint8_t *bytes, size_t count, int32_t *largest)
{
    int32_t sum = 0;

    for (size_t i = 0; i < count; i++) {
        sum += bytes[i];
        *largest = bytes[i] > *largest ? bytes[i] : *largest;
    }
    errno = EXDEV;
    return sum;
}

/* Reads its text only after the gate was opened. */
static int32_t length_when_open(const char *text)
{
    atomic_store(&begun, true);
    while (!atomic_load(&gate))
        pause_for(1);
    return (int32_t)strlen(text);
}

static int outcomes;

static ac_status number_of(ac_ffi_call *call, ac_value *result)
{
    int32_t number;

    outcomes++;
    memcpy(&number, ac_ffi_call_result(call), sizeof number);
    if (number < 0)
        return ac_loop_raise(kit.loop, ac_c_os_error(kit.loop, ac_ffi_call_errno(call)));
    *result = ac_c_int(number);
    return AC_OK;
}

static const ac_ffi_call_ops number_ops = {.outcome = number_of};

static ac_ffi_call *call_of(ac_ffi_code code, const char *signature)
{
    ac_ffi_function *function = ffi_of(code, signature);
    ac_ffi_call *call = ac_ffi_call_new(function, &number_ops, &outcomes);

    ck_assert_ptr_nonnull(call);
    ac_ffi_function_free(function); /* the call keeps it */
    return call;
}

static ac_ffi_call *sum_call(void)
{
    ac_ffi_call *call = call_of(FFI_CODE(sum_of), "(bytes, size, inout i32) -> i32");

    *(size_t *)ac_ffi_argument(call, 1) = 3;
    *(int32_t *)ac_ffi_argument(call, 2) = 1;
    ck_assert_int_eq(ac_ffi_argument_copy(call, 1, "x", 1), AC_E_TYPE);
    ck_assert_int_eq(ac_ffi_argument_copy(call, 0, "zzz", 3), AC_OK);
    ck_assert_int_eq(ac_ffi_argument_copy(call, 0, (uint8_t[]){7, 9, 8}, 3), AC_OK);
    return call;
}

/* The text is in a string of the host's, which the call alone keeps. */
static ac_ffi_call *slow_call(void)
{
    ac_ffi_call *call = call_of(FFI_CODE(length_when_open), "(str) -> i32");
    ac_value text = ac_c_str(kit.loop, "a long string of the host's");

    *(const char **)ac_ffi_argument(call, 0) = ac_c_as_str(ac_lend(text));
    ac_ffi_argument_keep(call, 0, kit.loop, ac_c_str(kit.loop, "another, which is dropped"));
    ac_ffi_argument_keep(call, 0, kit.loop, text);
    return call;
}

static void wait_until_begun(void)
{
    while (!atomic_load(&begun))
        pause_for(1);
}

/* ---- The tests ---- */

START_TEST(test_a_call_is_made_now)
{
    ac_ffi_call *call;

    open_all();
    call = sum_call();
    ck_assert_ptr_eq(ac_ffi_call_data(call), &outcomes);
    ck_assert_uint_eq(ac_ffi_count(ac_ffi_call_signature(call)), 3);
    for (int i = 0; i < 2; i++) {
        ac_ffi_call_now(call);
        ck_assert_int_eq(*(int32_t *)ac_ffi_call_result(call), 24);
        ck_assert_int_eq(*(int32_t *)ac_ffi_argument(call, 2), 9);
        ck_assert_int_eq(ac_ffi_call_errno(call), EXDEV);
    }
    ac_ffi_call_free(call);
    ac_ffi_call_free(NULL);
    close_all();
}
END_TEST

START_TEST(test_a_call_is_made_by_a_thread)
{
    ac_ffi_call *call;
    ac_future *future;
    ac_how how;
    ac_value value;

    open_all();
    call = sum_call();
    future = kit_pending();
    for (int i = 0; i < 2; i++) {
        ac_future *again = i == 0 ? future : kit_pending();
        kit_ok(ac_ffi_call_start(call, io, pool, again));
        kit_fails(ac_ffi_call_start(call, io, pool, again), AC_E_STATE, "the call is in use");
        kit_ok(ac_loop_run_until_complete(kit.loop, again));
        kit_ok(ac_future_result(again, &how, &value));
        ck_assert_int_eq(ac_c_as_int(ac_lend(value)), 24);
        ck_assert_int_eq(*(int32_t *)ac_ffi_argument(call, 2), 9);
        ck_assert_int_eq(ac_ffi_call_errno(call), EXDEV);
        kit_turns(1);
        kit_release_future(again);
    }
    ac_ffi_call_free(call);
    close_all();
}
END_TEST

START_TEST(test_errno_becomes_an_exception)
{
    ac_ffi_function *function;
    ac_ffi_library *library;
    ac_ffi_call *call;
    ac_future *future;
    ac_how how;
    ac_value value;

    open_all();
    kit_ok(ac_ffi_library_open(NULL, &library, NULL));
    kit_ok(ac_ffi_function_new(library, "chdir", "(str) -> int", &function, NULL));
    ac_ffi_library_close(library);
    call = ac_ffi_call_new(function, &number_ops, NULL);
    ac_ffi_function_free(function);
    kit_ok(ac_ffi_argument_copy(call, 0, "/no/such/place", sizeof "/no/such/place"));
    future = kit_pending();
    kit_ok(ac_ffi_call_start(call, io, NULL, future)); /* the default executor */
    kit_ok(ac_loop_run_until_complete(kit.loop, future));
    kit_ok(ac_future_result(future, &how, &value));
    ck_assert_int_eq(how, AC_THROW);
    ck_assert_str_eq(kit_repr_of(value), "FileNotFoundError(2, 'No such file or directory')");
    kit_turns(1);
    kit_release_future(future);
    ac_ffi_call_free(call);
    close_all();
}
END_TEST

/* The task goes, the call's memory stays for the thread. */
START_TEST(test_a_call_that_runs_goes_on_when_its_future_is_cancelled)
{
    ac_ffi_call *call;
    ac_future *future;

    open_all();
    outcomes = 0;
    call = slow_call();
    future = kit_pending();
    kit_ok(ac_ffi_call_start(call, io, pool, future));
    wait_until_begun();
    kit_ok(ac_future_cancel(future, ac_none_ref(), NULL));
    ac_ffi_call_free(call);
    kit_release_future(future);
    kit_turns(3);
    ck_assert_int_gt(atomic_load(&ffi_alive), 0);
    atomic_store(&gate, true);
    while (atomic_load(&ffi_alive) != 0) {
        pause_for(1);
        kit_turns(1);
    }
    ck_assert_int_eq(outcomes, 0);
    close_all();
}
END_TEST

START_TEST(test_a_call_that_has_not_begun_is_not_made)
{
    ac_ffi_call *slow, *call;
    ac_future *first, *second;

    open_all();
    outcomes = 0;
    slow = slow_call();
    call = sum_call();
    first = kit_pending();
    second = kit_pending();
    kit_ok(ac_ffi_call_start(slow, io, pool, first));
    wait_until_begun();
    kit_ok(ac_ffi_call_start(call, io, pool, second));
    kit_ok(ac_future_cancel(second, ac_none_ref(), NULL));
    kit_turns(2);
    ck_assert_int_eq(ac_ffi_call_errno(call), 0);
    atomic_store(&gate, true);
    kit_ok(ac_loop_run_until_complete(kit.loop, first));
    kit_turns(1);
    ck_assert_int_eq(*(int32_t *)ac_ffi_call_result(call), 0);
    ck_assert_int_eq(outcomes, 1);
    ac_ffi_call_free(slow);
    ac_ffi_call_free(call);
    kit_release_future(first);
    kit_release_future(second);
    close_all();
}
END_TEST

static void *open_later(void *nothing)
{
    (void)nothing;
    pause_for(20);
    atomic_store(&gate, true);
    return NULL;
}

START_TEST(test_the_io_waits_for_a_call_when_the_loop_is_closed)
{
    ac_ffi_call *call;
    ac_future *future;
    pthread_t thread;

    open_all();
    call = slow_call();
    future = kit_pending();
    kit_ok(ac_ffi_call_start(call, io, pool, future));
    wait_until_begun();
    kit_ok(ac_loop_close(kit.loop));
    ac_ffi_call_free(call);
    ck_assert_int_gt(atomic_load(&ffi_alive), 0);
    ck_assert_int_eq(pthread_create(&thread, NULL, open_later, NULL), 0);
    kit_ok(ac_io_free(io));
    ck_assert_int_eq(atomic_load(&ffi_alive), 0);
    ck_assert_int_eq(ac_future_get_state(future), AC_PENDING);
    pthread_join(thread, NULL);
    kit_release_future(future);
    ac_pool_shutdown(pool, false);
}
END_TEST

typedef struct waiter {
    ac_c_task head;
    ac_to_thread op;
    ac_ffi_call *call;
} waiter;

enum { DONE = 1 };

static ac_turn body(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    waiter *self = AC_C_SELF(co, waiter);
    ac_turn turn;

    AC_BEGIN(co);
    ac_to_thread_init(&self->op, io, pool, ac_ffi_call_to_await(self->call));
    AC_AWAIT_CORO(DONE, &self->op.co, turn);
    AC_END(co);
    return turn;
}

static void clear_body(ac_loop *loop, ac_coro *co)
{
    waiter *self = AC_C_SELF(co, waiter);
    ac_ffi_call *call = self->call;

    self->call = NULL;
    ac_coro_clear(loop, &self->op.co);
    ac_ffi_call_free(call);
}

static const ac_coro_ops body_ops = {.resume = body, .clear = clear_body};

START_TEST(test_a_task_awaits_a_call_or_is_cancelled)
{
    waiter *task;
    ac_value value = ac_none();

    open_all();
    task = ac_c_task_new(kit.loop, sizeof *task, &body_ops);
    task->call = sum_call();
    kit_ok(ac_c_runner_run(kit.loop, &task->head, &value));
    ck_assert_int_eq(ac_c_as_int(ac_lend(value)), 24);
    task = ac_c_task_new(kit.loop, sizeof *task, &body_ops);
    task->call = slow_call();
    kit_ok(ac_c_create_task(kit.loop, &task->head, AC_EAGER_NO));
    while (!atomic_load(&begun))
        kit_turns(1);
    kit_ok(ac_task_cancel(&task->head.task, ac_none_ref(), NULL));
    kit_turns(3);
    ck_assert(ac_future_cancelled(&task->head.task.future));
    ac_c_release(kit.loop, &task->head.task.future);
    ck_assert_int_gt(atomic_load(&ffi_alive), 0);
    atomic_store(&gate, true);
    close_all();
}
END_TEST

static ac_status make_a_call(void)
{
    ac_ffi_function *function;
    ac_ffi_call *call;
    ac_status status = ac_ffi_function_at(FFI_CODE(sum_of), "(bytes, size, inout i32) -> i32", &function,
                                          NULL);

    if (status != AC_OK)
        return status;
    call = ac_ffi_call_new(function, NULL, NULL);
    ac_ffi_function_free(function);
    if (call == NULL)
        return AC_E_MEMORY;
    status = ac_ffi_argument_copy(call, 0, "", 0);
    if (status == AC_OK)
        ac_ffi_call_now(call);
    ac_ffi_call_free(call);
    return status;
}

START_TEST(test_each_allocation_may_fail)
{
    ffi_watch_memory();
    ck_assert_int_ge(ffi_try_each_failure(make_a_call), 7);
}
END_TEST

static int count_value(ac_visitor *visitor, ac_ref value)
{
    (void)visitor;
    kit_log("%s", kit_repr(value));
    return 0;
}

static int count_future(ac_visitor *visitor, ac_future *future)
{
    (void)visitor;
    (void)future;
    return 0;
}

START_TEST(test_what_a_call_keeps_is_shown_once)
{
    ac_visitor visitor = {.value = count_value, .future = count_future};
    ac_ffi_call *call;
    ac_future *future;

    open_all();
    call = slow_call();
    ck_assert_int_eq(ac_ffi_call_visit(call, &visitor), 0);
    kit_expect("\"a long string of the host's\"");
    future = kit_pending();
    kit_ok(ac_ffi_call_start(call, io, pool, future));
    ck_assert_int_eq(ac_io_visit(io, &visitor), 0);
    kit_expect("\"a long string of the host's\"");
    atomic_store(&gate, true);
    kit_ok(ac_loop_run_until_complete(kit.loop, future));
    kit_turns(1);
    ac_ffi_call_free(call);
    kit_release_future(future);
    close_all();
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_a_call_is_made_now,
        test_a_call_is_made_by_a_thread,
        test_errno_becomes_an_exception,
        test_a_call_that_runs_goes_on_when_its_future_is_cancelled,
        test_a_call_that_has_not_begun_is_not_made,
        test_the_io_waits_for_a_call_when_the_loop_is_closed,
        test_a_task_awaits_a_call_or_is_cancelled,
        test_each_allocation_may_fail,
        test_what_a_call_keeps_is_shown_once,
    };

    return KIT_MAIN("ffi_call", tests);
}
