/* trace_names.c - how a recorder calls the things of a machine.
 *
 * Holds      A recorder may look at objects in the middle of a change and may run nothing: names are copied
 *            out of strings, values are named only if they are of a builtin kind, and nothing is
 *            allocated. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "asyncio/host.h"
#include "run/frame.h"

/* Like snprintf of "%s", for a text with a length. */
static size_t put_text(char *buffer, size_t size, const char *text, size_t length)
{
    if (size > 0) {
        size_t fits = length < size - 1 ? length : size - 1;
        memcpy(buffer, text, fits);
        buffer[fits] = '\0';
    }
    return length;
}

static size_t put_str(char *buffer, size_t size, const mp_str *text)
{
    return put_text(buffer, size, text->data, text->size);
}

static size_t name_task(void *data, const ac_task *task, char *buffer, size_t size)
{
    mp_value name = mp_seen(ac_task_name(task));
    if (name == NULL || !mp_is_str(data, name))
        return 0;
    return put_str(buffer, size, (mp_str *)name);
}

static size_t name_body(void *data, const ac_task *task, char *buffer, size_t size)
{
    mp_vm *vm = data;
    mp_value coro = AC_CONTAINER_OF(task, mp_task, core)->coro;
    if (coro == NULL)
        return 0;
    if (mp_is_exactly(vm, coro, MP_TYPE_COROUTINE) && ((mp_generator *)coro)->qualname != NULL)
        return put_str(buffer, size, ((mp_generator *)coro)->qualname);
    if (mp_is_exactly(vm, coro, MP_TYPE_NATIVE_COROUTINE)) {
        const char *name = ((mp_native_coroutine *)coro)->qualname;
        return put_text(buffer, size, name, strlen(name));
    }
    if (mp_is_exactly(vm, coro, MP_TYPE_ASYNC_STEP))
        return put_text(buffer, size, mp_async_step_name(coro), strlen(mp_async_step_name(coro)));
    return put_str(buffer, size, mp_type_of(vm, coro)->name);
}

/* What a callback is called in the program: through bound methods to the function. */
static size_t put_callable(mp_vm *vm, mp_value callable, char *buffer, size_t size)
{
    if (mp_is_exactly(vm, callable, MP_TYPE_METHOD))
        callable = ((mp_bound_method *)callable)->function;
    if (mp_is_exactly(vm, callable, MP_TYPE_FUNCTION))
        return put_str(buffer, size, ((mp_function *)callable)->qualname);
    if (mp_is_exactly(vm, callable, MP_TYPE_NATIVE)) {
        const char *name = ((mp_native_function *)callable)->name;
        return put_text(buffer, size, name, strlen(name));
    }
    if (mp_is(vm, callable, MP_TYPE_TYPE))
        return put_str(buffer, size, ((const mp_type *)callable)->name);
    return put_str(buffer, size, mp_type_of(vm, callable)->name);
}

static size_t name_callback(void *data, ac_handle *handle, char *buffer, size_t size)
{
    mp_handle *object = mp_handle_of(handle);
    if (object == NULL || object->callback == NULL)
        return 0;
    return put_callable(data, object->callback, buffer, size);
}

static size_t name_exception(const mp_exception *exception, char *buffer, size_t size)
{
    const mp_str *type = exception->head.type->name;
    const char *text = "";
    size_t length = 0;
    if (exception->args != NULL && exception->args->count == 1) {
        mp_value first = exception->args->items[0];
        if (!mp_is_small(first) && first->type == type->head.type) {
            text = ((mp_str *)first)->data;
            length = ((mp_str *)first)->size;
        }
    }
    if (length == 0)
        return (size_t)snprintf(buffer, size, "%s()", type->data);
    return (size_t)snprintf(buffer, size, "%s('%.*s')", type->data, (int)(length < 60 ? length : 60), text);
}

static size_t name_value(void *data, ac_ref value, char *buffer, size_t size)
{
    mp_vm *vm = data;
    mp_value object = mp_seen(value);
    if (object == NULL || object == vm->none)
        return put_text(buffer, size, "None", 4);
    if (object == vm->true_ || object == vm->false_)
        return (size_t)snprintf(buffer, size, "%s", object == vm->true_ ? "True" : "False");
    if (mp_is_int(vm, object))
        return (size_t)snprintf(buffer, size, "%" PRId64, mp_int_of(object));
    if (mp_is_exactly(vm, object, MP_TYPE_FLOAT)) {
        char text[32];
        mp_float_text(((mp_float *)object)->number, text);
        return put_text(buffer, size, text, strlen(text));
    }
    if (mp_is_exactly(vm, object, MP_TYPE_STR))
        return (size_t)snprintf(buffer, size, "'%.60s'", ((mp_str *)object)->data);
    if (mp_is_exception(vm, object, MP_X_BASE_EXCEPTION))
        return name_exception((mp_exception *)object, buffer, size);
    return (size_t)snprintf(buffer, size, "<%s>", mp_type_of(vm, object)->name->data);
}

/* What a program gave as a context need not be one, which is found out when it is to be entered: then its
 * address is the number, with a bit that no serial has. */
static uint64_t name_context(void *data, ac_ref context)
{
    mp_value object = mp_seen(context);
    if (object == NULL)
        return 0;
    return mp_is(data, object, MP_TYPE_CONTEXT) ? ((mp_context *)object)->serial
                                                : (uint64_t)(uintptr_t)object | (uint64_t)1 << 63;
}

/* Walked from the outermost each time: nobody is deep. */
static bool name_frame(void *data, const ac_task *task, size_t index, ac_trace_frame *frame)
{
    mp_call_frames frames = {.at = AC_CONTAINER_OF(task, mp_task, core)->coro, .running = true};
    mp_call_frame found;
    for (size_t i = 0; i <= index; i++)
        if (!mp_call_frames_next(data, &frames, &found))
            return false;
    frame->function = found.code != NULL ? found.code->qualname->data : found.function;
    frame->file = found.code != NULL ? found.code->file->data : found.file;
    frame->line = found.line;
    return true;
}

ac_trace_names mp_vm_trace_names(mp_vm *vm)
{
    ac_trace_names names = {name_task, name_body, name_callback, name_value, name_context, vm, name_frame};
    return names;
}
