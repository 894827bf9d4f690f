/* thread_locks.c - locks of threads, their waits, and the module time.
 *
 * Mirrors    _thread.lock, get_ident; time.sleep, monotonic.
 * Idea       A thread that has to wait looks again whenever something has changed.
 * Tests      tests/test_minipy_threads.c; difftests/scenarios/executor */
#if defined(__linux__) && !defined(_GNU_SOURCE)
#define _GNU_SOURCE /* sched_getaffinity */
#endif
#include "asyncio/host.h"

#include <math.h>
#include <sched.h>
#include <time.h>
#include <unistd.h>

/* Until something changes, but no longer than to 'when'.  False: raised. */
static bool thread_wait(mp_vm *vm, double when)
{
    if (!vm->abandons)
        mp_wait_changed(vm, when, NULL);
    if (!vm->abandons)
        return mp_count_step(vm);
    mp_raise(vm, MP_X_SYSTEM_EXIT, "the program has ended");
    return false;
}

/* ---- Locks ---- */

typedef struct mp_thread_lock {
    mp_object head;
    bool locked;
} mp_thread_lock;

static mp_value thread_lock_make(mp_vm *vm, mp_type *type, mp_args *args)
{
    return mp_positional(vm, args, "lock", 0, 0) ? mp_new(vm, type, 0) : NULL;
}

/* Where nobody could release it, it is as if one had waited for ever. */
static bool lock_wait(mp_vm *vm, mp_thread_lock *lock, double when)
{
    if (vm->gil == NULL) {
        mp_raise(vm, MP_X_RUNTIME_ERROR, "nobody could release this lock: the program has one thread");
        return false;
    }
    while (lock->locked && mp_now(vm) < when)
        if (!thread_wait(vm, when))
            return false;
    return true;
}

static mp_value lock_acquire(mp_vm *vm, mp_args *args)
{
    mp_value values[3];
    double seconds = -1;
    if (!mp_bind(vm, args, "acquire", "self|blocking timeout", values))
        return NULL;
    mp_thread_lock *self = (mp_thread_lock *)values[0];
    int blocking = values[1] != NULL ? mp_truth(vm, values[1]) : 1;
    if (blocking < 0 || (values[2] != NULL && !mp_to_double(vm, values[2], &seconds)))
        return NULL;
    if (self->locked && blocking > 0 && seconds != 0 &&
        !lock_wait(vm, self, seconds < 0 ? INFINITY : mp_now(vm) + seconds))
        return NULL;
    bool got = !self->locked;
    self->locked = true;
    return mp_bool_new(vm, got);
}

static mp_value lock_release(mp_vm *vm, mp_args *args)
{
    mp_thread_lock *self = (mp_thread_lock *)args->values[0];
    if (!self->locked) {
        mp_raise(vm, MP_X_RUNTIME_ERROR, "release unlocked lock");
        return NULL;
    }
    self->locked = false;
    mp_changed(vm);
    return mp_incref(vm->none);
}

static mp_value lock_locked(mp_vm *vm, mp_args *args)
{
    return mp_bool_new(vm, ((mp_thread_lock *)args->values[0])->locked);
}

static mp_value lock_enter(mp_vm *vm, mp_args *args)
{
    mp_args none = {args->values, 1, NULL};
    return lock_acquire(vm, &none);
}

static const mp_slots thread_lock_slots = {.make = thread_lock_make};

static const mp_method thread_lock_methods[] = {
    {"acquire", lock_acquire, MP_M_METHOD},  {"release", lock_release, MP_M_METHOD},
    {"locked", lock_locked, MP_M_METHOD},    {"__enter__", lock_enter, MP_M_METHOD},
    {"__exit__", lock_release, MP_M_METHOD}, {NULL, NULL, 0},
};

const mp_type_def mp_thread_lock_def = {
    .name = "lock",
    .module = "_thread",
    .size = sizeof(mp_thread_lock),
    .slots = &thread_lock_slots,
    .methods = thread_lock_methods,
};

/* ---- Functions ---- */

/* _wait_changed(seconds or None): at most a slice, until something changes. */
static mp_value thread_wait_changed(mp_vm *vm, mp_args *args)
{
    double seconds = -1;
    if (!mp_positional(vm, args, "_wait_changed", 1, 1) ||
        (args->values[0] != vm->none && !mp_to_double(vm, args->values[0], &seconds)))
        return NULL;
    return thread_wait(vm, seconds < 0 ? INFINITY : mp_now(vm) + seconds) ? mp_incref(vm->none) : NULL;
}

static mp_value thread_changed(mp_vm *vm, mp_args *args)
{
    (void)args;
    mp_changed(vm);
    return mp_incref(vm->none);
}

static mp_value thread_has_threads(mp_vm *vm, mp_args *args)
{
    (void)args;
    return mp_bool_new(vm, vm->gil != NULL);
}

static mp_value thread_ident(mp_vm *vm, mp_args *args)
{
    (void)args;
    return mp_int_new(vm, (int64_t)vm->thread->number);
}

static mp_value thread_name(mp_vm *vm, mp_args *args)
{
    (void)args;
    if (vm->thread->name != NULL)
        return mp_incref(mp_as_value(vm->thread->name));
    return mp_as_value(mp_str_from(vm, "MainThread"));
}

/* os.cpu_count() + 4, since 3.13 os.process_cpu_count() + 4; at most 32. */
static mp_value thread_most_workers(mp_vm *vm, mp_args *args)
{
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    (void)args;
#ifdef __linux__
    cpu_set_t own;
    if (vm->minor >= 13 && sched_getaffinity(0, sizeof own, &own) == 0)
        processors = CPU_COUNT(&own);
#endif
    if (processors < 1)
        processors = 1;
    return mp_int_new(vm, processors < 28 ? processors + 4 : 32);
}

static mp_value thread_copy_context(mp_vm *vm, mp_args *args)
{
    (void)args;
    return mp_context_copy(vm);
}

static mp_value thread_warn(mp_vm *vm, mp_args *args)
{
    if (!mp_positional(vm, args, "_warn", 1, 1))
        return NULL;
    mp_write_text(vm, true, "RuntimeWarning: ");
    mp_write_text(vm, true, ((mp_str *)args->values[0])->data);
    mp_write_text(vm, true, "\n");
    return mp_incref(vm->none);
}

/* There is no other thread.  False: raised. */
static bool time_sleep_alone(mp_vm *vm, double until)
{
    if (vm->options.virtual_time && until > vm->clock.now)
        vm->clock.now = until;
    while (mp_now(vm) < until) {
        double left = until - mp_now(vm);
        struct timespec span = {(time_t)left, (long)((left - (double)(time_t)left) * 1e9)};
        if (left > 0)
            (void)nanosleep(&span, NULL);
        if (!mp_count_step(vm))
            return false;
    }
    return true;
}

/* An interrupt that raises nothing does not end it. */
static bool time_sleep_until(mp_vm *vm, double until)
{
    if (vm->gil == NULL)
        return time_sleep_alone(vm, until);
    mp_gil_yield(vm, true);
    while (mp_now(vm) < until)
        if (!thread_wait(vm, until))
            return false;
    return true;
}

static mp_value time_sleep(mp_vm *vm, mp_args *args)
{
    double seconds;
    if (!mp_positional(vm, args, "sleep", 1, 1) || !mp_to_double(vm, args->values[0], &seconds))
        return NULL;
    if (seconds >= 0 && seconds < 1e9)
        return time_sleep_until(vm, mp_now(vm) + seconds) ? mp_incref(vm->none) : NULL;
    mp_raise(vm, seconds >= 0 ? MP_X_OVERFLOW_ERROR : MP_X_VALUE_ERROR,
             seconds >= 0         ? "timestamp too large to convert to C PyTime_t"
             : seconds != seconds ? "Invalid value NaN (not a number)"
                                  : "sleep length must be non-negative");
    return NULL;
}

static mp_value time_monotonic(mp_vm *vm, mp_args *args)
{
    (void)args;
    return mp_float_new(vm, mp_now(vm));
}

static const mp_native_def time_natives[] = {
    {"sleep", time_sleep}, {"monotonic", time_monotonic}, {"perf_counter", time_monotonic}, {NULL, NULL}};

static const mp_native_def thread_natives[] = {
    {"_wait_changed", thread_wait_changed}, {"_changed", thread_changed},
    {"_has_threads", thread_has_threads},   {"get_ident", thread_ident},
    {"_thread_name", thread_name},          {"_warn", thread_warn},
    {"_copy_context", thread_copy_context}, {"_monotonic", time_monotonic},
    {"_most_workers", thread_most_workers}, {NULL, NULL},
};

static bool threads_make_types(mp_vm *vm, mp_dict *names)
{
    mp_type *pool = mp_type_new(vm, &mp_thread_pool_def, NULL);
    mp_type *lock = mp_type_new(vm, &mp_thread_lock_def, NULL);
    vm->types[MP_TYPE_THREAD_POOL] = pool;
    vm->types[MP_TYPE_THREAD_LOCK] = lock;
    return pool != NULL && lock != NULL && mp_define(vm, names, "_Pool", mp_incref(mp_as_value(pool))) &&
           mp_define(vm, names, "Lock", mp_incref(mp_as_value(lock)));
}

bool mp_init_thread_locks(mp_vm *vm, mp_dict *names)
{
    mp_dict *time = mp_module_make(vm, "time");
    return time != NULL && mp_define_natives(vm, time, time_natives) && threads_make_types(vm, names) &&
           mp_define_natives(vm, names, thread_natives);
}
