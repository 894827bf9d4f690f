/* timeouts.c - asyncio.timeout() around a block, one in another; a deadline that is put off; wait_for.
 *
 * A timeout cancels its task when the time has come, and makes a TimeoutError of that at the end of the
 * block; only if nobody else had asked for the cancellation.  So a cancellation from outside wins, and of two
 * deadlines that expire together the outer one speaks. */
#include <aiocore/chost.h>

#include <stdio.h>

static void print_turn(ac_loop *loop, const char *what, ac_turn turn, ac_out *out)
{
    char text[80];
    ac_c_repr(ac_lend(out->value), text, sizeof text);
    printf("  [%.1f] %s %s %s\n", ac_loop_time(loop), what, turn == AC_RAISED ? "raises" : "gives", text);
}

/* ---- One in another ---------------------------------------------------------------------------------- */

/* [nested] */
struct work {
    ac_c_task head;
    ac_sleep nap;
    ac_timeout outer, inner;
    double outer_limit, inner_limit; /* seconds */
};

enum { NAP = 1 };

/* async with timeout(outer_limit):
 *     async with timeout(inner_limit):
 *         return await sleep(3, "rest") */
static ac_turn work(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    struct work *self = AC_C_SELF(co, struct work);
    ac_turn turn;
    ac_status status;

    AC_BEGIN(co);
    if ((status = ac_c_timeout_enter(&self->outer, loop, self->outer_limit)) != AC_OK ||
        (status = ac_c_timeout_enter(&self->inner, loop, self->inner_limit)) != AC_OK)
        return ac_c_fail(loop, out, status);
    ac_sleep_init(&self->nap, loop, 3, ac_c_str(loop, "rest"));
    AC_AWAIT_CORO(NAP, &self->nap.co, turn);
    turn = ac_c_timeout_exit(&self->inner, turn, out);
    print_turn(loop, "the inner block", turn, out);
    turn = ac_c_timeout_exit(&self->outer, turn, out);
    print_turn(loop, "the outer block", turn, out);
    AC_END(co);
    return turn;
}

static void clear_work(ac_loop *loop, ac_coro *co)
{
    struct work *self = AC_C_SELF(co, struct work);
    ac_coro_clear(loop, &self->nap.co);
    ac_timeout_clear(&self->inner);
    ac_timeout_clear(&self->outer);
}

static const ac_coro_ops work_ops = {.resume = work, .clear = clear_work};
/* [nested end] */

/* ---- A deadline that is put off ------------------------------------------------------------------------ */

/* [put_off] */
struct listener {
    ac_c_task head;
    ac_sleep silence;
    ac_timeout watchdog;
    int heard;
};

enum { SILENCE = 1 };

/* async with timeout_at(time() + 2) as watchdog:
 *     for seconds in 1, 1, 4:
 *         await sleep(seconds)                      something comes
 *         watchdog.reschedule(time() + 2) */
static ac_turn listen(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    static const double pauses[] = {1, 1, 4};
    struct listener *self = AC_C_SELF(co, struct listener);
    ac_turn turn = AC_RETURNED;
    double when;
    ac_status status;

    AC_BEGIN(co);
    when = ac_loop_time(loop) + 2;
    ac_timeout_init(&self->watchdog, loop, &when, ac_none_ref());
    if ((status = ac_timeout_enter(&self->watchdog)) != AC_OK)
        return ac_c_fail(loop, out, status);
    for (self->heard = 0; self->heard < 3; self->heard++) {
        ac_sleep_init(&self->silence, loop, pauses[self->heard], ac_none());
        AC_AWAIT_CORO(SILENCE, &self->silence.co, turn);
        if (turn == AC_RAISED)
            break;
        when = ac_loop_time(loop) + 2;
        if ((status = ac_timeout_reschedule(&self->watchdog, &when)) != AC_OK)
            turn = ac_c_fail(loop, out, status);
        printf("  [%.1f] heard something; until %.1f\n", ac_loop_time(loop), when);
    }
    turn = ac_c_timeout_exit(&self->watchdog, turn, out);
    print_turn(loop, "the block", turn, out);
    AC_END(co);
    return turn;
}

static void clear_listener(ac_loop *loop, ac_coro *co)
{
    struct listener *self = AC_C_SELF(co, struct listener);
    ac_coro_clear(loop, &self->silence.co);
    ac_timeout_clear(&self->watchdog);
}

static const ac_coro_ops listener_ops = {.resume = listen, .clear = clear_listener};
/* [put_off end] */

/* ---- wait_for ------------------------------------------------------------------------------------------ */

/* [wait_for] */
struct caller {
    ac_c_task head;
    ac_sleep answer; /* the answer comes after 3 seconds */
    ac_wait_for wait;
    double patience;
};

enum { ANSWER = 1 };

/* await wait_for(sleep(3, "hello"), patience) */
static ac_turn call(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    struct caller *self = AC_C_SELF(co, struct caller);
    ac_turn turn;

    AC_BEGIN(co);
    ac_sleep_init(&self->answer, loop, 3, ac_c_str(loop, "hello"));
    ac_wait_for_body(&self->wait, loop, &self->answer.co, &self->patience);
    AC_AWAIT_CORO(ANSWER, &self->wait.co, turn);
    print_turn(loop, "wait_for", turn, out);
    AC_END(co);
    return turn;
}

static void clear_caller(ac_loop *loop, ac_coro *co)
{
    struct caller *self = AC_C_SELF(co, struct caller);
    ac_coro_clear(loop, &self->wait.co); /* the answer with it */
}

static const ac_coro_ops caller_ops = {.resume = call, .clear = clear_caller};
/* [wait_for end] */

/* ---- The program --------------------------------------------------------------------------------------- */

static ac_status cancel_task(ac_loop *loop, void *task)
{
    (void)loop;
    return ac_task_cancel(task, ac_none_ref(), NULL);
}

static ac_loop *new_loop(ac_clock *clock)
{
    ac_clock_init(clock);
    return ac_c_loop_new(&(ac_loop_options){.clock = clock}, NULL);
}

static int run_work(const char *title, double outer, double inner, double cancelled_at)
{
    ac_clock clock;
    ac_loop *loop = new_loop(&clock);
    struct work *task = loop != NULL ? ac_c_task_new(loop, sizeof *task, &work_ops) : NULL;
    if (task == NULL)
        return 1;
    task->outer_limit = outer;
    task->inner_limit = inner;
    if (cancelled_at > 0 && ac_c_call_later(loop, cancelled_at, cancel_task, task, NULL) != AC_OK)
        return 1;
    printf("%s: outer %g s, inner %g s\n", title, outer, inner);
    ac_value result;
    (void)ac_c_run(loop, &task->head, &result);
    ac_drop(loop, result);
    return (int)ac_c_loop_free(loop);
}

static int run_listener(void)
{
    ac_clock clock;
    ac_loop *loop = new_loop(&clock);
    struct listener *task = loop != NULL ? ac_c_task_new(loop, sizeof *task, &listener_ops) : NULL;
    if (task == NULL)
        return 1;
    printf("put off by whatever comes\n");
    ac_value result;
    (void)ac_c_run(loop, &task->head, &result);
    ac_drop(loop, result);
    return (int)ac_c_loop_free(loop);
}

static int run_caller(double patience)
{
    ac_clock clock;
    ac_loop *loop = new_loop(&clock);
    struct caller *task = loop != NULL ? ac_c_task_new(loop, sizeof *task, &caller_ops) : NULL;
    if (task == NULL)
        return 1;
    task->patience = patience;
    printf("a call and %g s of patience\n", patience);
    ac_value result;
    (void)ac_c_run(loop, &task->head, &result);
    ac_drop(loop, result);
    return (int)ac_c_loop_free(loop);
}

int main(void)
{
    return run_work("neither expires", 9, 5, 0) || run_work("the inner one expires", 5, 1, 0) ||
           run_work("the outer one expires", 1, 5, 0) || run_work("both expire at once", 1, 1, 0) ||
           run_work("cancelled from outside at the same time", 5, 1, 1) ||
           run_work("no time at all", 5, 0, 0) || run_listener() || run_caller(5) || run_caller(2);
}
