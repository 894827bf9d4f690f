/* queues.c - asyncio's example of three workers and a queue, in C; the most urgent job first.
 *
 * main puts six jobs into a queue with three places, so it has to wait for the workers, and then waits until
 * each of them is done.  shutdown ends the workers: a get that finds nothing any more raises
 * QueueShutDown. */
#include <aiocore/chost.h>

#include <stdio.h>

/* A job is a number: tens are its urgency, ones how long it takes.  10 comes out before 20. */
static ac_status more_urgent(ac_queue *queue, ac_ref a, ac_ref b, bool *answer)
{
    (void)queue;
    *answer = ac_c_as_int(a) / 10 < ac_c_as_int(b) / 10;
    return AC_OK;
}

static const ac_queue_ops by_urgency = {
    .put = ac_queue_heap_put, .get = ac_queue_heap_get, .less = more_urgent};

/* [worker] */
struct worker {
    ac_c_task head;
    const char *name;
    ac_queue *queue;
    ac_queue_get get;
    ac_sleep nap;
    int64_t job;
};

enum { JOB = 1, NAP };

static ac_turn work(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    struct worker *self = AC_C_SELF(co, struct worker);
    ac_turn turn;

    AC_BEGIN(co);
    for (;;) {
        ac_queue_get_init(&self->get, self->queue);
        AC_AWAIT_CORO(JOB, &self->get.co, turn); /* job = await queue.get() */
        if (turn == AC_RAISED)
            break;
        self->job = ac_c_as_int(ac_lend(out->value));
        ac_sleep_init(&self->nap, loop, (double)(self->job % 10), ac_none());
        AC_AWAIT_CORO(NAP, &self->nap.co, turn);
        if (turn == AC_RAISED)
            break;
        printf("[%g] %s has done job %d\n", ac_loop_time(loop), self->name, (int)self->job);
        (void)ac_queue_task_done(self->queue);
    }
    AC_END(co);
    bool over = ac_c_isinstance(ac_lend(out->value), &ac_c_QueueShutDown);
    if (!over)
        return AC_RAISED;
    printf("[%g] %s goes home\n", ac_loop_time(loop), self->name);
    ac_drop(loop, out->value);
    return ac_return(out, ac_none());
}

static const ac_coro_ops worker_ops = {.resume = work};
/* [worker end] */

struct shop {
    ac_c_task head;
    ac_queue queue;
    ac_queue_put put;
    ac_queue_join join;
    struct worker *workers[3];
    int next; /* of the jobs, and then of the workers */
};

enum { PLACE = 1, ALL_DONE, GONE };

static ac_turn serve(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    static const int64_t jobs[] = {32, 11, 23, 12, 31, 22};
    struct shop *self = AC_C_SELF(co, struct shop);
    ac_turn turn;

    AC_BEGIN(co);
    for (self->next = 0; self->next < 6; self->next++) {
        ac_queue_put_init(&self->put, &self->queue, ac_c_int(jobs[self->next]));
        AC_AWAIT_CORO(PLACE, &self->put.co, turn); /* await queue.put(job) */
        if (turn == AC_RAISED)
            return AC_RAISED;
        printf("[%g] job %d is put\n", ac_loop_time(loop), (int)jobs[self->next]);
    }
    ac_queue_join_init(&self->join, &self->queue);
    AC_AWAIT_CORO(ALL_DONE, &self->join.co, turn); /* await queue.join() */
    if (turn == AC_RAISED)
        return AC_RAISED;
    printf("[%g] all is done\n", ac_loop_time(loop));
    if (ac_queue_shutdown(&self->queue, false) != AC_OK)
        return ac_c_throw(loop, out, &ac_c_RuntimeError, "the workers cannot be told");
    for (self->next = 0; self->next < 3; self->next++) {
        AC_AWAIT(GONE, &self->workers[self->next]->head.task.future);
        if (how == AC_THROW)
            return ac_raise(loop, in, out);
    }
    AC_END(co);
    return ac_return(out, ac_none());
}

/* A queue in a frame goes with it. */
static void close_shop(ac_loop *loop, ac_coro *co)
{
    struct shop *self = AC_C_SELF(co, struct shop);
    ac_queue_clear(&self->queue);
    for (int i = 0; i < 3; i++) {
        struct worker *worker = self->workers[i];
        self->workers[i] = NULL;
        if (worker != NULL)
            ac_c_release(loop, &worker->head.task.future);
    }
}

static const ac_coro_ops shop_ops = {.resume = serve, .clear = close_shop};

static bool hire(ac_loop *loop, struct shop *shop)
{
    static const char *const names[] = {"Ann", "Bob", "Cid"};
    for (int i = 0; i < 3; i++) {
        struct worker *worker = ac_c_task_new(loop, sizeof *worker, &worker_ops);
        if (worker == NULL)
            return false;
        worker->name = names[i];
        worker->queue = &shop->queue;
        shop->workers[i] = worker;
        if (ac_c_create_task(loop, &worker->head, AC_EAGER_NO) != AC_OK)
            return false;
    }
    return true;
}

int main(void)
{
    ac_clock clock;
    ac_clock_init(&clock);
    ac_loop *loop = ac_c_loop_new(&(ac_loop_options){.clock = &clock}, NULL);
    struct shop *shop = loop != NULL ? ac_c_task_new(loop, sizeof *shop, &shop_ops) : NULL;
    if (shop == NULL)
        return 1;
    ac_queue_init(&shop->queue, ac_none_ref(), loop, 3, &by_urgency);
    if (!hire(loop, shop))
        return 1;
    ac_value result;
    (void)ac_c_run(loop, &shop->head, &result);
    ac_drop(loop, result);
    return (int)ac_c_loop_free(loop);
}
