/* first_come.c - as_completed and wait: answers in the order in which they come, and the first one of all.
 *
 * Three servers are asked the same.  as_completed takes their answers as they come; one of them fails.  wait
 * with FIRST_COMPLETED is content with one answer, and the others are then told that nobody wants theirs. */
#include <aiocore/chost.h>

#include <stdio.h>

enum { SERVERS = 3 };

/* async def ask(name, delay): ... */
struct query {
    ac_c_task head;
    ac_sleep nap;
    const char *name;
    double delay;
};

enum { NAP = 1 };

static ac_turn ask(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    struct query *self = AC_C_SELF(co, struct query);
    ac_turn turn;

    AC_BEGIN(co);
    ac_sleep_init(&self->nap, loop, self->delay, ac_none());
    AC_AWAIT_CORO(NAP, &self->nap.co, turn);
    AC_END(co);
    if (turn == AC_RAISED) {
        printf("  [%g] %s is told to stop\n", ac_loop_time(loop), self->name);
        return AC_RAISED;
    }
    if (self->delay == 2)
        return ac_c_throw(loop, out, &ac_c_RuntimeError, "out of order");
    return ac_return(out, ac_c_strf(loop, "hello from %s", self->name));
}

static void clear_query(ac_loop *loop, ac_coro *co)
{
    ac_coro_clear(loop, &AC_C_SELF(co, struct query)->nap.co);
}

static const ac_coro_ops query_ops = {.resume = ask, .clear = clear_query};

/* Both programs ask the same servers first. */
static ac_status ask_all(ac_loop *loop, ac_future *futures[SERVERS])
{
    static const char *const names[SERVERS] = {"Oslo", "Rome", "Kiel"};
    static const double delays[SERVERS] = {3, 1, 2};
    for (int i = 0; i < SERVERS; i++) {
        struct query *query = ac_c_task_new(loop, sizeof *query, &query_ops);
        if (query == NULL)
            return AC_E_MEMORY;
        query->name = names[i];
        query->delay = delays[i];
        futures[i] = &query->head.task.future;
        ac_status status = ac_c_create_task(loop, &query->head, AC_EAGER_NO);
        if (status != AC_OK)
            return status;
    }
    return AC_OK;
}

static void forget_all(ac_loop *loop, ac_future *futures[SERVERS])
{
    for (int i = 0; i < SERVERS; i++) {
        ac_future *future = futures[i];
        futures[i] = NULL;
        if (future != NULL)
            ac_c_release(loop, future);
    }
}

/* [as_completed] */
struct collector {
    ac_c_task head;
    ac_future *futures[SERVERS];
    ac_as_completed answers;
    ac_as_completed_step next;
};

enum { ANSWER = 1 };

/* for answer in as_completed(futures, timeout=2.5):
 *     try: print(await answer)
 *     except Exception as error: print(repr(error)) */
static ac_turn collect(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    static const double limit = 2.5;
    struct collector *self = AC_C_SELF(co, struct collector);
    char text[80];
    ac_turn turn;
    ac_status status;

    AC_BEGIN(co);
    if ((status = ask_all(loop, self->futures)) != AC_OK ||
        (status = ac_as_completed_init(&self->answers, loop, self->futures, SERVERS, ac_none_ref())) !=
            AC_OK ||
        (status = ac_as_completed_start(&self->answers, &limit)) != AC_OK)
        return ac_c_fail(loop, out, status);
    while (ac_as_completed_next(&self->answers, &self->next)) {
        AC_AWAIT_CORO(ANSWER, &self->next.co, turn);
        (void)ac_c_repr(ac_lend(out->value), text, sizeof text);
        printf("  [%g] %s %s\n", ac_loop_time(loop), turn == AC_RAISED ? "raised:" : "gave:", text);
        if (turn == AC_RAISED && ac_c_isinstance(ac_lend(out->value), &ac_c_CancelledError))
            return AC_RAISED; /* ours: we are cancelled */
        ac_drop(loop, out->value);
    }
    AC_END(co);
    return ac_return(out, ac_none());
}

static void clear_collector(ac_loop *loop, ac_coro *co)
{
    struct collector *self = AC_C_SELF(co, struct collector);
    ac_coro_clear(loop, &self->next.co);
    ac_as_completed_clear(&self->answers);
    forget_all(loop, self->futures);
}

static const ac_coro_ops collector_ops = {.resume = collect, .clear = clear_collector};
/* [as_completed end] */

/* [wait] */
struct hasty {
    ac_c_task head;
    ac_future *futures[SERVERS];
    ac_wait wait;
};

enum { FIRST = 1, REST };

/* done, pending = await wait(futures, return_when=FIRST_COMPLETED)
 * for future in pending: future.cancel()
 * await wait(pending) */
static ac_turn take_first(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    struct hasty *self = AC_C_SELF(co, struct hasty);
    ac_turn turn;
    ac_status status;

    AC_BEGIN(co);
    if ((status = ask_all(loop, self->futures)) != AC_OK ||
        (status = ac_wait_init(&self->wait, loop, self->futures, SERVERS, NULL, AC_FIRST_COMPLETED)) != AC_OK)
        return ac_c_fail(loop, out, status);
    AC_AWAIT_CORO(FIRST, &self->wait.co, turn);
    if (turn == AC_RAISED)
        return AC_RAISED;
    for (int i = 0; i < SERVERS; i++) {
        bool done = ac_future_done(self->futures[i]);
        printf("  [%g] server %d %s\n", ac_loop_time(loop), i, done ? "was the first" : "is too late");
        if (!done)
            (void)ac_future_cancel(self->futures[i], ac_none_ref(), NULL);
    }
    if ((status = ac_wait_init(&self->wait, loop, self->futures, SERVERS, NULL, AC_ALL_COMPLETED)) != AC_OK)
        return ac_c_fail(loop, out, status);
    AC_AWAIT_CORO(REST, &self->wait.co, turn);
    AC_END(co);
    return turn;
}

static void clear_hasty(ac_loop *loop, ac_coro *co)
{
    struct hasty *self = AC_C_SELF(co, struct hasty);
    ac_coro_clear(loop, &self->wait.co);
    forget_all(loop, self->futures);
}

static const ac_coro_ops hasty_ops = {.resume = take_first, .clear = clear_hasty};
/* [wait end] */

static int run(const char *title, const ac_coro_ops *ops, size_t size)
{
    ac_clock clock;
    ac_clock_init(&clock);
    ac_loop *loop = ac_c_loop_new(&(ac_loop_options){.clock = &clock}, NULL);
    ac_c_task *task = loop != NULL ? ac_c_task_new(loop, size, ops) : NULL;
    if (task == NULL)
        return 1;
    printf("%s\n", title);
    ac_value result;
    ac_status status = ac_c_run(loop, task, &result);
    ac_drop(loop, result);
    printf("  [%g] %s\n", ac_loop_time(loop), ac_status_name(status));
    return (int)ac_c_loop_free(loop);
}

int main(void)
{
    return run("as they come, for 2.5 seconds", &collector_ops, sizeof(struct collector)) ||
           run("the first one", &hasty_ops, sizeof(struct hasty));
}
