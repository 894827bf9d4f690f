/* tour.c - the program of docs/TOUR.md: one task waits for one future.
 *
 * The loop is driven turn by turn, so that the output shows in which turn each thing happens. */
#include <aiocore/chost.h>
#include <stdio.h>

struct waiter {
    ac_c_task head;
    ac_future *bell;
};

enum { BELL = 1 };

static ac_turn wait_for_bell(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    struct waiter *self = AC_C_SELF(co, struct waiter);
    AC_BEGIN(co);
    printf("  the waiter starts\n");
    AC_AWAIT(BELL, self->bell);
    if (how == AC_THROW)
        return ac_raise(loop, in, out);
    printf("  the waiter goes on with %d\n", (int)ac_c_as_int(in));
    AC_END(co);
    return ac_return(out, ac_none());
}

static const ac_coro_ops waiter_ops = {.resume = wait_for_bell};

static ac_status ring(ac_loop *loop, void *bell)
{
    (void)loop;
    printf("  the bell rings\n");
    return ac_future_set_result(bell, ac_c_int(7));
}

int main(void)
{
    ac_loop *loop = ac_c_loop_new(NULL, NULL);
    struct waiter *task = loop != NULL ? ac_c_task_new(loop, sizeof *task, &waiter_ops) : NULL;
    if (task == NULL || (task->bell = ac_c_future_new(loop)) == NULL)
        return 1;
    ac_future *bell = task->bell;
    if (ac_c_create_task(loop, &task->head, AC_EAGER_NO) != AC_OK ||
        ac_c_call_soon(loop, ring, bell, NULL) != AC_OK)
        return 1;
    for (int turn = 1; ac_loop_timeout(loop) == 0; turn++) {
        printf("turn %d\n", turn);
        if (ac_loop_turn(loop) != AC_OK)
            return 1;
    }
    printf("done: %s\n", ac_future_done(&task->head.task.future) ? "yes" : "no");
    ac_c_release(loop, &task->head.task.future);
    ac_c_release(loop, bell);
    return (int)ac_c_loop_free(loop);
}
