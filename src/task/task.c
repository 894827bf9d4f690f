/* task.c - birth and end of a task: init, names, contexts, finish, clear, visit.
 *
 * Mirrors    _asyncio_Task___init___impl, Task.get_name, set_name, get_context, TaskObj_clear,
 *            TaskObj_traverse.
 * Holds      all is linked <=> the task is initialised and not done.
 *            The number of the counter is used up by the constructor if and only if no name was given.
 * Owns       step.context, id.name (if NAMED), the waiting slot, future.result.
 * Tests      tests/test_task.c; difftests/twins/task_*.py */
#include "task/task_impl.h"

/* ---- Birth ---- */

static void take_number(ac_task *task, ac_loop *loop)
{
    task->id.serial = loop->host->next_serial != NULL ? loop->host->next_serial(loop) : ++loop->serial;
}

static ac_status take_context(ac_loop *loop, const ac_task_spec *spec, ac_value *out)
{
    *out = ac_none();
    if (spec->has_context || !ac_is_none(spec->context))
        *out = aci_dup(loop, spec->context);
    else if (loop->host->copy_context != NULL)
        return loop->host->copy_context(loop, out);
    return AC_OK;
}

/* Before gh-142615 a task can be made again.  One that is not done is not: CPython would go on to step it by
 * what is scheduled for both. */
static void undo_done(ac_task *task, ac_loop *loop)
{
    bool done = ac_future_done(&task->future) && !ac_handle_scheduled(&task->step);
    if (done && !aci_has(loop, AC_S_FUTURE_INIT_ONCE))
        ac_future_clear(&task->future); /* HOST */
}

static void be_born(ac_task *task, ac_loop *loop, ac_coro *body)
{
    task->future.flags = ACI_F_TASK | ACI_T_LOG_DESTROY;
    task->future.extra = 0;
    task->step.flags = ACI_H_STEP;
    task->step.extra = 0;
    task->body = body;
    aci_list_append(&loop->all, &task->all);
}

ac_status aci_task_setup(ac_task *task, ac_loop *loop, const ac_task_spec *spec)
{
    ac_value context;
    if (task->future.loop != NULL)
        undo_done(task, loop); /* HOST */
    if (task->future.loop != NULL || ac_handle_scheduled(&task->step))
        return aci_fail(loop, AC_E_RUNTIME, "_asyncio.Task object is already initialized");
    if (spec->body == NULL)
        return aci_fail(loop, AC_E_TYPE, "a coroutine was expected");
    ac_status status = take_context(loop, spec, &context);
    if (status != AC_OK)
        return status;
    (void)ac_future_init(&task->future, loop);
    task->step.link.prev = task->step.link.next = NULL;
    task->step.context = context;
    task->waiting.future = NULL;
    task->siblings.prev = task->siblings.next = NULL;
    task->group = NULL;
    be_born(task, loop, spec->body);
    if (ac_is_none(spec->name)) {
        take_number(task, loop);
    } else {
        task->id.name = aci_dup(loop, spec->name);
        task->future.flags |= ACI_T_NAMED;
    }
    return AC_OK;
}

/* Most tasks go like this: done, and nothing left but the result and the context.  Not held, so on no
 * list. */
static bool is_spent(const ac_task *task)
{
    const ac_future *future = &task->future;
    return ac_future_done(future) &&
           !aci_flag(future, ACI_T_NAMED | ACI_T_HELD | ACI_T_LOOSE | ACI_T_THROW | ACI_F_TRACED) &&
           task->group == NULL && (task->body == NULL || task->body->ops->clear == NULL);
}

void aci_task_renew(ac_task *task, ac_coro *body)
{
    ac_loop *loop = task->future.loop;
    aci_assert(aci_state(&task->future) == AC_FINISHED && is_spent(task) &&
               !ac_handle_scheduled(&task->step));
    aci_drop_slot(loop, &task->future.result); /* HOST */
    be_born(task, loop, body);
    take_number(task, loop);
}

void aci_task_again(ac_task *task, ac_loop *loop, uint32_t flags, uint64_t serial)
{
    static const ac_task blank;
    *task = blank;
    task->future.loop = loop;
    task->future.flags = flags;
    task->step.flags = ACI_H_STEP;
    task->id.serial = serial;
}

/* The object is not a task after all; its body is the caller's again. */
void aci_task_undo(ac_task *task)
{
    task->body = NULL;
    ac_future_clear(&task->future); /* HOST */
}

ac_status ac_task_init(ac_task *task, ac_loop *loop, const ac_task_spec *spec)
{
    ac_how how;
    ac_ref in;
    ac_task *previous;
    bool start;
    if (spec->eager == AC_EAGER_YES) {
        ac_out out = {.value = ac_none()};
        ac_status status = ac_task_init_eager(task, loop, spec, &previous, &start, &how, &in);
        if (status != AC_OK || !start)
            return status;
        ac_turn turn = task->body->ops->resume(loop, task->body, how, in, &out); /* HOST */
        return ac_task_leave_eager(task, previous, turn, &out);
    }
    if ((loop->flags & ACI_L_CLOSED) != 0)
        return aci_fail(loop, AC_E_CLOSED, "Event loop is closed");
    ac_status status = aci_check_thread(loop);
    if (status == AC_OK)
        status = aci_task_setup(task, loop, spec);
    if (status != AC_OK)
        return status;
    if (aci_traced(loop))
        aci_task_trace_created(task, false);
    aci_task_hold(task);
    status = aci_task_ready(task);
    if (status != AC_OK) {
        aci_task_settle(loop, task); /* HOST: the caller holds the task */
        aci_task_undo(task);
    }
    return status;
}

/* ---- What a task knows ---- */

uint64_t ac_task_serial(const ac_task *task)
{
    return aci_flag(&task->future, ACI_T_NAMED) ? 0 : task->id.serial;
}

ac_ref ac_task_name(const ac_task *task)
{
    return aci_flag(&task->future, ACI_T_NAMED) ? ac_lend(task->id.name) : ac_none_ref();
}

void ac_task_set_name(ac_task *task, ac_value name)
{
    ac_value older = aci_flag(&task->future, ACI_T_NAMED) ? task->id.name : ac_none();
    task->id.name = name;
    task->future.flags |= ACI_T_NAMED;
    aci_drop(task->future.loop, older); /* HOST */
}

ac_coro *ac_task_get_coro(const ac_task *task)
{
    return task->body;
}

ac_ref ac_task_get_context(const ac_task *task)
{
    return ac_lend(task->step.context);
}

ac_future *ac_task_woken_by(const ac_task *task)
{
    bool runs = aci_flag(&task->future, ACI_T_RUNNING) && !aci_flag(&task->future, ACI_T_THROW);
    return runs ? task->waiting.future : NULL;
}

ac_status ac_task_set_context(ac_task *task, ac_value context)
{
    if (task->step.context.bits != 0)
        return aci_fail(task->future.loop, AC_E_STATE, "the task has a context");
    task->step.context = context;
    return AC_OK;
}

ac_future *ac_task_waiting_for(const ac_task *task)
{
    return aci_task_waits(task) ? task->waiting.future : NULL;
}

ac_group *ac_task_get_group(const ac_task *task, uint32_t *before)
{
    *before = task->group != NULL ? task->future.extra : 0;
    return task->group;
}

void ac_task_set_log_destroy_pending(ac_task *task, bool log)
{
    if (log)
        task->future.flags |= ACI_T_LOG_DESTROY;
    else
        aci_unflag(&task->future, ACI_T_LOG_DESTROY);
}

bool ac_task_get_log_destroy_pending(const ac_task *task)
{
    return aci_flag(&task->future, ACI_T_LOG_DESTROY);
}

bool ac_task_is_loose(const ac_task *task)
{
    return aci_flag(&task->future, ACI_T_LOOSE);
}

void ac_task_keep(ac_task *task)
{
    if (!ac_task_is_loose(task))
        return;
    aci_unflag(&task->future, ACI_T_LOOSE);
    aci_task_hold(task);
    aci_retain(task->future.loop, &task->future);
}

/* ---- The end ---- */

/* The group's done callback takes its place among the others: behind those that were there before the
 * group's. */
static void insert_group_callback(ac_task *task)
{
    ac_future *future = &task->future;
    ac_handle *step = &task->step, *place = future->callbacks;
    uint32_t before = future->extra;
    step->flags |= ACI_H_GROUP;
    future->extra = 0;
    if (before == 0 && place != NULL) {
        aci_ring_insert_before(&place->link, &step->link);
        future->callbacks = step;
        return;
    }
    for (uint32_t i = 0; i < before; i++)
        place = ac_future_next_callback(future, place);
    if (place == NULL)
        aci_future_append(future, step);
    else
        aci_ring_insert_before(&place->link, &step->link);
}

void aci_task_keep_message(ac_task *task)
{
    aci_assert(task->waiting.future == NULL && !aci_flag(&task->future, ACI_T_THROW));
    task->waiting.error = ac_take(&task->future.result);
    task->future.flags |= ACI_T_THROW;
}

ac_status aci_task_finish_in_group(ac_task *task, ac_future_state state, ac_value result)
{
    aci_task_hold(task);
    insert_group_callback(task);
    return aci_future_finish(&task->future, state, result); /* HOST */
}

/* The step is on the callbacks of what the task waits for as long as those are there, then on the ready
 * list. */
static void unlink_step(ac_task *task)
{
    if (!aci_linked(&task->step.link))
        return;
    if (aci_task_waits(task))
        aci_future_unlink(task->waiting.future, &task->step);
    else
        aci_list_remove(&task->step.link);
}

/* The step stays where it is, and finds the task done when it comes up (step.c). */
ac_status ac_task_set_outcome(ac_task *task, ac_how how, ac_value value)
{
    static const ac_future_state states[] = {
        [AC_SEND] = AC_FINISHED, [AC_THROW] = AC_FAILED, [AC_CLOSE] = AC_CANCELLED};
    ac_loop *loop = task->future.loop;
    ac_value replaced = ac_none();
    ac_status status = AC_OK;
    if (loop == NULL)
        return AC_E_RUNTIME;
    if (ac_future_done(&task->future))
        return aci_fail(loop, AC_E_STATE, "invalid state");
    if (aci_flag(&task->future, ACI_T_BUSY) || task->group != NULL)
        return aci_fail(loop, AC_E_RUNTIME, "only a task that sleeps, in no group, is ended from outside");
    if (how == AC_THROW)
        status = aci_guard_stop_iteration(loop, &value, &replaced);
    if (status != AC_OK)
        return status;
    if (how == AC_THROW)
        task->future.flags |= ACI_F_LOG;
    else
        aci_unflag(&task->future, ACI_F_LOG);
    aci_list_remove(&task->all);
    status = aci_future_finish(&task->future, states[how], value); /* HOST */
    aci_drop(loop, replaced);                                      /* HOST */
    return status;
}

/* What a task owns beyond its future, once it is moved out. */
struct parts {
    ac_coro *body;
    ac_group *group;
    ac_future *waiting;
    ac_value error, context, name;
    bool held;
};

/* A step that a foreign loop has comes back by ac_handle_run, which is to find the object: it is cancelled,
 * and keeps its retain. */
static bool take_hold(ac_task *task)
{
    if ((task->step.flags & ACI_H_POSTED) != 0) {
        ac_handle_cancel(task->future.loop, &task->step);
        return false;
    }
    bool held = aci_flag(&task->future, ACI_T_HELD);
    aci_unflag(&task->future, ACI_T_HELD);
    return held;
}

static struct parts take_apart(ac_task *task)
{
    bool throws = aci_flag(&task->future, ACI_T_THROW), named = aci_flag(&task->future, ACI_T_NAMED);
    struct parts parts = {.body = task->body,
                          .group = task->group,
                          .waiting = throws ? NULL : task->waiting.future,
                          .error = throws ? task->waiting.error : ac_none(),
                          .context = ac_take(&task->step.context),
                          .name = named ? task->id.name : ac_none(),
                          .held = take_hold(task)};
    if (aci_linked(&task->all))
        aci_list_remove(&task->all);
    if (task->future.loop->current == task) /* stranded: eager.c */
        task->future.loop->current = NULL;
    unlink_step(task);
    task->id.serial = 0;
    task->body = NULL;
    task->waiting.future = NULL;
    task->group = NULL;
    return parts;
}

static void drop_parts(ac_loop *loop, ac_task *task, const struct parts *parts)
{
    if (parts->group != NULL)
        aci_group_forget(parts->group, task); /* HOST */
    aci_drop(loop, parts->error);             /* HOST */
    if (parts->waiting != NULL)
        aci_release(loop, parts->waiting); /* HOST */
    if (parts->body != NULL && parts->body->ops->clear != NULL)
        parts->body->ops->clear(loop, parts->body); /* HOST */
    aci_drop(loop, parts->context);                 /* HOST */
    aci_drop(loop, parts->name);                    /* HOST */
}

static void clear_spent(ac_task *task)
{
    ac_loop *loop = task->future.loop;
    ac_value result = ac_take(&task->future.result), context = ac_take(&task->step.context);
    task->id.serial = 0;
    task->body = NULL;
    task->future.loop = NULL;
    task->future.flags &= ACI_F_BLOCKING;
    aci_drop(loop, context); /* HOST */
    aci_drop(loop, result);  /* HOST */
}

/* The collector or the host's destructor takes the task apart: everything is moved out first, so that
 * whatever host code runs finds an inert object.  The core's own retain goes last: it may be what kept the
 * object. */
void aci_task_clear(ac_task *task)
{
    ac_loop *loop = task->future.loop;
    if (aci_likely(is_spent(task))) {
        clear_spent(task); /* HOST */
        return;
    }
    ac_task_keep(task);
    struct parts parts = take_apart(task);
    ac_link callbacks;
    ac_value result = aci_future_take_apart(&task->future, &callbacks);
    drop_parts(loop, task, &parts);                  /* HOST */
    aci_future_drop_parts(loop, result, &callbacks); /* HOST */
    if (parts.held)
        aci_release(loop, &task->future); /* HOST */
}

/* While the body runs its frame is not shown: whoever runs it is reachable otherwise. */
int aci_task_visit(ac_task *task, ac_visitor *visitor)
{
    int stop = 0;
    if (task->step.context.bits != 0)
        stop = visitor->value(visitor, ac_lend(task->step.context));
    if (stop == 0 && aci_flag(&task->future, ACI_T_NAMED) && task->id.name.bits != 0)
        stop = visitor->value(visitor, ac_lend(task->id.name));
    if (stop == 0 && aci_flag(&task->future, ACI_T_THROW)) {
        if (task->waiting.error.bits != 0)
            stop = visitor->value(visitor, ac_lend(task->waiting.error));
    } else if (stop == 0 && task->waiting.future != NULL && !aci_flag(task->waiting.future, ACI_F_EMBEDDED)) {
        stop = visitor->future(visitor, task->waiting.future);
    }
    if (stop == 0 && task->group != NULL && visitor->group != NULL)
        stop = visitor->group(visitor, task->group);
    if (stop == 0 && task->body != NULL && !aci_flag(&task->future, ACI_T_RUNNING) &&
        task->body->ops->visit != NULL)
        stop = task->body->ops->visit(task->body, visitor);
    return stop;
}
