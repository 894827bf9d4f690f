/* See queue_join.py. */
#include "twin.h"

struct worker {
    ac_c_task head;
    ac_queue *queue;
    ac_queue_get get;
    ac_sleep nap;
    const char *name;
};

enum { GET = 1, NAP };

static ac_turn work(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    struct worker *f = AC_C_SELF(co, struct worker);
    ac_turn turn;

    AC_BEGIN(co);
    for (;;) {
        ac_queue_get_init(&f->get, f->queue);
        AC_AWAIT_CORO(GET, &f->get.co, turn);
        if (turn == AC_RAISED) {
            say("%s %s", f->name, show(ac_lend(out->value)));
            return AC_RAISED;
        }
        say("%s got %s %s", f->name, show(ac_lend(out->value)), show_time(loop));
        ac_sleep_init(&f->nap, loop, (double)ac_c_as_int(ac_lend(out->value)), ac_none());
        AC_AWAIT_CORO(NAP, &f->nap.co, turn);
        if (turn == AC_RAISED)
            return AC_RAISED;
        (void)ac_queue_task_done(f->queue);
    }
    AC_END(co);
    return ac_return(out, ac_none());
}

static struct worker *start(ac_loop *loop, ac_queue *queue, const char *name)
{
    static const ac_coro_ops ops = {.resume = work};
    struct worker *worker = twin_coroutine(loop, &ops, sizeof *worker);

    worker->queue = queue;
    worker->name = name;
    twin_start(loop, worker);
    return worker;
}

struct main_frame {
    ac_c_task head;
    ac_queue queue;
    ac_queue_put put;
    ac_queue_join join;
    ac_wait wait;
    struct worker *workers[2];
    int item;
};

static void say_refusals(ac_loop *loop, ac_queue *queue)
{
    ac_value item;

    say("%s", show_failure(loop, ac_queue_get_nowait(queue, &item)));
    say("%s", show_failure(loop, ac_queue_task_done(queue)));
}

enum { PUT = 1, JOIN, WAIT };

static ac_turn body(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    static const int64_t items[] = {3, 1, 1, 2, 1, 1};
    struct main_frame *f = AC_C_SELF(co, struct main_frame);
    ac_future *workers[2];
    ac_turn turn;

    AC_BEGIN(co);
    ac_queue_init(&f->queue, ac_none_ref(), loop, 2, &ac_queue_fifo);
    f->workers[0] = start(loop, &f->queue, "a");
    f->workers[1] = start(loop, &f->queue, "b");
    for (f->item = 0; f->item < 6; f->item++) {
        ac_queue_put_init(&f->put, &f->queue, ac_c_int(items[f->item]));
        AC_AWAIT_CORO(PUT, &f->put.co, turn);
        if (turn == AC_RAISED)
            return AC_RAISED;
        say("put %d %zu %s", (int)items[f->item], ac_queue_count(&f->queue), show_time(loop));
    }
    ac_queue_join_init(&f->join, &f->queue);
    AC_AWAIT_CORO(JOIN, &f->join.co, turn);
    if (turn == AC_RAISED)
        return AC_RAISED;
    say("joined %s", show_time(loop));
    for (int i = 0; i < 2; i++) {
        workers[i] = twin_future(f->workers[i]);
        twin_cancel(loop, f->workers[i], "no more");
    }
    (void)ac_wait_init(&f->wait, loop, workers, 2, NULL, AC_ALL_COMPLETED);
    AC_AWAIT_CORO(WAIT, &f->wait.co, turn);
    if (turn == AC_RAISED)
        return AC_RAISED;
    say_refusals(loop, &f->queue);
    ac_queue_clear(&f->queue);
    for (int i = 0; i < 2; i++)
        twin_forget(loop, f->workers[i]);
    AC_END(co);
    return ac_return(out, ac_none());
}

void twin(void)
{
    static const ac_coro_ops ops = {.resume = body};

    twin_run(&ops, sizeof(struct main_frame));
}
