/* gather.c - three tasks at once, their results in one list; and a task that may not be cancelled. */
#include <aiocore/chost.h>

#include <stdio.h>

struct fetch {
    ac_c_task head;
    ac_sleep nap;
    double delay;
    int page;
};

enum { NAP = 1 };

static ac_turn fetch(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    struct fetch *self = AC_C_SELF(co, struct fetch);
    ac_turn turn;

    AC_BEGIN(co);
    ac_sleep_init(&self->nap, loop, self->delay, ac_none());
    AC_AWAIT_CORO(NAP, &self->nap.co, turn);
    if (turn == AC_RAISED)
        return AC_RAISED;
    AC_END(co);
    if (self->page == 404)
        return ac_c_throw(loop, out, &ac_c_ValueError, "no such page");
    return ac_return(out, ac_c_strf(loop, "page %d", self->page));
}

static void clear(ac_loop *loop, ac_coro *co)
{
    ac_coro_clear(loop, &AC_C_SELF(co, struct fetch)->nap.co);
}

static const ac_coro_ops fetch_ops = {.resume = fetch, .clear = clear};

static struct fetch *start(ac_loop *loop, int page, double delay)
{
    struct fetch *task = ac_c_task_new(loop, sizeof *task, &fetch_ops);
    if (task == NULL)
        return NULL;
    task->page = page;
    task->delay = delay;
    (void)ac_c_create_task(loop, &task->head, AC_EAGER_NO);
    return task;
}

static void print_outcome(ac_loop *loop, const char *what, ac_future *future)
{
    char text[200];
    ac_how how;
    ac_value value;
    (void)ac_future_result(future, &how, &value);
    (void)ac_c_repr(ac_lend(value), text, sizeof text);
    printf("%s %s %s\n", what, how == AC_SEND ? "gives" : "raises", text);
    ac_drop(loop, value);
}

/* await gather(fetch(...), fetch(...), fetch(...), return_exceptions=...) */
static int gather_pages(ac_loop *loop, const int *pages, bool return_exceptions)
{
    struct fetch *tasks[3];
    ac_future *futures[3], *all;
    for (int i = 0; i < 3; i++) {
        tasks[i] = start(loop, pages[i], 3 - i);
        futures[i] = &tasks[i]->head.task.future;
    }
    if (ac_c_gather(loop, futures, 3, return_exceptions, &all) != AC_OK)
        return 1;
    (void)ac_loop_run_until_complete(loop, all);
    print_outcome(loop, "gather", all);
    for (int i = 0; i < 3; i++) {
        (void)ac_loop_run_until_complete(loop, futures[i]); /* the others go on */
        ac_c_release(loop, futures[i]);
    }
    ac_c_release(loop, all);
    return 0;
}

/* outer = shield(task); outer.cancel() */
static int shield_page(ac_loop *loop)
{
    struct fetch *task = start(loop, 7, 1);
    ac_future *outer;
    if (ac_c_shield(loop, &task->head.task.future, &outer) != AC_OK)
        return 1;
    (void)ac_future_cancel(outer, ac_none_ref(), NULL);
    (void)ac_loop_run_until_complete(loop, &task->head.task.future);
    print_outcome(loop, "shield", outer);
    print_outcome(loop, "task", &task->head.task.future);
    ac_c_release(loop, outer);
    ac_c_release(loop, &task->head.task.future);
    return 0;
}

int main(void)
{
    static const int good[] = {1, 2, 3}, bad[] = {1, 404, 3};
    ac_clock clock;
    ac_loop_options options = {.clock = &clock};
    ac_clock_init(&clock);
    ac_loop *loop = ac_c_loop_new(&options, NULL);
    if (loop == NULL || gather_pages(loop, good, false) != 0 || gather_pages(loop, bad, false) != 0 ||
        gather_pages(loop, bad, true) != 0 || shield_page(loop) != 0)
        return 1;
    return (int)ac_c_loop_free(loop);
}
