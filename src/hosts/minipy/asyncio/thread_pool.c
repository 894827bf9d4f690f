/* thread_pool.c - threads of a program: pools of them.
 *
 * Mirrors    The half of concurrent.futures.thread and of threading.Thread that is not in Python
 *            (thread_texts.c).
 * Idea       A pool is the I/O library's; a job of it takes the machine's lock (gil.c) and calls.
 * Holds      What a thread is there for, or can be started for, is announced to the lock, and so is the end
 *            of a pool that was stopped and has nothing to do: time may go on beside what is queued.  A
 *            pool's threads are joined when the machine ends, never earlier: the last reference to a pool may
 *            go on a thread of its own.
 * Owns       A job: its callables and its pool, until it has run.
 * Tests      tests/test_minipy_threads.c; difftests/scenarios/executor */
#include "asyncio/host.h"

#include <math.h>
#include <stdlib.h>

/* What outlives the object; freed when the machine ends. */
struct mp_pool_core {
    struct mp_pool_core *next;
    ac_pool *pool;
    mp_vm *vm;
    ac_job farewell;
    bool stopped, over; /* over: no thread is left; guarded by the mutex of the lock */
    size_t most, jobs;  /* jobs: submitted and not over */
    uint64_t serial;
    mp_value contexts[]; /* owned; by number of the thread */
};

typedef struct mp_thread_pool {
    mp_object head;
    mp_str *prefix; /* owned */
    bool counted;   /* its threads are called PREFIX_0, PREFIX_1; else as the prefix */
    struct mp_pool_core *core;
} mp_thread_pool;

typedef struct pool_job {
    ac_job job;
    mp_vm *vm;
    mp_thread_pool *pool; /* owned */
    mp_value callable;    /* owned */
    mp_value fail;        /* owned; is told what comes out of it */
    mp_value context;     /* owned; for a thread that has none yet: nothing can be told without one */
} pool_job;

/* ---- On a thread of the pool ---- */

static mp_str *pool_thread_name(mp_vm *vm, const mp_thread_pool *pool, size_t number)
{
    if (!pool->counted)
        return (mp_str *)mp_incref(mp_as_value(pool->prefix));
    return mp_str_formatted(vm, "%S_%zu", pool->prefix, number);
}

/* What the callable could not tell its future (there was no memory for that) is told by 'fail', once more if
 * that fails, too: somebody waits. */
static void pool_tell(mp_vm *vm, const pool_job *job)
{
    mp_value exception = mp_take_raised(vm), answer = NULL;
    for (int i = 0; i < 3 && answer == NULL; i++) {
        mp_clear_slot(vm, &vm->raised);
        answer = mp_call_1(vm, job->fail, exception);
    }
    mp_decref(vm, exception);
    if (answer == NULL)
        mp_write_unraisable(vm, "in a thread: ", job->callable);
    mp_xdecref(vm, answer);
}

static void pool_call(mp_vm *vm, pool_job *job)
{
    mp_value answer = vm->thread->name != NULL ? mp_call_0(vm, job->callable) : NULL;
    if (answer == NULL)
        pool_tell(vm, job);
    mp_xdecref(vm, answer);
}

/* Each thread has a context of its own, which lasts from job to job. */
static void pool_give_context(mp_vm *vm, struct mp_pool_core *pool, pool_job *job, size_t number)
{
    mp_value *from = pool->contexts[number] != NULL ? &pool->contexts[number] : &job->context;
    vm->context = *from;
    *from = NULL;
}

/* There is a thread for one job more, or the last one is over in a pool that was stopped. */
static void pool_job_over(mp_vm *vm, struct mp_pool_core *pool)
{
    pool->jobs--;
    if (pool->jobs >= pool->most || (pool->jobs == 0 && pool->stopped))
        mp_gil_announce(vm);
}

static void pool_job_run(ac_job *core)
{
    pool_job *job = AC_CONTAINER_OF(core, pool_job, job);
    mp_vm *vm = job->vm;
    struct mp_pool_core *pool = job->pool->core;
    size_t number = ac_pool_thread_number(pool->pool);
    mp_thread thread = {.number = pool->serial * 4096 + number + 2};
    mp_gil_begin(vm, &thread);
    pool_give_context(vm, pool, job, number);
    thread.name = pool_thread_name(vm, job->pool, number);
    pool_call(vm, job);
    mp_clear_slot(vm, &job->callable);
    mp_clear_slot(vm, &job->fail);
    mp_clear_slot(vm, &job->context);
    pool->contexts[number] = vm->context;
    vm->context = NULL;
    mp_clear_slot(vm, (mp_value *)&job->pool);
    mp_clear_slot(vm, &vm->set_loop);
    mp_clear_slot(vm, (mp_value *)&thread.name);
    pool_job_over(vm, pool);
    mp_gil_end(vm);
}

static void pool_job_ended(ac_job *core, bool ran)
{
    (void)ran;
    free(AC_CONTAINER_OF(core, pool_job, job));
}

static const ac_job_ops pool_job_ops = {.run = pool_job_run, .ended = pool_job_ended};

/* The last thread has nothing more to do. */
static void pool_over(ac_job *core, bool ran)
{
    struct mp_pool_core *pool = AC_CONTAINER_OF(core, struct mp_pool_core, farewell);
    (void)ran;
    mp_gil_over(pool->vm, &pool->over);
}

static const ac_job_ops farewell_ops = {.ended = pool_over};

/* ---- Pools ---- */

static struct mp_pool_core *pool_core_new(mp_vm *vm, size_t most)
{
    const ac_pool_options options = {.threads = most, .name = "minipy"};
    struct mp_pool_core *core = calloc(1, sizeof *core + most * sizeof *core->contexts);
    if (core != NULL)
        core->pool = ac_pool_new(&options);
    if (core == NULL || core->pool == NULL) {
        free(core);
        mp_raise(vm, MP_X_RUNTIME_ERROR, "can't start new thread");
        return NULL;
    }
    core->vm = vm;
    core->most = most;
    core->serial = ++vm->pools_made;
    core->next = vm->pools;
    vm->pools = core;
    return core;
}

/* _Pool(most, prefix, counted) */
static mp_value pool_make(mp_vm *vm, mp_type *type, mp_args *args)
{
    int64_t most;
    if (!mp_positional(vm, args, "_Pool", 3, 3) || !mp_to_index(vm, args->values[0], &most) ||
        !mp_gil_make(vm) || !mp_loops_get_io(vm))
        return NULL;
    mp_thread_pool *self = (mp_thread_pool *)mp_new(vm, type, 0);
    if (self == NULL)
        return NULL;
    self->prefix = (mp_str *)mp_incref(args->values[1]);
    self->counted = args->values[2] == vm->true_;
    self->core = pool_core_new(vm, (size_t)most);
    if (self->core == NULL)
        mp_clear_slot(vm, (mp_value *)&self);
    return mp_as_value(self);
}

static void pool_stop(struct mp_pool_core *core)
{
    if (core->stopped)
        return;
    core->stopped = true;
    ac_job_init(&core->farewell, &farewell_ops);
    if (core->jobs == 0)
        mp_gil_announce(core->vm);
    ac_pool_stop(core->pool, false);
    ac_pool_farewell(core->pool, &core->farewell);
}

static int pool_visit(mp_value self, mp_visit *visit, void *data)
{
    mp_value owned[] = {mp_as_value(((mp_thread_pool *)self)->prefix)};
    return mp_visit_all(owned, 1, visit, data);
}

static void pool_clear(mp_vm *vm, mp_value self)
{
    mp_thread_pool *pool = (mp_thread_pool *)self;
    if (pool->core != NULL)
        pool_stop(pool->core);
    pool->core = NULL;
    mp_clear_slot(vm, (mp_value *)&pool->prefix);
}

static mp_value pool_refuse(mp_vm *vm, struct mp_pool_core *core, pool_job *job, const char *why)
{
    mp_decref(vm, job->callable);
    mp_decref(vm, job->fail);
    mp_decref(vm, job->context);
    mp_decref(vm, mp_as_value(job->pool));
    free(job);
    if (core->jobs-- <= core->most)
        mp_gil_renounce(vm);
    mp_raise(vm, MP_X_RUNTIME_ERROR, "%s", why);
    return NULL;
}

static pool_job *pool_job_new(mp_vm *vm, mp_thread_pool *pool, mp_value callable, mp_value fail)
{
    mp_value context = mp_context_new(vm, NULL);
    pool_job *job = context != NULL ? calloc(1, sizeof *job) : NULL;
    if (job == NULL) {
        if (context != NULL)
            mp_raise(vm, MP_X_RUNTIME_ERROR, "can't start new thread");
        mp_xdecref(vm, context);
        return NULL;
    }
    ac_job_init(&job->job, &pool_job_ops);
    job->vm = vm;
    job->pool = (mp_thread_pool *)mp_incref(mp_as_value(pool));
    job->callable = mp_incref(callable);
    job->fail = mp_incref(fail);
    job->context = context;
    return job;
}

/* submit(callable, fail) */
static mp_value pool_submit(mp_vm *vm, mp_args *args)
{
    if (!mp_positional(vm, args, "submit", 3, 3))
        return NULL;
    mp_thread_pool *self = (mp_thread_pool *)args->values[0];
    pool_job *job = pool_job_new(vm, self, args->values[1], args->values[2]);
    if (job == NULL)
        return NULL;
    if (++self->core->jobs <= self->core->most)
        mp_gil_announce(vm);
    ac_submitted answer = AC_POOL_STOPPED;
    if (self->core->pool != NULL)
        answer = ac_pool_submit(self->core->pool, &job->job);
    if (answer == AC_POOL_TOOK_IT)
        return mp_incref(vm->none);
    return pool_refuse(vm, self->core, job,
                       answer == AC_POOL_STOPPED ? "cannot schedule new futures after shutdown"
                                                 : "can't start new thread");
}

static mp_value pool_stop_method(mp_vm *vm, mp_args *args)
{
    if (!mp_positional(vm, args, "stop", 1, 1))
        return NULL;
    pool_stop(((mp_thread_pool *)args->values[0])->core);
    return mp_incref(vm->none);
}

/* Waits until all threads of a stopped pool have ended. */
static mp_value pool_join(mp_vm *vm, mp_args *args)
{
    if (!mp_positional(vm, args, "join", 1, 1))
        return NULL;
    struct mp_pool_core *core = ((mp_thread_pool *)args->values[0])->core;
    while (!mp_gil_see(vm, &core->over)) {
        mp_wait_changed(vm, INFINITY, &core->over);
        if (!mp_count_step(vm))
            return NULL;
    }
    return mp_incref(vm->none);
}

static const mp_slots pool_slots = {.visit = pool_visit, .clear = pool_clear, .make = pool_make};

static const mp_method pool_methods[] = {
    {"submit", pool_submit, MP_M_METHOD},
    {"stop", pool_stop_method, MP_M_METHOD},
    {"join", pool_join, MP_M_METHOD},
    {NULL, NULL, 0},
};

const mp_type_def mp_thread_pool_def = {
    .name = "_Pool",
    .module = "concurrent.futures.thread",
    .size = sizeof(mp_thread_pool),
    .flags = MP_T_GC,
    .slots = &pool_slots,
    .methods = pool_methods,
};

/* Some may be made while others are waited for. */
static struct mp_pool_core *pool_not_over(mp_vm *vm)
{
    for (struct mp_pool_core *core = vm->pools; core != NULL; core = core->next) {
        pool_stop(core);
        if (!mp_gil_see(vm, &core->over))
            return core;
    }
    return NULL;
}

/* As at CPython's end, what is queued is done, and all threads are waited for.  But those that nobody can
 * wake any more, and those of a program that is out of steps, are ended: CPython would hang. */
void mp_threads_end(mp_vm *vm)
{
    struct mp_pool_core *core;
    while ((core = pool_not_over(vm)) != NULL) {
        if (vm->out_of_steps || vm->deadlocked || mp_gil_is_stuck(vm))
            vm->abandons = true;
        if (vm->abandons)
            mp_changed(vm);
        mp_wait_changed(vm, INFINITY, &core->over);
    }
    for (core = vm->pools; core != NULL; core = core->next) {
        ac_pool_shutdown(core->pool, false);
        core->pool = NULL;
    }
}

void mp_threads_drop(mp_vm *vm)
{
    for (struct mp_pool_core *core = vm->pools; core != NULL; core = core->next)
        for (size_t i = 0; i < core->most; i++)
            mp_clear_slot(vm, &core->contexts[i]);
}

void mp_threads_free(mp_vm *vm)
{
    while (vm->pools != NULL) {
        struct mp_pool_core *core = vm->pools;
        vm->pools = core->next;
        free(core);
    }
}
