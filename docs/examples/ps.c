/* ps.c - what is a program at?  The tasks of a loop as a table and as a tree, while it runs.
 *
 * Three cooks need one oven, which is a lock.  The kitchen is a group, and the guest waits for it with
 * wait_for.  One second into all that a callback looks: nobody keeps books of who waits for whom, it is read
 * off what the loop has. */
#include <aiocore/chost.h>
#include <aiocore/trace.h>

#include <stdio.h>
#include <string.h>

/* ---- The program that is looked at ----------------------------------------------------------------- */

struct cook {
    ac_c_task head;
    ac_lock *oven;
    ac_lock_acquire door;
    ac_sleep bake;
};

enum { DOOR = 1, BAKE };

static ac_turn cook(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    struct cook *self = AC_C_SELF(co, struct cook);
    ac_turn turn;

    AC_BEGIN(co);
    ac_lock_acquire_init(&self->door, self->oven);
    AC_AWAIT_CORO(DOOR, &self->door.co, turn);
    if (turn == AC_RAISED)
        return AC_RAISED;
    ac_sleep_init(&self->bake, loop, 2, ac_none());
    AC_AWAIT_CORO(BAKE, &self->bake.co, turn);
    (void)ac_lock_release(self->oven);
    AC_END(co);
    return turn;
}

static void clear_cook(ac_loop *loop, ac_coro *co)
{
    struct cook *self = AC_C_SELF(co, struct cook);
    ac_coro_clear(loop, &self->door.co);
    ac_coro_clear(loop, &self->bake.co);
}

static const ac_coro_ops cook_ops = {.resume = cook, .clear = clear_cook};

struct kitchen {
    ac_c_task head;
    ac_group cooks;
    ac_lock oven;
};

static ac_status hire(ac_loop *loop, struct kitchen *self, const char *name)
{
    struct cook *task = ac_c_task_new(loop, sizeof *task, &cook_ops);
    if (task == NULL)
        return AC_E_MEMORY;
    task->oven = &self->oven;
    ac_status status = ac_c_task_set_name(loop, &task->head, name);
    if (status == AC_OK)
        status = ac_c_group_create_task(&self->cooks, &task->head, AC_EAGER_NO);
    ac_c_release(loop, &task->head.task.future);
    return status;
}

enum { EXIT = 1 };

static ac_turn kitchen(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    struct kitchen *self = AC_C_SELF(co, struct kitchen);
    ac_turn turn;
    ac_status status;

    AC_BEGIN(co);
    ac_lock_init(&self->oven, ac_none_ref());
    ac_group_init(&self->cooks, loop);
    if ((status = ac_group_enter(&self->cooks)) != AC_OK || (status = hire(loop, self, "Ann")) != AC_OK ||
        (status = hire(loop, self, "Bob")) != AC_OK || (status = hire(loop, self, "Cid")) != AC_OK ||
        (status = ac_group_exit(&self->cooks, ac_none_ref())) != AC_OK)
        return ac_c_fail(loop, out, status);
    AC_AWAIT_CORO(EXIT, &self->cooks.exit, turn);
    AC_END(co);
    return turn;
}

static void clear_kitchen(ac_loop *loop, ac_coro *co)
{
    struct kitchen *self = AC_C_SELF(co, struct kitchen);
    (void)loop;
    ac_lock_abandon(&self->oven);
    ac_group_clear(&self->cooks);
}

static const ac_coro_ops kitchen_ops = {.resume = kitchen, .clear = clear_kitchen};

struct guest {
    ac_c_task head;
    ac_future *kitchen;
    ac_wait_for dinner;
};

enum { DINNER = 1 };

static ac_turn guest(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    static const double patience = 10;
    struct guest *self = AC_C_SELF(co, struct guest);
    ac_turn turn;

    AC_BEGIN(co);
    ac_wait_for_future(&self->dinner, loop, self->kitchen, &patience);
    AC_AWAIT_CORO(DINNER, &self->dinner.co, turn);
    AC_END(co);
    return turn;
}

static void clear_guest(ac_loop *loop, ac_coro *co)
{
    struct guest *self = AC_C_SELF(co, struct guest);
    ac_future *waited_for = self->kitchen;
    ac_coro_clear(loop, &self->dinner.co);
    self->kitchen = NULL;
    if (waited_for != NULL)
        ac_c_release(loop, waited_for);
}

static const ac_coro_ops guest_ops = {.resume = guest, .clear = clear_guest};

/* ---- The look -------------------------------------------------------------------------------------- */

/* [look] */
/* What a body is called, only the program knows. */
static size_t name_of_body(void *data, const ac_task *task, char *buffer, size_t size)
{
    const ac_coro_ops *ops = ((const ac_c_task *)(const void *)task)->co.ops;
    const char *name = ops == &cook_ops ? "cook" : ops == &kitchen_ops ? "kitchen" : "guest";
    (void)data;
    return (size_t)snprintf(buffer, size, "%s", name);
}

static ac_status look(ac_loop *loop, void *data)
{
    ac_ps_options options = {.names = ac_c_trace_names, .write = ac_trace_to_file, .data = stdout};
    (void)data;
    options.names.body = name_of_body;
    printf("[%g]\n", ac_loop_time(loop));
    ac_status status = ac_ps_write(loop, &options);
    options.form = AC_PS_TREE;
    printf("\n");
    return status == AC_OK ? ac_ps_write(loop, &options) : status;
}
/* [look end] */

/* [upwards] */
/* The other way round, from one task to all that wait for it: graph.h. */
static ac_status who_waits_for(ac_loop *loop, void *task)
{
    ac_graph_level levels[8];
    ac_graph graph;
    ac_graph_begin(&graph, task, levels, 8);
    printf("\n");
    for (ac_future *future; (future = ac_graph_next(&graph)) != NULL;) {
        ac_task *found = ac_future_task(future);
        char name[20] = "a future";
        if (found != NULL)
            (void)ac_c_task_name(found, name, sizeof name);
        printf("%*s%s\n", (int)graph.depth * 2, "", name);
    }
    (void)loop;
    return AC_OK;
}
/* [upwards end] */

int main(void)
{
    ac_clock clock;
    ac_clock_init(&clock);
    ac_loop *loop = ac_c_loop_new(&(ac_loop_options){.clock = &clock}, NULL);
    struct kitchen *back = loop != NULL ? ac_c_task_new(loop, sizeof *back, &kitchen_ops) : NULL;
    struct guest *front = back != NULL ? ac_c_task_new(loop, sizeof *front, &guest_ops) : NULL;
    if (front == NULL || ac_c_task_set_name(loop, &back->head, "kitchen") != AC_OK ||
        ac_c_task_set_name(loop, &front->head, "guest") != AC_OK ||
        ac_c_create_task(loop, &back->head, AC_EAGER_NO) != AC_OK ||
        ac_c_call_later(loop, 1, look, NULL, NULL) != AC_OK ||
        ac_c_call_later(loop, 1, who_waits_for, &back->head.task.future, NULL) != AC_OK)
        return 1;
    front->kitchen = &back->head.task.future;
    ac_status status = ac_c_run(loop, &front->head, NULL);
    printf("\n[%g] %s\n", ac_loop_time(loop), ac_status_name(status));
    return (int)ac_c_loop_free(loop);
}
