/* handler.c - exception handlers: what a program is told of failures that nobody awaits, and the default.
 *
 * Mirrors    BaseEventLoop.call_exception_handler, default_exception_handler, and what logging makes of it on
 *            stderr.
 * Idea       The core tells of a failure by an ac_report.  A handler of the program gets it as the dict that
 *            asyncio documents; the default one writes such a dict.  A program may call both with dicts of
 *            its own.
 * Re-enters  Handlers run in a loop of the machine of their own: the core waits for them on the C stack.
 *            Their frames are few. */
#include "asyncio/host.h"

#include <string.h>

/* ---- From a report to a dict ---- */

static bool handler_put(mp_vm *vm, mp_dict *dict, const char *key, mp_value value)
{
    return value == NULL || mp_define(vm, dict, key, mp_incref(value));
}

/* CPython begins it with the name of the class. */
static mp_value handler_never_retrieved(mp_vm *vm, const ac_report *report)
{
    const char *rest = strchr(report->message, ' ');
    return mp_as_value(mp_str_formatted(vm, "%T%s", mp_as_value(mp_future_of(report->future)), rest));
}

static bool handler_is_never_retrieved(const ac_report *report)
{
    return report->future != NULL && strstr(report->message, " exception was never retrieved") != NULL;
}

/* A callback of the core: a group's, another one's that has a name, or the step of a task. */
static void handler_put_core(mp_builder *text, ac_handle *handle, bool with_args)
{
    ac_task *child = ac_handle_child(handle);
    const ac_callback *callback = ac_handle_callback(handle);
    if (child == NULL) {
        bool named = callback != NULL && callback->ops->name != NULL;
        mp_builder_printf(text, "%s()", named ? callback->ops->name : "Task.__step");
        return;
    }
    mp_value task = mp_as_value(mp_task_of(child));
    mp_tuple *args = with_args ? mp_tuple_of(text->vm, &task, 1) : NULL;
    mp_builder_text(text, "TaskGroup._on_task_done");
    mp_format_arguments(text, args, with_args);
    mp_xdecref(text->vm, mp_as_value(args));
}

/* "Exception in callback" is told with the callback. */
static mp_value handler_message(mp_vm *vm, ac_loop *loop, const ac_report *report)
{
    if (handler_is_never_retrieved(report))
        return handler_never_retrieved(vm, report);
    mp_subjects subjects = {loop,           report->task, report->parent,
                            report->future, NULL,         mp_seen(report->exception)};
    mp_str *words = mp_words(vm, report->message, &subjects);
    mp_handle *own = report->handle != NULL ? mp_handle_of(report->handle) : NULL;
    if (words == NULL || report->handle == NULL || (own != NULL && own->callback == NULL))
        return mp_as_value(words);
    mp_builder text;
    mp_builder_init(&text, vm);
    mp_builder_str(&text, words);
    mp_builder_text(&text, " ");
    bool with_args = ac_loop_get_debug(loop) || !mp_has(vm, AC_S_HANDLE_REPR_HIDES_ARGS);
    if (own != NULL)
        mp_format_callback(&text, own->callback, own->args, with_args);
    else
        handler_put_core(&text, report->handle, with_args);
    mp_decref(vm, mp_as_value(words));
    return mp_as_value(mp_builder_finish(&text));
}

static bool handler_fill(mp_vm *vm, ac_loop *loop, const ac_report *report, mp_dict *dict);

static mp_value handler_dict(mp_vm *vm, ac_loop *loop, const ac_report *report)
{
    mp_dict *dict = mp_dict_new(vm);
    if (dict != NULL && !handler_fill(vm, loop, report, dict))
        mp_clear_slot(vm, (mp_value *)&dict);
    return mp_as_value(dict);
}

static bool handler_fill(mp_vm *vm, ac_loop *loop, const ac_report *report, mp_dict *dict)
{
    mp_value task = report->task != NULL ? mp_as_value(mp_task_of(report->task)) : NULL;
    mp_value future = report->future != NULL ? mp_as_value(mp_future_of(report->future)) : NULL;
    if (!mp_define(vm, dict, "message", handler_message(vm, loop, report)) ||
        !handler_put(vm, dict, "exception", mp_seen(report->exception)))
        return false;
    bool of_step = report->handle != NULL && mp_handle_of(report->handle) == NULL;
    if (report->handle != NULL && !mp_define(vm, dict, "handle", mp_handle_shown(vm, report->handle)))
        return false;
    if (report->cause != NULL && !mp_define(vm, dict, "context", handler_dict(vm, loop, report->cause)))
        return false;
    return (of_step || handler_put(vm, dict, "task", task)) && handler_put(vm, dict, "future", future);
}

/* ---- The default handler ---- */

static void handler_write(mp_vm *vm, mp_str *text)
{
    if (text != NULL)
        (void)mp_write(vm, true, text->data, text->size);
    else
        mp_clear_slot(vm, &vm->raised);
    mp_xdecref(vm, mp_as_value(text));
}

static bool handler_is_told_otherwise(const mp_str *key)
{
    return mp_str_is(key, "message") || mp_str_is(key, "exception");
}

/* Borrowed; NULL: it is not there, or None. */
static mp_value handler_get(mp_vm *vm, mp_dict *context, const char *key)
{
    mp_str *name = mp_str_from(vm, key);
    mp_value found = name != NULL ? mp_dict_get_str(context, name) : NULL;
    if (name == NULL)
        mp_clear_slot(vm, &vm->raised);
    mp_xdecref(vm, mp_as_value(name));
    return found != vm->none ? found : NULL;
}

/* sorted(context) */
static mp_list *handler_keys(mp_vm *vm, mp_dict *context)
{
    mp_value sorted = handler_get(vm, vm->builtins, "sorted");
    return sorted != NULL ? (mp_list *)mp_call_1(vm, sorted, mp_as_value(context))
                          : mp_to_list(vm, mp_as_value(context));
}

/* "key: repr" lines in the order of the keys. */
static void handler_add_lines(mp_builder *text, mp_dict *context)
{
    mp_vm *vm = text->vm;
    mp_list *keys = handler_keys(vm, context);
    text->failed = text->failed || keys == NULL;
    for (size_t i = 0; keys != NULL && i < keys->count && !text->failed; i++) {
        mp_value key = keys->items[i];
        mp_value value = mp_is_str(vm, key) && !handler_is_told_otherwise((mp_str *)key)
                             ? mp_dict_get_str(context, (mp_str *)key)
                             : NULL;
        if (value == NULL)
            continue;
        (void)mp_incref(value);
        mp_builder_printf(text, "%S: %R\n", key, value);
        mp_decref(vm, value);
    }
    mp_xdecref(vm, mp_as_value(keys));
}

static mp_value handler_held(mp_vm *vm, mp_dict *context, const char *key)
{
    mp_value found = handler_get(vm, context, key);
    return found != NULL ? mp_incref(found) : NULL;
}

/* What logging prints of an error: the lines, and the traceback if there is an exception.  The reprs that it
 * shows may change the dict.  False: one of them has raised, or keys that cannot be sorted. */
static bool handler_default(mp_vm *vm, mp_dict *context)
{
    mp_builder text;
    mp_value message = handler_held(vm, context, "message");
    mp_value exception = handler_held(vm, context, "exception");
    mp_builder_init(&text, vm);
    if (message != NULL)
        mp_builder_printf(&text, "%S\n", message);
    else
        mp_builder_text(&text, "Unhandled exception in event loop\n");
    handler_add_lines(&text, context);
    mp_str *lines = mp_builder_finish(&text);
    bool done = lines != NULL;
    if (done)
        handler_write(vm, lines);
    if (done && exception != NULL && mp_is_exception(vm, exception, MP_X_BASE_EXCEPTION))
        mp_print_exception(vm, exception);
    mp_xdecref(vm, message);
    mp_xdecref(vm, exception);
    return done;
}

/* An exit exception goes on: false. */
static bool handler_exits(mp_vm *vm)
{
    return mp_raised_is(vm, MP_X_SYSTEM_EXIT) || mp_raised_is(vm, MP_X_KEYBOARD_INTERRUPT);
}

/* The same for those who cannot be told that it failed. */
static mp_value handler_default_or_say(mp_vm *vm, mp_dict *context)
{
    if (!handler_default(vm, context)) {
        if (handler_exits(vm))
            return NULL;
        mp_value error = mp_take_raised(vm);
        mp_write_text(vm, true, "Exception in default exception handler\n");
        mp_print_exception(vm, error);
        mp_decref(vm, error);
    }
    return mp_incref(vm->none);
}

void mp_host_report(ac_loop *loop, const ac_report *report)
{
    mp_vm *vm = mp_vm_of(loop);
    mp_value raised = vm->raised;
    vm->raised = NULL;
    mp_value dict = handler_dict(vm, loop, report);
    if (dict != NULL) {
        mp_xdecref(vm, handler_default_or_say(vm, (mp_dict *)dict));
    } else {
        mp_write_text(vm, true, report->message);
        mp_write_text(vm, true, "\n");
    }
    mp_xdecref(vm, dict);
    mp_clear_slot(vm, &vm->raised);
    vm->raised = raised;
}

/* ---- The program's handler ---- */

static mp_value handler_call(mp_vm *vm, mp_loop *loop, mp_value context)
{
    mp_value handler = mp_incref(loop->handler);
    mp_value answer = mp_call_2(vm, handler, mp_as_value(loop), context);
    mp_decref(vm, handler);
    return answer;
}

/* As the core calls it; which context to run it in, and what to do if it fails, the core knows. */
static ac_status handler_by_core(ac_loop *core, void *data, const ac_report *report)
{
    mp_vm *vm = mp_vm_of(core);
    mp_loop *loop = mp_loop_of(core);
    (void)data;
    mp_value raised = vm->raised;
    vm->raised = NULL;
    mp_value dict = handler_dict(vm, core, report);
    mp_value answer = NULL;
    if (dict != NULL && loop->handler == NULL) /* a repr in the dict has taken it away */
        answer = handler_default_or_say(vm, (mp_dict *)dict);
    else if (dict != NULL)
        answer = handler_call(vm, loop, dict);
    mp_xdecref(vm, dict);
    ac_status status = answer != NULL ? AC_OK : ac_loop_raise(core, mp_take_for_core(vm));
    mp_xdecref(vm, answer);
    vm->raised = raised;
    return status;
}

/* The context of the first of task, future and handle that is there; a new reference, or NULL. */
static mp_value handler_context(mp_vm *vm, mp_dict *report)
{
    static const char *const keys[] = {"task", "future", "handle"};
    mp_value thing = NULL;
    for (size_t i = 0; i < 3 && thing == NULL; i++)
        thing = handler_get(vm, report, keys[i]);
    if (thing == NULL)
        return NULL;
    if (mp_is_task(vm, thing)) {
        mp_value context = mp_seen(ac_task_get_context(&((mp_task *)thing)->core));
        return context != NULL ? mp_incref(context) : NULL;
    }
    bool is_handle = mp_is(vm, thing, MP_TYPE_HANDLE) && ((mp_handle *)thing)->context != NULL;
    return is_handle ? mp_incref(((mp_handle *)thing)->context) : NULL;
}

static mp_value handler_call_in_context(mp_vm *vm, mp_loop *loop, mp_dict *report)
{
    mp_value context = handler_context(vm, report), answer = NULL;
    if (context == NULL)
        return handler_call(vm, loop, mp_as_value(report));
    if (mp_context_enter(vm, context)) {
        answer = handler_call(vm, loop, mp_as_value(report));
        mp_context_leave(vm, context);
    }
    mp_decref(vm, context);
    return answer;
}

/* An exit exception goes on; any other is told to the default handler. */
static mp_value handler_failed(mp_vm *vm, mp_dict *report)
{
    if (handler_exits(vm))
        return NULL;
    mp_value error = mp_take_raised(vm);
    mp_dict *dict = mp_dict_new(vm);
    if (dict != NULL &&
        mp_define(vm, dict, "message",
                  mp_as_value(mp_str_from(vm, "Unhandled error in exception handler"))) &&
        handler_put(vm, dict, "exception", error) && handler_put(vm, dict, "context", mp_as_value(report)))
        (void)handler_default(vm, dict);
    mp_xdecref(vm, mp_as_value(dict));
    mp_decref(vm, error);
    mp_clear_slot(vm, &vm->raised);
    return mp_incref(vm->none);
}

/* ---- Methods of loops ---- */

static mp_dict *handler_report_argument(mp_vm *vm, const mp_args *args, const char *name)
{
    if (!mp_positional(vm, args, name, 2, 2))
        return NULL;
    if (mp_is(vm, args->values[1], MP_TYPE_DICT))
        return (mp_dict *)args->values[1];
    mp_raise(vm, MP_X_ATTRIBUTE_ERROR, "'%T' object has no attribute 'get'", args->values[1]);
    return NULL;
}

/* The tracer hears of it as of the core's own reports. */
static void handler_tell_tracer(mp_vm *vm, mp_loop *loop, mp_dict *report)
{
    mp_value message = vm->tracer != NULL ? mp_dict_get_str(report, vm->names[MP_S_message]) : NULL;
    ac_report told = {.message = message != NULL && mp_is_str(vm, message) ? ((mp_str *)message)->data : ""};
    if (vm->tracer != NULL)
        ac_loop_trace_report(&loop->core, &told);
}

static mp_value handler_call_method(mp_vm *vm, mp_args *args)
{
    mp_dict *report = handler_report_argument(vm, args, "call_exception_handler");
    mp_loop *loop = mp_as_loop(args->values[0]);
    if (report == NULL)
        return NULL;
    handler_tell_tracer(vm, loop, report);
    if (loop->handler == NULL)
        return handler_default_or_say(vm, report);
    mp_value answer = handler_call_in_context(vm, loop, report);
    if (answer == NULL)
        return handler_failed(vm, report);
    mp_decref(vm, answer);
    return mp_incref(vm->none);
}

static mp_value handler_default_method(mp_vm *vm, mp_args *args)
{
    mp_dict *report = handler_report_argument(vm, args, "default_exception_handler");
    if (report == NULL)
        return NULL;
    return handler_default(vm, report) ? mp_incref(vm->none) : NULL;
}

static mp_value handler_set(mp_vm *vm, mp_args *args)
{
    if (!mp_positional(vm, args, "set_exception_handler", 2, 2))
        return NULL;
    mp_loop *loop = mp_as_loop(args->values[0]);
    mp_value handler = args->values[1] != vm->none ? args->values[1] : NULL;
    const mp_type *type = mp_type_of(vm, args->values[1]);
    if (handler != NULL && type->slots.call == NULL && mp_lookup(type, vm->names[MP_S___call__]) == NULL) {
        mp_raise(vm, MP_X_TYPE_ERROR, "A callable object or None is expected, got %R", handler);
        return NULL;
    }
    ac_loop_set_exception_handler(&loop->core, handler != NULL ? handler_by_core : NULL, NULL);
    mp_set_slot(vm, &loop->handler, handler != NULL ? mp_incref(handler) : NULL);
    return mp_incref(vm->none);
}

static mp_value handler_get_method(mp_vm *vm, mp_args *args)
{
    if (!mp_positional(vm, args, "get_exception_handler", 1, 1))
        return NULL;
    mp_value handler = mp_as_loop(args->values[0])->handler;
    return mp_incref(handler != NULL ? handler : vm->none);
}

const mp_method mp_handler_methods[] = {
    {"call_exception_handler", handler_call_method, MP_M_METHOD},
    {"default_exception_handler", handler_default_method, MP_M_METHOD},
    {"set_exception_handler", handler_set, MP_M_METHOD},
    {"get_exception_handler", handler_get_method, MP_M_METHOD},
    {NULL, NULL, 0},
};

/* ---- Slow callbacks, deadlocks ---- */

void mp_host_slow(ac_loop *loop, ac_handle *handle, double seconds)
{
    mp_vm *vm = mp_vm_of(loop);
    ac_task *task = ac_handle_task(handle);
    mp_handle *own = task == NULL ? mp_handle_of(handle) : NULL;
    mp_value self = task != NULL ? mp_as_value(mp_task_of(task)) : mp_as_value(own);
    mp_value shown = self != NULL ? mp_repr(vm, self) : mp_handle_shown(vm, handle);
    char took[48];
    snprintf(took, sizeof took, " took %.3f seconds\n", seconds);
    if (shown != NULL)
        handler_write(vm, mp_str_formatted(vm, "Executing %S%s", shown, took));
    mp_xdecref(vm, shown);
    mp_clear_slot(vm, &vm->raised);
}

void mp_write_deadlock(mp_vm *vm, mp_loop *loop)
{
    mp_list *tasks = mp_loop_tasks(vm, loop);
    mp_write_text(vm, true,
                  "aiocore: deadlock: nothing is ready, no timer is set, and nothing can ever happen\n");
    for (size_t i = 0; tasks != NULL && i < tasks->count; i++)
        handler_write(vm, mp_str_formatted(vm, "  %R\n", tasks->items[i]));
    mp_xdecref(vm, mp_as_value(tasks));
    mp_clear_slot(vm, &vm->raised);
}
