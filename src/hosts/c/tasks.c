/* tasks.c - the objects around tasks and futures: making, counting, freeing.
 *
 * Idea       One block holds the task, its body's head and the program's frame.  Its count is in
 *            co.spare, its size in co.flags.  A future of its own keeps its count in future.extra,
 *            marked, so that one look tells which it is.
 * Holds      (1) Before its start a task's memory is zeroed, but for its count, its size and the name it
 *            is to get.
 *            (2) The core uses extra of tasks only, where it is far from the mark.
 * Owns       The holders own counts: the program, and the core as host.h says.
 * Re-enters  destroy runs reports, handlers and finalizers while it holds a count of its own: a finalizer
 *            may bring the object back to life.
 * Cost       One allocation for a task; retain and release are a load, a test and an addition.
 * Tests      tests/test_chost_tasks.c, and every example and twin: a loop that is freed says what was left */
#include "chost_impl.h"

#include <string.h>

#define PLAIN 0x80000000u
#define GATHERS 0x40000000u /* plain, and a gather begins with it */

/* ---- Counting ------------------------------------------------------------------------------------ */

static ac_c_task *task_of(ac_future *future)
{
    return (ac_c_task *)(void *)future;
}

static bool is_plain(const ac_future *future)
{
    return (future->extra & PLAIN) != 0;
}

static uint32_t *count_of(ac_future *future)
{
    return is_plain(future) ? &future->extra : &task_of(future)->co.spare;
}

static bool nobody_holds(ac_future *future)
{
    return (*count_of(future) & ~(PLAIN | GATHERS)) == 0;
}

static size_t size_of(ac_future *future)
{
    if (is_plain(future))
        return (future->extra & GATHERS) != 0 ? sizeof(ac_gather) : sizeof *future;
    return ((size_t)task_of(future)->co.flags + 1) * C_GRAIN;
}

/* The name that a task is to get, before its start.  (Its memory is still ours then.) */
static ac_value *early_name(ac_c_task *task)
{
    return &task->task.id.name;
}

/* Gives up what the frame owns.  The core has done so for a body that ran; it never saw one that did not. */
static void clear_frame(ac_loop *loop, ac_c_task *self)
{
    if (self->co.ops && self->co.ops->clear)
        self->co.ops->clear(loop, &self->co);
}

static void clear(ac_loop *loop, ac_future *future)
{
    bool started = ac_future_get_loop(future) != NULL;

    if (started)
        ac_future_clear(future);
    if (is_plain(future))
        return;
    if (!started)
        aci_c_drop(loop, ac_take(early_name(task_of(future))));
    clear_frame(loop, task_of(future));
}

static C_APART void destroy(ac_loop *loop, ac_future *future)
{
    uint32_t *count = count_of(future);

    ++*count;
    if (ac_future_get_loop(future))
        ac_future_finalize(future);
    --*count;
    if (!nobody_holds(future))
        return;
    ++*count;
    clear(loop, future);
    --*count;
    if (nobody_holds(future))
        aci_c_delete(loop, future, size_of(future));
}

void ac_c_retain(ac_future *future)
{
    ++*count_of(future);
}

void aci_c_retain(ac_loop *loop, ac_future *future)
{
    (void)loop;
    ++*count_of(future);
}

void ac_c_release(ac_loop *loop, ac_future *future)
{
    uint32_t *count = count_of(future);

    if (((--*count) & ~(PLAIN | GATHERS)) == 0)
        destroy(loop, future);
}

/* ---- Making -------------------------------------------------------------------------------------- */

ac_future *ac_c_future_new(ac_loop *loop)
{
    ac_future *future = aci_c_new(loop, sizeof *future);

    if (!future)
        return NULL;
    memset(future, 0, sizeof *future);
    ac_future_init(future, loop);
    future->extra = PLAIN | 1;
    return future;
}

ac_gather *aci_c_gather_new(ac_loop *loop)
{
    ac_gather *gather = aci_c_new(loop, sizeof *gather);

    if (!gather)
        return NULL;
    memset(gather, 0, sizeof *gather);
    gather->outer.extra = PLAIN | GATHERS | 1;
    return gather;
}

void *ac_c_task_new(ac_loop *loop, size_t size, const ac_coro_ops *ops)
{
    size_t whole = size > sizeof(ac_c_task) ? size : sizeof(ac_c_task);
    size_t grains = whole / C_GRAIN + (whole % C_GRAIN != 0);
    ac_c_task *self = grains <= (size_t)UINT16_MAX + 1 ? aci_c_new(loop, grains * C_GRAIN) : NULL;

    if (!self)
        return NULL;
    memset(self, 0, whole);
    ac_coro_init(&self->co, ops);
    self->co.flags = (uint16_t)(grains - 1);
    self->co.spare = 1;
    return self;
}

/* The memory that aci_c_start has put into the spec, if it is this body's; else a new task around a body of
 * another kind. */
static ac_c_task *memory_for(ac_loop *loop, const ac_task_spec *spec)
{
    ac_c_task *own = AC_CONTAINER_OF(spec->body, ac_c_task, co);

    if (spec->user == own) {
        own->co.spare++;
        return own;
    }
    return ac_c_task_new(loop, sizeof *own, NULL);
}

ac_status aci_c_make_task(ac_loop *loop, const ac_task_spec *spec, ac_task **out)
{
    ac_c_task *self = memory_for(loop, spec);
    ac_status status = self ? ac_task_init(&self->task, loop, spec) : AC_E_MEMORY;

    if (status == AC_OK)
        *out = &self->task;
    else if (self)
        ac_c_release(loop, &self->task.future);
    return status;
}

/* ---- Starting ------------------------------------------------------------------------------------ */

static ac_status create(ac_loop *loop, ac_group *group, const ac_task_spec *spec, ac_task **out)
{
    return group ? ac_group_create_task(group, spec, out) : ac_loop_create_task(loop, spec, out);
}

ac_status aci_c_start(ac_loop *loop, ac_group *group, ac_c_task *task, ac_eager eager, ac_task **out)
{
    ac_task_spec spec = {.body = &task->co, .eager = eager, .user = task};
    ac_task *made = NULL;
    ac_value name;
    ac_status status;

    if (ac_future_get_loop(&task->task.future))
        return AC_E_STATE;
    name = ac_take(early_name(task));
    spec.name = ac_lend(name);
    spec.has_name = !ac_is_none(spec.name);
    status = create(loop, group, &spec, &made);
    if (spec.has_name && !ac_future_get_loop(&task->task.future))
        *early_name(task) = ac_take(&name); /* no task was made: it may be tried again */
    aci_c_drop(loop, name);
    if (out)
        *out = made;
    else if (made)
        ac_c_release(loop, &made->future);
    return status;
}

ac_status ac_c_create_task(ac_loop *loop, ac_c_task *task, ac_eager eager)
{
    return aci_c_start(loop, NULL, task, eager, NULL);
}

ac_status ac_c_group_create_task(ac_group *group, ac_c_task *task, ac_eager eager)
{
    return aci_c_start(group->loop, group, task, eager, NULL);
}

/* Task.set_name, which takes str() of what it is given: a name that is none becomes the text 'None'. */
ac_status aci_c_set_name(ac_loop *loop, ac_task *task, ac_ref name)
{
    ac_value text = ac_is_none(name) ? ac_c_str(loop, "None") : c_dup(name);

    if (ac_is_none(ac_lend(text)))
        return AC_E_MEMORY;
    ac_task_set_name(task, text);
    return AC_OK;
}

ac_status ac_c_task_set_name(ac_loop *loop, ac_c_task *task, const char *name)
{
    ac_value text = ac_c_str(loop, name);
    ac_value old;

    if (ac_is_none(ac_lend(text)))
        return AC_E_MEMORY;
    if (ac_future_get_loop(&task->task.future)) {
        ac_task_set_name(&task->task, text);
        return AC_OK;
    }
    old = *early_name(task);
    *early_name(task) = text;
    aci_c_drop(loop, old);
    return AC_OK;
}
