/* timeouts.c - asyncio.timeout() out of call_later, cancel and uncancel; nested.
 *
 * A deadline cancels its task when the time has come.  At the exit it takes its request back; only if
 * nobody else had asked, and the block is left by that cancellation, it becomes a TimeoutError.  So a
 * cancellation from outside wins, and of two deadlines that expire together the outer one speaks. */
#include <aiocore/chost.h>

#include <stdio.h>

/* [deadline] */
struct deadline {
    ac_task *task;
    ac_handle *timer;
    uint32_t asked; /* how often the task had been asked to cancel when the block was entered */
    bool expired;
};

static ac_status expire(ac_loop *loop, void *data)
{
    struct deadline *self = data;
    (void)loop;
    self->timer = NULL;
    self->expired = true;
    return ac_task_cancel(self->task, ac_none_ref(), NULL);
}

static ac_status deadline_enter(struct deadline *self, ac_loop *loop, double seconds)
{
    *self = (struct deadline){.task = ac_loop_current_task(loop)};
    self->asked = ac_task_cancelling(self->task);
    if (seconds <= 0)
        return ac_c_call_soon(loop, expire, self, &self->timer);
    return ac_c_call_later(loop, seconds, expire, self, &self->timer);
}

/* Takes what left the block (none if it just ended), and gives what leaves the deadline. */
static ac_value deadline_exit(struct deadline *self, ac_loop *loop, ac_value exception)
{
    if (self->timer != NULL)
        ac_handle_cancel(loop, self->timer);
    if (!self->expired || ac_task_uncancel(self->task) > self->asked ||
        !ac_c_isinstance(ac_lend(exception), &ac_c_CancelledError))
        return exception;
    ac_value late = ac_c_exception(loop, &ac_c_TimeoutError, ac_none_ref());
    ac_c_set_cause(loop, ac_lend(late), ac_lend(exception));
    ac_drop(loop, exception);
    return late;
}
/* [deadline end] */

struct work {
    ac_c_task head;
    ac_sleep nap;
    struct deadline outer, inner;
    double outer_limit, inner_limit; /* seconds */
};

static void tell(ac_loop *loop, const char *who, ac_value exception)
{
    char text[80];
    ac_c_repr(ac_lend(exception), text, sizeof text);
    printf("  [%.1f] %s deadline lets out %s\n", ac_loop_time(loop), who, text);
}

enum { NAP = 1 };

/* async with timeout(outer): async with timeout(inner): await sleep(3) */
static ac_turn work(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    struct work *self = AC_C_SELF(co, struct work);
    ac_turn turn;

    AC_BEGIN(co);
    if (deadline_enter(&self->outer, loop, self->outer_limit) != AC_OK ||
        deadline_enter(&self->inner, loop, self->inner_limit) != AC_OK)
        return ac_c_throw(loop, out, &ac_c_MemoryError, "no memory for a timer");
    ac_sleep_init(&self->nap, loop, 3, ac_none());
    AC_AWAIT_CORO(NAP, &self->nap.co, turn);
    out->value = deadline_exit(&self->inner, loop, out->value); /* a sleep that ended gave none */
    tell(loop, "inner", out->value);
    out->value = deadline_exit(&self->outer, loop, out->value);
    tell(loop, "outer", out->value);
    AC_END(co);
    return ac_is_none(ac_lend(out->value)) ? AC_RETURNED : AC_RAISED;
}

static const ac_coro_ops work_ops = {.resume = work};

static ac_status cancel_task(ac_loop *loop, void *task)
{
    (void)loop;
    return ac_task_cancel(task, ac_none_ref(), NULL);
}

static int run(const char *title, double outer, double inner, double cancelled_at)
{
    ac_clock clock;
    ac_clock_init(&clock);
    ac_loop *loop = ac_c_loop_new(&(ac_loop_options){.clock = &clock}, NULL);
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

int main(void)
{
    return run("neither expires", 9, 5, 0) || run("the inner one expires", 5, 1, 0) ||
           run("the outer one expires", 1, 5, 0) || run("both expire at once", 1, 1, 0) ||
           run("cancelled from outside at the same time", 5, 1, 1) || run("no time at all", 5, 0, 0);
}
