/* collect.c - what a garbage collector sees of aiocore: visit, finalize, clear.
 *
 * A task waits for a future that only the task's own frame knows.  Each keeps the other alive: counting
 * will never free them, and nobody can ever wake the task.  A collector finds that out by marking from
 * the roots (here the loop, and what main holds); what it did not reach it finalizes, while all is still
 * whole, and clears. */
#include <aiocore/chost.h>

#include <stdio.h>

struct waiter {
    ac_c_task head;
    ac_future *bell; /* owned */
};

enum { BELL = 1 };

static ac_turn wait_for_bell(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    struct waiter *self = AC_C_SELF(co, struct waiter);

    AC_BEGIN(co);
    AC_AWAIT(BELL, self->bell);
    if (how == AC_THROW)
        return ac_raise(loop, in, out);
    AC_END(co);
    return ac_return(out, ac_none());
}

/* [frame] */
/* Shows what the frame owns: each thing once. */
static int visit(ac_coro *co, ac_visitor *visitor)
{
    struct waiter *self = AC_C_SELF(co, struct waiter);
    return self->bell != NULL ? visitor->future(visitor, self->bell) : 0;
}

/* Gives it up.  The field is empty before anything else can run. */
static void clear(ac_loop *loop, ac_coro *co)
{
    struct waiter *self = AC_C_SELF(co, struct waiter);
    ac_future *bell = self->bell;
    self->bell = NULL;
    if (bell != NULL)
        ac_c_release(loop, bell);
}
/* [frame end] */

static const ac_coro_ops waiter_ops = {.resume = wait_for_bell, .visit = visit, .clear = clear};

/* A collector keeps its marks in its objects; a list will do for four of them. */
struct marks {
    ac_visitor visitor;
    ac_future *reached[8];
    size_t count;
};

static bool is_marked(const struct marks *marks, const ac_future *object)
{
    for (size_t i = 0; i < marks->count; i++)
        if (marks->reached[i] == object)
            return true;
    return false;
}

static int mark_future(ac_visitor *visitor, ac_future *kept)
{
    struct marks *marks = AC_CONTAINER_OF(visitor, struct marks, visitor);
    if (is_marked(marks, kept))
        return 0;
    marks->reached[marks->count++] = kept;
    return ac_future_visit(kept, visitor);
}

static int mark_value(ac_visitor *visitor, ac_ref value)
{
    (void)visitor;
    (void)value; /* values of the C host hold no futures */
    return 0;
}

static void sweep(ac_loop *loop, ac_future *garbage)
{
    ac_c_retain(garbage);
    ac_future_finalize(garbage); /* reports; may bring it back to life, in a language that can */
    ac_future_clear(garbage);
    ac_c_release(loop, garbage);
}

static void print_report(void *data, const char *text)
{
    (void)data;
    printf("report: %s\n", text);
}

/* A waiter for a bell of its own. */
static struct waiter *start(ac_loop *loop)
{
    struct waiter *task = ac_c_task_new(loop, sizeof *task, &waiter_ops);
    if (task == NULL || (task->bell = ac_c_future_new(loop)) == NULL ||
        ac_c_create_task(loop, &task->head, AC_EAGER_NO) != AC_OK)
        return NULL;
    return task;
}

static void print_mark(const struct marks *marks, const char *name, const struct waiter *task)
{
    printf("%s is %s\n", name, is_marked(marks, &task->head.task.future) ? "reached" : "garbage");
}

int main(void)
{
    ac_loop *loop = ac_c_loop_new(NULL, NULL);
    struct waiter *known = loop != NULL ? start(loop) : NULL;
    struct waiter *lost = known != NULL ? start(loop) : NULL;
    if (lost == NULL || ac_loop_turn(loop) != AC_OK)
        return 1;
    ac_c_set_report(loop, print_report, NULL);
    ac_future *root = known->bell; /* main holds on to one bell, and to no task */
    ac_c_retain(root);
    ac_c_release(loop, &known->head.task.future);
    ac_c_release(loop, &lost->head.task.future);
    printf("tasks and futures: %zu\n", ac_c_loop_live(loop));

    struct marks marks = {.visitor = {.value = mark_value, .future = mark_future}};
    (void)ac_loop_visit(loop, &marks.visitor);
    (void)mark_future(&marks.visitor, root);
    print_mark(&marks, "known", known);
    print_mark(&marks, "lost", lost);
    sweep(loop, &lost->head.task.future);
    printf("tasks and futures: %zu\n", ac_c_loop_live(loop));

    (void)ac_future_set_result(root, ac_none());
    ac_c_release(loop, root);
    while (ac_loop_timeout(loop) == 0)
        (void)ac_loop_turn(loop);
    return (int)ac_c_loop_free(loop);
}
