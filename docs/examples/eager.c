/* eager.c - tasks that start at once: asyncio.eager_task_factory.
 *
 * A cache is asked for three keys.  What it has is there before create_task returns: the task is done,
 * and the ready list never saw it.  What it has not, it waits for, like any task.  While an eager step
 * runs, its task is the current one; then the creator is again. */
#include <aiocore/chost.h>

#include <stdio.h>

struct lookup {
    ac_c_task head;
    ac_sleep nap;
    int key;
};

static void say(ac_loop *loop, const char *what)
{
    char name[24] = "nobody";
    if (ac_loop_current_task(loop) != NULL)
        ac_c_task_name(ac_loop_current_task(loop), name, sizeof name);
    printf("[%.1f] %-7s %s\n", ac_loop_time(loop), name, what);
}

enum { FETCH = 1 };

/* Even keys are cached. */
static ac_turn lookup(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    struct lookup *self = AC_C_SELF(co, struct lookup);
    ac_turn turn;

    AC_BEGIN(co);
    if (self->key % 2 == 0) {
        say(loop, "has it");
        return ac_return(out, ac_c_int(INT64_C(10) * self->key));
    }
    say(loop, "must fetch it");
    ac_sleep_init(&self->nap, loop, 0.1 * self->key, ac_c_int(INT64_C(10) * self->key));
    AC_AWAIT_CORO(FETCH, &self->nap.co, turn);
    say(loop, turn == AC_RETURNED ? "has fetched it" : "was stopped");
    AC_END(co);
    return turn;
}

static const ac_coro_ops lookup_ops = {.resume = lookup};

struct creator {
    ac_c_task head;
    struct lookup *lookups[3];
    int next;
};

enum { ANSWER = 1 };

static ac_turn create(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    struct creator *self = AC_C_SELF(co, struct creator);

    AC_BEGIN(co);
    for (int i = 0; i < 3; i++) {
        struct lookup *task = self->lookups[i] = ac_c_task_new(loop, sizeof *task, &lookup_ops);
        if (task == NULL ||
            (task->key = i + 1, ac_c_create_task(loop, &task->head, AC_EAGER_DEFAULT)) != AC_OK)
            return ac_c_throw(loop, out, &ac_c_MemoryError, "no memory for a task");
        say(loop,
            ac_future_done(&task->head.task.future) ? "made a task that is done" : "made a task that waits");
    }
    for (; self->next < 3; self->next++) {
        AC_AWAIT(ANSWER, &self->lookups[self->next]->head.task.future);
        if (how == AC_THROW)
            return ac_raise(loop, in, out);
        printf("[%.1f] key %d is %d\n", ac_loop_time(loop), self->next + 1, (int)ac_c_as_int(in));
    }
    AC_END(co);
    return ac_return(out, ac_none());
}

static void clear(ac_loop *loop, ac_coro *co)
{
    struct creator *self = AC_C_SELF(co, struct creator);
    for (int i = 0; i < 3; i++) {
        struct lookup *task = self->lookups[i];
        self->lookups[i] = NULL;
        if (task != NULL)
            ac_c_release(loop, &task->head.task.future);
    }
}

static const ac_coro_ops creator_ops = {.resume = create, .clear = clear};

int main(void)
{
    ac_clock clock;
    ac_clock_init(&clock);
    ac_loop *loop = ac_c_loop_new(&(ac_loop_options){.clock = &clock}, NULL);
    struct creator *task = loop != NULL ? ac_c_task_new(loop, sizeof *task, &creator_ops) : NULL;
    if (task == NULL)
        return 1;
    ac_loop_set_task_factory(loop, ac_eager_task_factory, NULL);
    ac_status status = ac_c_run(loop, &task->head, NULL); /* itself lazy: the loop does not run yet */
    printf("%s\n", ac_status_name(status));
    return (int)ac_c_loop_free(loop);
}
