/* executor.c - calls that would block a loop are made by threads: to_thread, and an executor of one's own.
 *
 * Each task lets a thread count the primes below a number, and awaits what it has found.  The thread sees
 * plain memory alone; the loop makes a value of it. */
#include <aiocore/chost.h>
#include <aiocore/executor.h>

#include <stdio.h>

/* [count] */
struct count {
    ac_c_task head;
    ac_to_thread op;
    ac_call call;
    ac_io *io;
    ac_pool *pool; /* NULL: the default executor */
    long below, found;
};

/* On a thread of the pool. */
static void count_primes(ac_call *call)
{
    struct count *self = AC_CONTAINER_OF(call, struct count, call);

    for (long number = 2; number < self->below; number++) {
        long divisor = 2;
        while (divisor * divisor <= number && number % divisor != 0)
            divisor++;
        self->found += divisor * divisor > number ? 1 : 0;
    }
}

/* On the loop's thread again. */
static ac_status make_result(ac_call *call, ac_value *result)
{
    *result = ac_c_int(AC_CONTAINER_OF(call, struct count, call)->found);
    return AC_OK;
}

/* The call is in the task's frame, which lives until the call is over, even if the task is cancelled. */
static void let_go(ac_call *call)
{
    struct count *self = AC_CONTAINER_OF(call, struct count, call);

    ac_c_release(self->head.task.future.loop, &self->head.task.future);
}

static const ac_call_ops call_ops = {.run = count_primes, .outcome = make_result, .released = let_go};

enum { COUNTED = 1 };

static ac_turn count(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    struct count *self = AC_C_SELF(co, struct count);
    ac_turn turn;

    AC_BEGIN(co);
    ac_call_init(&self->call, &call_ops);
    ac_c_retain(&self->head.task.future);
    ac_to_thread_init(&self->op, self->io, self->pool, &self->call);
    AC_AWAIT_CORO(COUNTED, &self->op.co, turn);
    if (turn == AC_RETURNED)
        printf("%ld primes below %ld\n", self->found, self->below);
    AC_END(co);
    return turn;
}

static void give_up(ac_loop *loop, ac_coro *co)
{
    ac_coro_clear(loop, &AC_C_SELF(co, struct count)->op.co);
}

static const ac_coro_ops count_ops = {.resume = count, .clear = give_up};
/* [count end] */

static void run(ac_loop *loop, ac_io *io, ac_pool *pool, long below)
{
    struct count *task = ac_c_task_new(loop, sizeof *task, &count_ops);
    ac_value result = ac_none();

    if (task == NULL)
        return;
    task->io = io;
    task->pool = pool;
    task->below = below;
    if (ac_c_run(loop, &task->head, &result) != AC_OK)
        printf("it failed\n");
    ac_drop(loop, result);
    printf("the default executor is %s\n", ac_io_default_executor(io) == NULL ? "down" : "there");
}

int main(void)
{
    ac_loop *loop = ac_c_loop_new(NULL, NULL);
    ac_pool *pool = ac_pool_new(&(ac_pool_options){.threads = 1, .name = "own"});
    ac_io *io;

    if (loop == NULL || pool == NULL || ac_io_new(loop, NULL, &io) != AC_OK)
        return 1;
    run(loop, io, NULL, 1000);
    run(loop, io, pool, 100000);
    run(loop, io, NULL, 10);
    printf("threads of the pool: %zu\n", ac_pool_threads(pool));
    (void)ac_loop_close(loop);
    (void)ac_io_free(io);
    ac_pool_shutdown(pool, false);
    return ac_c_loop_free(loop) == 0 ? 0 : 1;
}
