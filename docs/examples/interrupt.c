/* interrupt.c - a Runner in C: two runs on one loop, and Ctrl-C as a cancellation of the second.
 *
 * A signal handler may do next to nothing.  So the signal is blocked in all threads, and one thread waits for
 * it: from there ac_c_interrupt is allowed.  (Here the program presses Ctrl-C itself.)  The main task is
 * cancelled, may clean up, and the run ends with KeyboardInterrupt.  What else there is stands still between
 * runs, and is cancelled by ac_cancel_all_tasks at the end, as by Runner.close(). */
#include <aiocore/chost.h>

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

/* [watch] */
struct watch {
    pthread_t thread;
    sigset_t signals;
    ac_loop *loop;
};

static void *watch(void *data)
{
    struct watch *self = data;
    int number;
    while (sigwait(&self->signals, &number) == 0 && number == SIGINT)
        ac_c_interrupt(self->loop);
    return NULL; /* SIGTERM */
}

/* Threads inherit what is blocked: before any other thread is made. */
static bool start_watch(struct watch *self, ac_loop *loop)
{
    self->loop = loop;
    sigemptyset(&self->signals);
    sigaddset(&self->signals, SIGINT);
    sigaddset(&self->signals, SIGTERM);
    return pthread_sigmask(SIG_BLOCK, &self->signals, NULL) == 0 &&
           pthread_create(&self->thread, NULL, watch, self) == 0;
}

static void stop_watch(struct watch *self)
{
    pthread_kill(self->thread, SIGTERM);
    pthread_join(self->thread, NULL);
}
/* [watch end] */

/* A task that sleeps, and says how it ended. */
struct sleeper {
    ac_c_task head;
    ac_sleep nap;
    const char *name;
    double seconds;
    bool presses; /* Ctrl-C, once it runs */
};

enum { NAP = 1 };

static ac_turn rest(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    struct sleeper *self = AC_C_SELF(co, struct sleeper);
    ac_turn turn;

    AC_BEGIN(co);
    printf("%s begins\n", self->name);
    if (self->presses)
        kill(getpid(), SIGINT);
    ac_sleep_init(&self->nap, loop, self->seconds, ac_none());
    AC_AWAIT_CORO(NAP, &self->nap.co, turn);
    printf("%s %s\n", self->name, turn == AC_RAISED ? "is cancelled" : "ends");
    AC_END(co);
    return turn;
}

static void clear(ac_loop *loop, ac_coro *co)
{
    ac_coro_clear(loop, &AC_C_SELF(co, struct sleeper)->nap.co);
}

static const ac_coro_ops sleeper_ops = {.resume = rest, .clear = clear};

static struct sleeper *new_sleeper(ac_loop *loop, const char *name, double seconds)
{
    struct sleeper *sleeper = ac_c_task_new(loop, sizeof *sleeper, &sleeper_ops);
    if (sleeper == NULL)
        return NULL;
    sleeper->name = name;
    sleeper->seconds = seconds;
    return sleeper;
}

/* [runs] */
static void run(ac_loop *loop, struct sleeper *main_task)
{
    char text[80];
    ac_value result;
    ac_status status = ac_c_runner_run(loop, &main_task->head, &result);
    (void)ac_c_repr(ac_lend(result), text, sizeof text);
    printf("run: %s %s\n", ac_status_name(status), text);
    ac_drop(loop, result);
}

int main(void)
{
    struct watch watch;
    ac_loop *loop = ac_c_loop_new(NULL, NULL); /* real time: signals do not come in virtual time */
    if (loop == NULL || !start_watch(&watch, loop))
        return 1;
    struct sleeper *first = new_sleeper(loop, "first", 0.01), *second = new_sleeper(loop, "second", 3600),
                   *other = new_sleeper(loop, "other", 3600);
    if (first == NULL || second == NULL || other == NULL ||
        ac_c_create_task(loop, &other->head, AC_EAGER_NO) != AC_OK)
        return 1;
    second->presses = true;
    run(loop, first);
    run(loop, second);
    printf("clean-up: %s\n", ac_status_name(ac_cancel_all_tasks(loop)));
    stop_watch(&watch);
    ac_c_release(loop, &other->head.task.future);
    return (int)ac_c_loop_free(loop);
}
/* [runs end] */
