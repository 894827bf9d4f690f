/* host.c - the table of hooks: what aiocore needs of a language, said in the words of the machine.
 *
 * Mirrors    The first rows of docs/EMBEDDING.md, section 9; the rest is in words.c, handler.c and poll.c.
 * Idea       A value is counted by mp_incref and mp_decref, so are the objects around futures and groups.  An
 *            exception that comes from a hook waits with the loop (ac_loop_raise), never in vm->raised.
 * Left out   make_task and set_name: the machine makes tasks itself (task_create.c), because an eager start
 *            must push a frame.  post and wake: the loop is our own, and there is one thread.
 * Re-enters  drop and release run finalizers of the program. */
#include "asyncio/host.h"
#include "asyncio/locks.h"
#include "values/bytes.h"

#include <stdlib.h>
#include <string.h>

/* ---- Values and objects ---- */

static ac_value host_dup(ac_loop *loop, ac_ref value)
{
    (void)loop;
    mp_value seen = mp_seen(value);
    return mp_owned(seen != NULL ? mp_incref(seen) : NULL);
}

static void host_drop(ac_loop *loop, ac_value value)
{
    mp_decref(mp_vm_of(loop), mp_taken(value));
}

static void host_retain(ac_loop *loop, ac_future *future)
{
    (void)loop;
    (void)mp_incref(mp_as_value(mp_future_of(future)));
}

static void host_release(ac_loop *loop, ac_future *future)
{
    mp_decref(mp_vm_of(loop), mp_as_value(mp_future_of(future)));
}

static void host_retain_group(ac_loop *loop, ac_group *group)
{
    (void)loop;
    (void)mp_incref(mp_as_value(mp_group_of(group)));
}

static void host_release_group(ac_loop *loop, ac_group *group)
{
    mp_decref(mp_vm_of(loop), mp_as_value(mp_group_of(group)));
}

/* ---- Exceptions ---- */

static mp_exception_index host_kind(ac_xkind kind)
{
    static const mp_exception_index kinds[] = {
        [AC_X_CANCELLED] = MP_X_CANCELLED_ERROR,
        [AC_X_STATE] = MP_X_INVALID_STATE_ERROR,
        [AC_X_RUNTIME] = MP_X_RUNTIME_ERROR,
        [AC_X_TYPE] = MP_X_TYPE_ERROR,
        [AC_X_VALUE] = MP_X_VALUE_ERROR,
        [AC_X_RECURSION] = MP_X_RECURSION_ERROR,
        [AC_X_ATTRIBUTE] = MP_X_ATTRIBUTE_ERROR,
        [AC_X_TIMEOUT] = MP_X_TIMEOUT_ERROR,
        [AC_X_INTERRUPT] = MP_X_KEYBOARD_INTERRUPT,
        [AC_X_STOP_ASYNC] = MP_X_STOP_ASYNC_ITERATION,
        [AC_X_QUEUE_EMPTY] = MP_X_QUEUE_EMPTY,
        [AC_X_QUEUE_FULL] = MP_X_QUEUE_FULL,
        [AC_X_QUEUE_SHUTDOWN] = MP_X_QUEUE_SHUT_DOWN,
        [AC_X_BROKEN_BARRIER] = MP_X_BROKEN_BARRIER_ERROR,
        [AC_X_ASSERTION] = MP_X_ASSERTION_ERROR,
        [AC_X_NAME] = MP_X_NAME_ERROR,
        [AC_X_GROUP] = MP_X_BASE_EXCEPTION_GROUP,
        [AC_X_CANCELLED_EMPTY] = MP_X_CANCELLED_ERROR,
        [AC_X_EXCEPTION_GROUP] = MP_X_EXCEPTION_GROUP,
        [AC_X_OS] = MP_X_OS_ERROR,
        [AC_X_INCOMPLETE_READ] = MP_X_INCOMPLETE_READ_ERROR,
        [AC_X_LIMIT_OVERRUN] = MP_X_LIMIT_OVERRUN_ERROR,
        [AC_X_CONNECTION_RESET] = MP_X_CONNECTION_RESET_ERROR,
        [AC_X_GAI] = MP_X_GAI_ERROR,
    };
    return kinds[kind];
}

/* ac_ref and mp_value are not the same size on every machine. */
static mp_value host_group(mp_vm *vm, const ac_error *error)
{
    mp_str *message = mp_str_from(vm, error->text);
    mp_tuple *items = message != NULL ? mp_tuple_new(vm, error->item_count) : NULL;
    mp_value made = NULL;
    for (size_t i = 0; items != NULL && i < error->item_count; i++) {
        mp_value item = mp_seen(error->items[i]);
        items->items[i] = mp_incref(item != NULL ? item : vm->memory_error);
    }
    if (items != NULL)
        made = mp_new_group(vm, message, items->items, items->count);
    mp_xdecref(vm, mp_as_value(items));
    mp_xdecref(vm, mp_as_value(message));
    if (made == NULL || error->kind == AC_X_GROUP) {
        if (made != NULL)
            ((mp_exception *)made)->suppress_context = true;
        return made;
    }
    if (mp_is_exception(vm, made, MP_X_EXCEPTION_GROUP))
        return made;
    mp_decref(vm, made);
    return mp_new_exception_text(vm, MP_X_TYPE_ERROR, "Cannot nest BaseExceptions in an ExceptionGroup");
}

/* The class is the errno's, also without arguments. */
static mp_value host_os_error(mp_vm *vm, const ac_error *error)
{
    mp_value text = mp_as_value(mp_str_from(vm, error->text));
    mp_value file = text != NULL && error->file != NULL ? mp_as_value(mp_str_from(vm, error->file)) : NULL;
    mp_value values[] = {mp_from_small(error->number), text, file};
    mp_value made = NULL;
    if (text != NULL && (file != NULL || error->file == NULL))
        made = mp_new_exception(vm, vm->exceptions[host_kind(error->kind)], values, file != NULL ? 3 : 2);
    mp_xdecref(vm, file);
    mp_xdecref(vm, text);
    if (made == NULL || error->text[0] != '\0')
        return made;
    mp_value bare = mp_new_exception(vm, mp_type_of(vm, made), NULL, 0);
    mp_decref(vm, made);
    return bare;
}

static mp_value host_overrun(mp_vm *vm, const ac_error *error)
{
    mp_value text = mp_as_value(mp_str_from(vm, error->text)), made = NULL;
    mp_value values[] = {text, mp_from_small((int64_t)error->count)};
    if (text != NULL)
        made = mp_new_exception(vm, vm->exceptions[MP_X_LIMIT_OVERRUN_ERROR], values, 2);
    mp_xdecref(vm, text);
    return made;
}

static mp_value host_incomplete(mp_vm *vm, const ac_error *error)
{
    mp_value expected = error->count != SIZE_MAX ? mp_int_new(vm, (int64_t)error->count)
                                                 : mp_incref(vm->none);
    mp_value values[] = {mp_bytes_new(vm, error->bytes, error->byte_count), expected}, made = NULL;
    if (values[0] != NULL)
        made = mp_new_exception(vm, vm->exceptions[MP_X_INCOMPLETE_READ_ERROR], values, 2);
    mp_xdecref(vm, values[0]);
    mp_decref(vm, expected);
    return made;
}

static mp_value host_exception(ac_loop *loop, const ac_error *error)
{
    mp_vm *vm = mp_vm_of(loop);
    mp_type *type = vm->exceptions[host_kind(error->kind)];
    mp_value message = mp_seen(error->value);
    if (error->kind == AC_X_GROUP || error->kind == AC_X_EXCEPTION_GROUP)
        return host_group(vm, error);
    if ((error->kind == AC_X_OS || error->kind == AC_X_GAI) && error->number != 0)
        return host_os_error(vm, error);
    if (error->kind == AC_X_LIMIT_OVERRUN)
        return host_overrun(vm, error);
    if (error->kind == AC_X_INCOMPLETE_READ)
        return host_incomplete(vm, error);
    if (error->kind == AC_X_CANCELLED)
        return mp_new_exception(vm, type, &message, message != NULL ? 1 : 0);
    if (error->text[0] == '\0' && error->kind != AC_X_CANCELLED_EMPTY)
        return mp_new_exception(vm, type, NULL, 0);
    mp_subjects subjects = {loop, error->task, error->parent, error->future, error->group, message};
    mp_value text = mp_as_value(mp_words(vm, error->text, &subjects));
    if (text == NULL)
        return NULL;
    mp_value made = mp_new_exception(vm, type, &text, 1);
    mp_decref(vm, text);
    return made;
}

static void host_chain(mp_vm *vm, mp_exception *exception, const ac_error *error)
{
    mp_value cause = mp_seen(error->cause), context = mp_seen(error->context);
    if (cause != NULL) {
        mp_set_slot(vm, &exception->cause, mp_incref(cause));
        exception->suppress_context = true;
    }
    if (context == NULL)
        context = cause;
    if (context != NULL)
        mp_set_slot(vm, &exception->context, mp_incref(context));
}

/* Whatever goes wrong here takes the place of what should have been made; nothing is left in vm->raised. */
static ac_value host_error(ac_loop *loop, const ac_error *error)
{
    mp_vm *vm = mp_vm_of(loop);
    mp_value raised = vm->raised;
    vm->raised = NULL;
    mp_value made = host_exception(loop, error);
    if (made != NULL)
        host_chain(vm, (mp_exception *)made, error);
    else
        made = mp_take_raised(vm);
    vm->raised = raised;
    return mp_owned(made);
}

static unsigned host_classify(ac_loop *loop, ac_ref exception)
{
    const mp_vm *vm = mp_vm_of(loop);
    mp_type *const *known = vm->exceptions;
    const mp_type *type = mp_seen(exception)->type;
    unsigned bits = 0;
    if (mp_is_subtype(type, known[MP_X_CANCELLED_ERROR]))
        bits = type == known[MP_X_CANCELLED_ERROR] ? AC_IS_CANCELLED | AC_IS_CANCELLED_EXACT
                                                   : AC_IS_CANCELLED;
    else if (mp_is_subtype(type, known[MP_X_STOP_ITERATION]))
        bits = type == known[MP_X_STOP_ITERATION] ? AC_IS_STOP | AC_IS_STOP_EXACT : AC_IS_STOP;
    else if (mp_is_subtype(type, known[MP_X_SYSTEM_EXIT]) ||
             mp_is_subtype(type, known[MP_X_KEYBOARD_INTERRUPT]))
        bits = AC_IS_EXIT;
    else if (mp_is_subtype(type, known[MP_X_GENERATOR_EXIT]))
        bits = AC_IS_GENEXIT;
    else if (mp_is_subtype(type, known[MP_X_TIMEOUT_ERROR]))
        bits = AC_IS_TIMEOUT | AC_IS_OS;
    else if (mp_is_subtype(type, known[MP_X_BROKEN_PIPE_ERROR]) ||
             mp_is_subtype(type, known[MP_X_CONNECTION_RESET_ERROR]))
        bits = AC_IS_HANGUP | AC_IS_OS;
    else if (mp_is_subtype(type, known[MP_X_OS_ERROR]))
        bits = AC_IS_OS;
    return bits;
}

static ac_ref host_exception_context(ac_loop *loop, ac_ref exception)
{
    (void)loop;
    return mp_lent(((const mp_exception *)mp_seen(exception))->context);
}

static void host_set_exception_context(ac_loop *loop, ac_ref exception, ac_value context)
{
    mp_set_slot(mp_vm_of(loop), &((mp_exception *)mp_seen(exception))->context, mp_taken(context));
}

static bool host_exception_member(ac_loop *loop, ac_ref exception, size_t index, ac_ref *out)
{
    mp_value group = mp_seen(exception);
    const mp_tuple *members = ((const mp_exception *)group)->exceptions;
    if (!mp_is_exception(mp_vm_of(loop), group, MP_X_EXCEPTION_GROUP) || index >= members->count)
        return false;
    *out = mp_lent(members->items[index]);
    return true;
}

/* ---- Contexts ---- */

static ac_status host_copy_context(ac_loop *loop, ac_value *out)
{
    mp_vm *vm = mp_vm_of(loop);
    mp_value copy = mp_context_copy(vm);
    if (copy == NULL)
        return ac_loop_raise(loop, mp_take_for_core(vm));
    *out = mp_owned(copy);
    return AC_OK;
}

static ac_status host_enter(ac_loop *loop, ac_ref context)
{
    mp_vm *vm = mp_vm_of(loop);
    if (mp_context_enter(vm, mp_seen(context)))
        return AC_OK;
    (void)ac_loop_raise(loop, mp_take_for_core(vm));
    return mp_is(vm, mp_seen(context), MP_TYPE_CONTEXT) ? AC_E_RAISED : AC_E_TYPE;
}

static void host_leave(ac_loop *loop, ac_ref context)
{
    mp_context_leave(mp_vm_of(loop), mp_seen(context));
}

/* ---- The loop ---- */

static uint64_t host_next_serial(ac_loop *loop)
{
    return ++mp_vm_of(loop)->task_serial;
}

static ac_status host_set_running(ac_loop *loop, bool running)
{
    mp_vm *vm = mp_vm_of(loop);
    if (!running) {
        mp_clear_slot(vm, &vm->running_loop); /* whoever runs the loop holds it */
        return AC_OK;
    }
    if (vm->running_loop != NULL) {
        mp_raise(vm, MP_X_RUNTIME_ERROR, "Cannot run the event loop while another loop is running");
        return ac_loop_raise(loop, mp_take_for_core(vm));
    }
    vm->running_loop = mp_incref(mp_as_value(mp_loop_of(loop)));
    return AC_OK;
}

static uint64_t host_thread(ac_loop *loop)
{
    return mp_vm_of(loop)->thread->number;
}

/* The core knows by NULL that there is no memory: nothing is raised. */
static void *host_realloc(ac_loop *loop, void *memory, size_t old, size_t now)
{
    mp_vm *vm = mp_vm_of(loop);
    mp_value raised = vm->raised;
    vm->raised = NULL;
    void *moved = mp_resize(vm, memory, old, now);
    mp_clear_slot(vm, &vm->raised);
    vm->raised = raised;
    return moved;
}

static ac_status host_make_list(ac_loop *loop, const ac_ref *items, size_t count, ac_value *out)
{
    mp_vm *vm = mp_vm_of(loop);
    mp_list *list = mp_list_new(vm, count);
    for (size_t i = 0; list != NULL && i < count; i++) {
        mp_value item = mp_seen(items[i]);
        if (!mp_list_append(vm, list, item != NULL ? item : vm->none))
            mp_clear_slot(vm, (mp_value *)&list);
    }
    if (list == NULL)
        mp_clear_slot(vm, &vm->raised);
    *out = mp_owned(mp_as_value(list));
    return list != NULL ? AC_OK : AC_E_MEMORY;
}

/* ---- Locks and queues ---- */

static void host_bound(ac_loop *loop, ac_ref object)
{
    mp_bound *bound = (mp_bound *)mp_seen(object);
    if (bound != NULL)
        mp_set_slot(mp_vm_of(loop), &bound->loop, mp_incref(mp_as_value(mp_loop_of(loop))));
}

static void host_raising(ac_loop *loop, ac_ref exception, ac_ref context)
{
    mp_vm *vm = mp_vm_of(loop);
    mp_value handled = ac_is_none(context) ? mp_handled(vm) : mp_seen(context);
    if (handled != NULL)
        mp_set_context(vm, mp_seen(exception), handled);
}

void mp_host_init(mp_vm *vm)
{
    vm->host = (ac_host){
        .abi = AC_ABI,
        .size = sizeof(ac_host),
        .dup = host_dup,
        .drop = host_drop,
        .retain = host_retain,
        .release = host_release,
        .retain_group = host_retain_group,
        .release_group = host_release_group,
        .error = host_error,
        .classify = host_classify,
        .copy_context = host_copy_context,
        .enter = host_enter,
        .leave = host_leave,
        .next_serial = host_next_serial,
        .cancel = mp_host_cancel,
        .report = mp_host_report,
        .now = mp_host_now,
        .poll = mp_host_poll,
        .set_running = host_set_running,
        .thread = host_thread,
        .slow = mp_host_slow,
        .realloc = host_realloc,
        .make_list = host_make_list,
        .bound = host_bound,
        .raising = host_raising,
        .waiter = mp_host_waiter,
        .exception_context = host_exception_context,
        .set_exception_context = host_set_exception_context,
        .exception_member = host_exception_member,
    };
}

/* ---- From the core to the machine ---- */

void mp_raise_taken(mp_vm *vm, ac_value exception)
{
    if (exception.bits == 0)
        mp_reraise(vm, mp_incref(vm->memory_error));
    else
        mp_raise_value(vm, mp_taken(exception));
}

void mp_pass_on(mp_vm *vm, ac_value exception)
{
    mp_reraise(vm, exception.bits == 0 ? mp_incref(vm->memory_error) : mp_taken(exception));
}

mp_value mp_fail(mp_vm *vm, ac_loop *loop, ac_status status)
{
    mp_raise_taken(vm, ac_loop_status_exception(loop, status, NULL));
    return NULL;
}

ac_value mp_take_for_core(mp_vm *vm)
{
    return mp_owned(mp_take_raised(vm));
}

/* ---- Showing to the collector ---- */

static int host_show_value(ac_visitor *visitor, ac_ref value)
{
    const mp_showing *showing = AC_CONTAINER_OF(visitor, mp_showing, visitor);
    return showing->visit(mp_seen(value), showing->data);
}

static int host_show_future(ac_visitor *visitor, ac_future *future)
{
    const mp_showing *showing = AC_CONTAINER_OF(visitor, mp_showing, visitor);
    return showing->visit(mp_as_value(mp_future_of(future)), showing->data);
}

static int host_show_group(ac_visitor *visitor, ac_group *group)
{
    const mp_showing *showing = AC_CONTAINER_OF(visitor, mp_showing, visitor);
    return showing->visit(mp_as_value(mp_group_of(group)), showing->data);
}

mp_showing mp_show_to(mp_visit *visit, void *data)
{
    mp_showing showing = {{host_show_value, host_show_future, host_show_group}, visit, data};
    return showing;
}

int mp_visit_all(const mp_value *values, size_t count, mp_visit *visit, void *data)
{
    int answer = 0;
    for (size_t i = 0; i < count && answer == 0; i++)
        if (values[i] != NULL)
            answer = visit(values[i], data);
    return answer;
}

/* ---- Small things ---- */

mp_value mp_native_bound(mp_vm *vm, const char *name, mp_native *call, mp_value self)
{
    mp_value native = self != NULL ? mp_native_new(vm, name, call) : NULL;
    if (native != NULL)
        ((mp_native_function *)native)->self = self;
    else
        mp_xdecref(vm, self);
    return native;
}

mp_value mp_end_native(mp_vm *vm, mp_frame *frame, mp_value answer)
{
    mp_value raised = vm->raised;
    vm->raised = NULL;
    mp_pop_native(vm, frame);
    vm->raised = raised;
    return answer;
}
