/* hello.c - the smallest program: a task that says something, sleeps, and says something else.
 *
 * In Python:
 *
 *     async def hello(name, naps):
 *         for i in range(naps):
 *             print(f"[{time():.1f}] hello, {name}")
 *             await asyncio.sleep(0.5)
 *         return f"{name} said hello {naps} times"
 *
 *     print(asyncio.run(hello("world", 3)))
 *
 * The clock is virtual: nobody waits, and the output is the same every time. */
#include <aiocore/chost.h>

#include <stdio.h>

/* [frame] */
struct hello {
    ac_c_task head; /* must come first: the task and its body */
    ac_sleep nap;   /* what it waits for, and what must survive a wait, is in the frame */
    const char *name;
    int naps, done;
};
/* [frame end] */

/* [body] */
enum { NAP = 1 };

static ac_turn hello(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    struct hello *self = AC_C_SELF(co, struct hello);
    ac_turn turn;

    AC_BEGIN(co);
    while (self->done < self->naps) {
        printf("[%.1f] hello, %s\n", ac_loop_time(loop), self->name);
        self->done++;
        ac_sleep_init(&self->nap, loop, 0.5, ac_none());
        AC_AWAIT_CORO(NAP, &self->nap.co, turn);
        if (turn == AC_RAISED)
            return AC_RAISED; /* cancelled: the exception is in *out already */
        ac_drop(loop, out->value);
    }
    AC_END(co);
    return ac_return(out, ac_c_strf(loop, "%s said hello %d times", self->name, self->done));
}

static const ac_coro_ops hello_ops = {.resume = hello};
/* [body end] */

/* [main] */
int main(void)
{
    ac_clock clock;
    ac_clock_init(&clock);
    ac_loop *loop = ac_c_loop_new(&(ac_loop_options){.clock = &clock}, NULL);
    struct hello *task = loop != NULL ? ac_c_task_new(loop, sizeof *task, &hello_ops) : NULL;
    if (task == NULL)
        return 1;
    task->name = "world";
    task->naps = 3;

    ac_value result;
    ac_status status = ac_c_run(loop, &task->head, &result);
    char text[80];
    ac_c_repr(ac_lend(result), text, sizeof text);
    printf("%s: %s at %.1f\n", ac_status_name(status), text, ac_loop_time(loop));
    ac_drop(loop, result);
    return (int)ac_c_loop_free(loop); /* 0: nothing is left */
}
/* [main end] */
