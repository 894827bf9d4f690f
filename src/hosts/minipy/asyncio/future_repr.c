/* future_repr.c - how futures, tasks, callbacks and coroutines look.
 *
 * Mirrors    base_futures._future_repr_info, base_tasks._task_repr_info,
 *            format_helpers._format_callback_source, coroutines._format_coroutine.
 * Holds      A future that is shown inside of its own repr is "...".
 * Re-enters  Reprs of results and names of callbacks may run code of the program; the callbacks of a future
 *            are counted and named before that, one by one. */
#include "asyncio/host.h"

#include <string.h>

/* ---- Callbacks and coroutines ---- */

static mp_str *repr_name_of(mp_vm *vm, mp_value value, mp_name name)
{
    mp_value found = mp_find_attr(vm, value, vm->names[name]);
    if (found != NULL && mp_is_str(vm, found) && ((mp_str *)found)->size > 0)
        return (mp_str *)found;
    mp_xdecref(vm, found);
    if (vm->raised != NULL)
        mp_clear_slot(vm, &vm->raised);
    return NULL;
}

/* __qualname__, else __name__, else NULL. */
static mp_str *repr_qualified_name(mp_vm *vm, mp_value value)
{
    mp_str *name = repr_name_of(vm, value, MP_S___qualname__);
    return name != NULL ? name : repr_name_of(vm, value, MP_S___name__);
}

void mp_format_arguments(mp_builder *text, const mp_tuple *args, bool with_args)
{
    mp_builder_text(text, "(");
    for (size_t i = 0; with_args && args != NULL && i < args->count; i++) {
        mp_builder_text(text, i > 0 ? ", " : "");
        mp_builder_limited(text, args->items[i]);
    }
    mp_builder_text(text, ")");
}

/* Python functions have a place; a bound method is not unwrapped, as in CPython. */
static void repr_place(mp_builder *text, mp_value callback)
{
    if (!mp_is_exactly(text->vm, callback, MP_TYPE_FUNCTION))
        return;
    const mp_code *code = ((mp_function *)callback)->code;
    mp_builder_printf(text, " at %S:%u", code->file, code->first_line);
}

/* Both are held: what is shown may cancel its handle, which drops them. */
void mp_format_callback(mp_builder *text, mp_value callback, mp_tuple *args, bool with_args)
{
    mp_vm *vm = text->vm;
    if (text->failed) /* an exception is on its way: nothing may look for names, which would swallow it */
        return;
    mp_value held[] = {mp_incref(callback), args != NULL ? mp_incref(mp_as_value(args)) : NULL};
    mp_str *name = repr_qualified_name(vm, callback);
    if (name != NULL)
        mp_builder_str(text, name);
    else
        mp_builder_repr(text, callback);
    mp_xdecref(vm, mp_as_value(name));
    mp_format_arguments(text, args, with_args);
    repr_place(text, callback);
    mp_decref(vm, held[0]);
    mp_xdecref(vm, held[1]);
}

static uint32_t repr_line_of(const mp_generator *generator)
{
    const mp_frame *frame = generator->frame;
    if (generator->state == MP_G_CREATED || frame == NULL || frame->ip >= frame->code->count)
        return generator->code->first_line;
    bool running = generator->state == MP_G_RUNNING || generator->state == MP_G_DELEGATED;
    return frame->code->spans[running && frame->ip > 0 ? frame->ip - 1 : frame->ip].line;
}

static void repr_generator(mp_builder *text, const mp_generator *generator)
{
    const mp_code *code = generator->code;
    mp_builder_printf(text, "%S()", generator->qualname);
    if (generator->frame != NULL)
        mp_builder_printf(text, " running at %S:%u", code->file, repr_line_of(generator));
    else
        mp_builder_printf(text, " done, defined at %S:%u", code->file, code->first_line);
}

void mp_format_coroutine(mp_builder *text, mp_value coroutine)
{
    mp_vm *vm = text->vm;
    if (text->failed)
        return;
    if (mp_is_exactly(vm, coroutine, MP_TYPE_COROUTINE)) {
        repr_generator(text, (mp_generator *)coroutine);
        return;
    }
    if (mp_is_exactly(vm, coroutine, MP_TYPE_NATIVE_COROUTINE)) {
        mp_builder_printf(text, "%s() %s at asyncio", ((mp_native_coroutine *)coroutine)->qualname,
                          mp_native_has_ended(coroutine) ? "done, defined" : "running");
        return;
    }
    mp_str *name = repr_qualified_name(vm, coroutine);
    if (name != NULL)
        mp_builder_printf(text, "%S()", name);
    else
        mp_builder_printf(text, "<%T without __name__>()", coroutine);
    mp_xdecref(vm, mp_as_value(name));
}

/* ---- The callbacks of a future ---- */

/* One of the core's own.  A method is shown without its place; a line is that of nobody's asyncio. */
static void repr_core_callback(mp_builder *text, const ac_callback *callback)
{
    const char *name = callback != NULL ? callback->ops->name : NULL;
    if (name == NULL || strcmp(name, "_run_until_complete_cb") == 0)
        mp_builder_text(text, "_run_until_complete_cb() at asyncio/base_events.py:181");
    else if (strncmp(name, "_chain", 6) == 0)
        mp_builder_printf(text, "%s() at asyncio/futures.py:1", name);
    else if (strstr(name, "<locals>") != NULL)
        mp_builder_printf(text, "%s() at asyncio/tasks.py:1", name);
    else
        mp_builder_printf(text, "%s()", name);
}

static void repr_own_callback(mp_builder *text, ac_handle *handle)
{
    mp_handle *own = mp_handle_of(handle);
    if (own != NULL && own->callback != NULL)
        mp_format_callback(text, own->callback, NULL, false);
    else if (ac_handle_task(handle) != NULL)
        mp_builder_text(text, "Task.task_wakeup()");
    else
        repr_core_callback(text, ac_handle_callback(handle));
}

/* The group's callback of a child stands among the others, where it was added. */
static ac_group *repr_group(ac_future *core, size_t *place)
{
    ac_task *task = ac_future_task(core);
    uint32_t before = 0;
    ac_group *group = task != NULL && !ac_future_done(core) ? ac_task_get_group(task, &before) : NULL;
    *place = before;
    return group;
}

/* The callback number 'wanted'. */
static void repr_callback_at(mp_builder *text, ac_future *core, size_t wanted)
{
    size_t place, index = 0;
    bool grouped = repr_group(core, &place) != NULL;
    if (grouped && wanted == place) {
        mp_builder_text(text, "TaskGroup._on_task_done()"); /* a bound method has no place */
        return;
    }
    if (grouped && wanted > place)
        wanted--;
    ac_handle *handle = ac_future_next_callback(core, NULL);
    for (; handle != NULL && index < wanted; index++)
        handle = ac_future_next_callback(core, handle);
    if (handle != NULL)
        repr_own_callback(text, handle);
}

static size_t repr_count_callbacks(ac_future *core)
{
    size_t place, count = repr_group(core, &place) != NULL ? 1 : 0;
    for (ac_handle *handle = NULL; (handle = ac_future_next_callback(core, handle)) != NULL;)
        count++;
    return count;
}

static void repr_callbacks(mp_builder *text, ac_future *core)
{
    size_t count = repr_count_callbacks(core);
    if (count == 0)
        return;
    mp_builder_text(text, " cb=[");
    repr_callback_at(text, core, 0);
    if (count > 2)
        mp_builder_printf(text, ", <%zu more>", count - 2);
    if (count > 1) {
        mp_builder_text(text, ", ");
        repr_callback_at(text, core, count - 1);
    }
    mp_builder_text(text, "]");
}

/* ---- Futures and tasks ---- */

static const char *repr_state(const ac_future *core, const ac_task *task)
{
    if (!ac_future_done(core))
        return task != NULL && ac_task_cancelling(task) > 0 ? "cancelling" : "pending";
    return ac_future_cancelled(core) ? "cancelled" : "finished";
}

static void repr_task_part(mp_builder *text, mp_task *task)
{
    mp_vm *vm = text->vm;
    mp_value name = mp_task_name(vm, &task->core);
    if (name == NULL) {
        text->failed = true;
        return;
    }
    mp_builder_printf(text, " name=%R", name);
    mp_decref(vm, name);
    if (task->coro != NULL) {
        mp_value coro = mp_incref(task->coro);
        mp_builder_text(text, " coro=<");
        mp_format_coroutine(text, coro);
        mp_builder_text(text, ">");
        mp_decref(vm, coro);
    }
    ac_future *waits = ac_task_waiting_for(&task->core); /* asked now: names and reprs ran code */
    if (waits == NULL || text->failed)
        return;
    mp_value shown = mp_core_future_repr(vm, waits);
    mp_builder_text(text, " wait_for=");
    if (shown != NULL)
        mp_builder_str(text, (mp_str *)shown);
    else
        text->failed = true;
    mp_xdecref(vm, shown);
}

/* Looks at the outcome without counting as retrieved. */
static void repr_outcome(mp_builder *text, ac_future *core)
{
    mp_vm *vm = text->vm;
    bool log = ac_future_get_log_traceback(core);
    ac_how how;
    ac_value out;
    if (!ac_future_done(core) || ac_future_cancelled(core) || ac_future_result(core, &how, &out) != AC_OK)
        return;
    ac_future_set_log_traceback(core, log);
    mp_value value = out.bits != 0 ? mp_taken(out) : mp_incref(how == AC_SEND ? vm->none : vm->memory_error);
    mp_builder_text(text, how == AC_SEND ? " result=" : " exception=");
    if (how == AC_SEND)
        mp_builder_limited(text, value);
    else
        mp_builder_repr(text, value);
    mp_decref(vm, value);
}

static mp_value repr_of(mp_vm *vm, const char *name, mp_task *task, ac_future *core)
{
    mp_builder text;
    mp_builder_init(&text, vm);
    mp_builder_printf(&text, "<%s %s", name, repr_state(core, task != NULL ? &task->core : NULL));
    if (task != NULL)
        repr_task_part(&text, task);
    if (ac_future_get_loop(core) != NULL)
        repr_outcome(&text, core);
    if (ac_future_get_loop(core) != NULL)
        repr_callbacks(&text, core);
    mp_builder_text(&text, ">");
    return mp_as_value(mp_builder_finish(&text));
}

mp_value mp_future_repr(mp_vm *vm, mp_value self)
{
    ac_future *core = mp_future_core(vm, self);
    int shown = core != NULL ? mp_repr_enter(vm, self) : -1;
    if (shown < 0)
        return NULL;
    if (shown > 0)
        return mp_as_value(mp_str_from(vm, "..."));
    const char *name = mp_type_of(vm, self)->name->data;
    mp_value text = repr_of(vm, name, mp_is_task(vm, self) ? (mp_task *)self : NULL, core);
    mp_repr_leave(vm, self);
    return text;
}

/* One in a frame of the core is part of no object: whoever waits for it has it. */
mp_value mp_core_future_repr(mp_vm *vm, ac_future *future)
{
    if (ac_future_is_embedded(future) || ac_future_get_loop(future) == NULL)
        return repr_of(vm, "Future", NULL, future);
    mp_value self = mp_incref(mp_as_value(mp_future_of(future)));
    mp_value text = mp_repr(vm, self);
    mp_decref(vm, self);
    return text;
}
