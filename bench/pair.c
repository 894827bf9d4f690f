/* pair.c - see pair.h. */
#include "pair.h"

typedef struct bare_task {
    ac_task task;
    ac_coro co;
} bare_task;

struct task_pair {
    ac_loop *loop;
    ac_clock clock;
    ac_future future; /* what is waited for; used again and again */
    pair_kind kind;
    size_t left;
    bare_task waits, acts;
};

static task_pair only;

enum { WAIT = 1, ACT = 1 };

static ac_turn wait_often(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    AC_BEGIN(co);
    for (; only.left > 0; only.left--) {
        ac_future_clear(&only.future);
        (void)ac_future_init(&only.future, loop);
        AC_AWAIT(WAIT, &only.future);
        if (how == AC_THROW)
            (void)ac_task_uncancel(&only.waits.task);
    }
    AC_END(co);
    return ac_return(out, ac_none());
}

static ac_status act(void)
{
    return only.kind == PAIR_SET ? ac_future_set_result(&only.future, ac_none())
                                 : ac_task_cancel(&only.waits.task, ac_none_ref(), NULL);
}

static ac_turn act_often(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    AC_BEGIN(co);
    while (only.left > 0) {
        if (act() != AC_OK)
            bench_fail(ac_loop_why(loop));
        AC_YIELD(ACT);
    }
    AC_END(co);
    return ac_return(out, ac_none());
}

static const ac_coro_ops wait_ops = {.resume = wait_often}, act_ops = {.resume = act_often};

task_pair *pair_open(void)
{
    only.loop = bench_bare_loop_new(&only.clock);
    return &only;
}

void pair_close(task_pair *pair)
{
    ac_future_clear(&pair->waits.task.future);
    ac_future_clear(&pair->acts.task.future);
    ac_future_clear(&pair->future);
    bench_bare_loop_free(pair->loop);
}

static void start(task_pair *pair, bare_task *task, const ac_coro_ops *ops)
{
    ac_task_spec spec = {.body = &task->co};
    ac_future_clear(&task->task.future);
    ac_coro_init(&task->co, ops);
    if (ac_task_init(&task->task, pair->loop, &spec) != AC_OK)
        bench_fail(ac_loop_why(pair->loop));
}

/* Turn by turn: running until complete would make one call of realloc for itself. */
bench_sample pair_run(task_pair *pair, pair_kind kind, size_t times)
{
    pair->kind = kind;
    pair->left = times;
    start(pair, &pair->waits, &wait_ops);
    start(pair, &pair->acts, &act_ops);
    size_t before = bench_bare_reallocs();
    double begin = bench_cpu_time();
    while (!ac_future_done(&pair->acts.task.future))
        if (ac_loop_turn(pair->loop) != AC_OK)
            bench_fail(ac_loop_why(pair->loop));
    bench_sample sample = bench_cpu_since(begin);
    sample.amount = (double)(bench_bare_reallocs() - before);
    if (pair->left != 0)
        bench_fail("the waiting task is not done");
    return sample;
}
