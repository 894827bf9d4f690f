/* test_ffi_closure.c - pointers to functions for C (src/ffi/closure.c). */
#include "ffi_kit.h"

#include <pthread.h>
#include <string.h>
#include <time.h>

static ac_ffi_closure *closure;
static int runs, fails_at;
static bool frees;

static ac_status compare(ac_loop *loop, ac_ffi_closure *self, void *const *arguments, void *result)
{
    int32_t left = **(int32_t *const *)arguments[0], right = **(int32_t *const *)arguments[1];
    int answer = left < right ? -1 : left > right;

    memcpy(result, &answer, sizeof answer);
    if (++runs == fails_at)
        return ac_loop_raise(loop, ac_c_error(loop, &ac_c_ValueError, "no order"));
    if (frees && runs == 1)
        ac_ffi_closure_free(self);
    return AC_OK;
}

static ac_status hear(ac_loop *loop, ac_ffi_closure *self, void *const *arguments, void *result)
{
    int16_t answer = (int16_t)(-*(int16_t *)arguments[0]);

    (void)loop;
    kit_log("%d %s", *(int16_t *)arguments[0], *(const char **)arguments[1]);
    if (ac_ffi_closure_data(self) != NULL)
        kit_ok(ac_future_set_result(ac_ffi_closure_data(self), ac_c_int(answer)));
    memcpy(result, &answer, sizeof answer);
    return AC_OK;
}

static const ac_ffi_closure_ops compare_ops = {compare}, hear_ops = {hear};

static void sort(int32_t *numbers)
{
    typedef int order(const void *, const void *);

    runs = 0;
    qsort(numbers, 4, sizeof *numbers, (order *)ac_ffi_closure_code(closure));
}

static void open_with(const char *signature, const ac_ffi_closure_ops *ops, ac_ffi_elsewhere elsewhere,
                      void *data)
{
    ffi_watch_memory();
    fails_at = 0;
    frees = false;
    kit_ok(ac_ffi_closure_new(kit.loop, signature, ops, elsewhere, data, &closure, NULL));
}

static void end(void)
{
    io_close();
    ck_assert_int_eq(atomic_load(&ffi_alive), 0);
}

START_TEST(test_qsort_calls_at_once)
{
    int32_t numbers[] = {3, -1, 2, 0};
    ac_value raised;

    io_open(0);
    open_with("(*i32, *i32) -> int", &compare_ops, AC_FFI_WAIT, NULL);
    sort(numbers);
    ck_assert_int_eq(numbers[0], -1);
    ck_assert_int_eq(numbers[3], 3);
    ck_assert(!ac_ffi_closure_take_raised(closure, &raised));
    fails_at = 2;
    sort(numbers);
    ck_assert_int_eq(runs, 2); /* the rest was not asked */
    ck_assert(ac_ffi_closure_take_raised(closure, &raised));
    ck_assert_str_eq(kit_repr_of(raised), "ValueError('no order')");
    fails_at = 1;
    sort(numbers);
    ac_ffi_closure_free(closure); /* with the exception */
    ac_ffi_closure_free(NULL);
    end();
}
END_TEST

START_TEST(test_a_closure_may_be_freed_by_its_own_call)
{
    int32_t numbers[] = {1, 2, 3, 4};
    typedef int order(const void *, const void *);

    io_open(0);
    open_with("(*i32, *i32) -> int", &compare_ops, AC_FFI_WAIT, NULL);
    frees = true;
    runs = 0;
    ck_assert_int_eq(((order *)ac_ffi_closure_code(closure))(&numbers[1], &numbers[0]), 1);
    end();
}
END_TEST

typedef int16_t heard(int16_t number, const char *text);
static _Atomic(int) answer;
static int calls;

static void *call_twice(void *code)
{
    char text[8] = "first";
    heard *call = (heard *)(ac_ffi_code)(uintptr_t)code;

    atomic_fetch_add(&answer, call(7, text));
    if (calls == 1)
        return NULL;
    strcpy(text, "second");
    atomic_fetch_add(&answer, call(8, text));
    memset(text, 'x', sizeof text - 1);
    return NULL;
}

static pthread_t start(void)
{
    pthread_t thread;

    atomic_store(&answer, 0);
    ck_assert_int_eq(
        pthread_create(&thread, NULL, call_twice, (void *)(uintptr_t)ac_ffi_closure_code(closure)), 0);
    return thread;
}

START_TEST(test_a_call_from_a_thread_is_a_callback_with_copies)
{
    io_open(0);
    calls = 2;
    open_with("(i16, str) -> i16", &hear_ops, AC_FFI_POST, NULL);
    pthread_join(start(), NULL);
    kit_expect("");
    kit_turns(1);
    kit_expect("7 first, 8 second");
    ck_assert_int_eq(atomic_load(&answer), 0);
    pthread_join(start(), NULL);
    ac_ffi_closure_free(closure); /* what was posted is dropped */
    kit_turns(1);
    kit_expect("");
    end();
}
END_TEST

START_TEST(test_a_call_from_a_thread_completes_a_future)
{
    ac_future *future;
    pthread_t thread;

    io_open(0);
    future = kit_pending();
    calls = 1;
    open_with("(i16, str) -> i16", &hear_ops, AC_FFI_WAIT, future);
    thread = start();
    kit_ok(ac_loop_run_until_complete(kit.loop, future));
    kit_expect("7 first");
    ac_ffi_closure_free(closure); /* its thread may be on the way out of the call */
    pthread_join(thread, NULL);
    ck_assert_int_eq(atomic_load(&answer), -7);
    kit_turns(1);
    kit_expect("");
    kit_release_future(future);
    end();
}
END_TEST

START_TEST(test_a_thread_that_waits_is_let_go_by_a_closed_loop)
{
    pthread_t thread;

    io_open(0);
    calls = 2;
    open_with("(i16, str) -> i16", &hear_ops, AC_FFI_WAIT, NULL);
    thread = start();
    if (_i == 1)
        (void)nanosleep(&(struct timespec){0, 5000000}, NULL);
    kit_ok(ac_loop_close(kit.loop));
    pthread_join(thread, NULL);
    ck_assert_int_eq(atomic_load(&answer), 0);
    ac_ffi_closure_free(closure);
    end();
}
END_TEST

static ac_status make_one(void)
{
    ac_ffi_closure *one;
    ac_status status = ac_ffi_closure_new(kit.loop, "({i32}) -> void", &hear_ops, AC_FFI_POST, NULL, &one,
                                          NULL);

    ac_ffi_closure_free(one);
    return status;
}

static void *no_closure(size_t size, void **code)
{
    (void)size;
    (void)code;
    return NULL;
}

START_TEST(test_what_cannot_be_made_is_refused)
{
    ac_ffi_error error;

    kit_loop_with(NULL);
    ffi_watch_memory();
    ck_assert_int_ge(ffi_try_each_failure(make_one), 6);
    ck_assert_int_eq(ac_ffi_closure_new(kit.loop, "(str, ..., int) -> int", &hear_ops, AC_FFI_WAIT, NULL,
                                        &closure, &error),
                     AC_E_VALUE);
    ck_assert_str_eq(error.text, "a callback is not variadic");
    ck_assert_int_eq(
        ac_ffi_closure_new(kit.loop, "(out int) -> int", &hear_ops, AC_FFI_POST, NULL, &closure, &error),
        AC_E_VALUE);
    ck_assert_str_eq(error.text, "out and inout need a thread that waits");
    aci_ffi_sys.closure_alloc = no_closure;
    ck_assert_int_eq(make_one(), AC_E_MEMORY);
    aci_ffi_sys.closure_alloc = ffi_closure_alloc;
    ck_assert_int_eq(atomic_load(&ffi_alive), 0);
}
END_TEST

int main(void)
{
    const TTest *const once[] = {
        test_qsort_calls_at_once,
        test_a_closure_may_be_freed_by_its_own_call,
        test_a_call_from_a_thread_is_a_callback_with_copies,
        test_a_call_from_a_thread_completes_a_future,
        test_what_cannot_be_made_is_refused,
    };
    const TTest *const twice[] = {test_a_thread_that_waits_is_let_go_by_a_closed_loop};
    int failed = KIT_MAIN("ffi_closure", once);

    return kit_main_times("ffi_closure twice", twice, 1, 2) + failed;
}
