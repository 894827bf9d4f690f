/* host.c - see host.h. */
#include "host.h"

#include <stdlib.h>

/* ---- The C host ---- */

void *bench_open_loop(const bench *row)
{
    ac_loop_options options = {.semantics = row->profile};
    const char *why = "";
    ac_loop *loop = ac_c_loop_new(&options, &why);
    if (loop == NULL)
        bench_fail(why);
    return loop;
}

void bench_close_loop(void *loop)
{
    if (ac_c_loop_free(loop) != 0)
        bench_fail("objects were left behind");
}

void bench_run_task(ac_loop *loop, ac_c_task *task)
{
    if (ac_c_run(loop, task, NULL) != AC_OK)
        bench_fail(ac_loop_why(loop));
}

void *bench_new_task(ac_loop *loop, size_t size, const ac_coro_ops *ops)
{
    void *task = ac_c_task_new(loop, size, ops);
    if (task == NULL)
        bench_fail("no memory");
    return task;
}

void bench_spawn(ac_loop *loop, ac_c_task *task, ac_eager eager)
{
    if (ac_c_create_task(loop, task, eager) != AC_OK)
        bench_fail(ac_loop_why(loop));
    ac_c_release(loop, &task->task.future);
}

/* ---- The bare host ---- */

static size_t reallocs;

static void drop(ac_loop *loop, ac_value value)
{
    (void)loop;
    (void)value;
}

/* Every exception is the same word. */
static ac_value error(ac_loop *loop, const ac_error *error)
{
    (void)loop;
    ac_value made = {1 + (uint64_t)error->kind};
    return made;
}

static unsigned classify(ac_loop *loop, ac_ref exception)
{
    (void)loop;
    return exception.bits == 1 + AC_X_CANCELLED ? AC_IS_CANCELLED | AC_IS_CANCELLED_EXACT : 0;
}

static void *count_realloc(ac_loop *loop, void *memory, size_t old, size_t now)
{
    (void)loop;
    (void)old;
    reallocs++;
    if (now > 0)
        return realloc(memory, now);
    free(memory);
    return NULL;
}

static const ac_host bare_host = {.abi = AC_ABI,
                                  .size = sizeof(ac_host),
                                  .drop = drop,
                                  .error = error,
                                  .classify = classify,
                                  .realloc = count_realloc};

ac_loop *bench_bare_loop_new(ac_clock *clock)
{
    ac_loop *loop = malloc(sizeof *loop);
    ac_loop_options options = {.clock = clock};
    ac_clock_init(clock);
    if (loop == NULL || ac_loop_init(loop, &bare_host, &options) != AC_OK)
        bench_fail("no bare loop");
    return loop;
}

void bench_bare_loop_free(ac_loop *loop)
{
    if (ac_loop_close(loop) != AC_OK)
        bench_fail(ac_loop_why(loop));
    free(loop);
}

size_t bench_bare_reallocs(void)
{
    return reallocs;
}
