/* exception.c - raising: exceptions made by C code, their contexts, what "except" matches.
 *
 * Idea       An exception on its way is in vm->raised.  mp_raise_value chains it to the one that is being
 *            handled, mp_reraise leaves it as it is.
 * Holds      A chain of contexts never becomes a cycle by raising: where it would, it is cut, as CPython
 *            does.  Whatever goes wrong while an exception is made, some exception is raised.
 * Re-enters  Making an exception of a class of the program. */
#include <string.h>

#include "exceptions/exception_impl.h"

/* ---- On its way ---- */

void mp_reraise(mp_vm *vm, mp_value exception)
{
    mp_set_slot(vm, &vm->raised, exception);
}

mp_value mp_take_raised(mp_vm *vm)
{
    mp_value raised = vm->raised;
    vm->raised = NULL;
    return raised;
}

bool mp_raised_is(mp_vm *vm, mp_exception_index kind)
{
    return vm->raised != NULL && mp_is_exception(vm, vm->raised, kind);
}

/* Walks at two speeds: a cycle that the program has made ends the walk. */
static void exception_cut_cycle(mp_vm *vm, mp_value exception, mp_value context)
{
    mp_exception *at = (mp_exception *)context, *slow = at;
    for (bool step = false; at->context != NULL; step = !step) {
        if (at->context == exception) {
            mp_clear_slot(vm, &at->context);
            return;
        }
        at = (mp_exception *)at->context;
        if (at == slow)
            return;
        if (step)
            slow = (mp_exception *)slow->context;
    }
}

void mp_set_context(mp_vm *vm, mp_value exception, mp_value context)
{
    if (context == exception)
        return;
    if (context == NULL) {
        mp_clear_slot(vm, &((mp_exception *)exception)->context);
        return;
    }
    mp_incref(context); /* cutting a cycle may drop the last other reference */
    exception_cut_cycle(vm, exception, context);
    mp_set_slot(vm, &((mp_exception *)exception)->context, context);
}

void mp_raise_value(mp_vm *vm, mp_value exception)
{
    if (exception == NULL)
        return;
    mp_value handled = mp_handled(vm);
    if (handled != NULL)
        mp_set_context(vm, exception, handled);
    mp_reraise(vm, exception);
}

/* Silent: an exception that has lost a line of its traceback is better than a MemoryError in its place. */
void mp_trace_add(mp_vm *vm, mp_value exception, mp_code *code, uint32_t instruction)
{
    mp_value raised = vm->raised;
    vm->raised = NULL;
    mp_trace_entry *entry = (mp_trace_entry *)mp_new(vm, vm->types[MP_TYPE_TRACEBACK], 0);
    mp_clear_slot(vm, &vm->raised);
    vm->raised = raised;
    if (entry == NULL)
        return;
    entry->code = (mp_code *)mp_new_ref(code);
    entry->instruction = instruction;
    entry->inner = ((mp_exception *)exception)->trace;
    ((mp_exception *)exception)->trace = entry;
}

/* ---- Making ---- */

mp_value mp_new_exception(mp_vm *vm, mp_type *type, const mp_value *args, size_t count)
{
    mp_value values[8];
    mp_args list = {values, count, NULL};
    if (count > sizeof values / sizeof values[0])
        return mp_as_value(mp_exception_bare(vm, type, args, count));
    for (size_t i = 0; i < count; i++)
        values[i] = args[i];
    if ((type->flags & MP_T_HEAP) != 0)
        return mp_call(vm, mp_as_value(type), &list);
    return type->slots.make(vm, type, &list);
}

static mp_value exception_of_text(mp_vm *vm, mp_exception_index kind, const char *format, va_list list)
{
    mp_str *text = mp_str_vformatted(vm, format, list);
    if (text == NULL)
        return NULL;
    mp_value argument = mp_as_value(text);
    mp_value exception = mp_new_exception(vm, vm->exceptions[kind], &argument, 1);
    mp_decref(vm, argument);
    return exception;
}

mp_value mp_new_exception_text(mp_vm *vm, mp_exception_index kind, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    mp_value exception = exception_of_text(vm, kind, format, list);
    va_end(list);
    return exception;
}

mp_value mp_raise_errno(mp_vm *vm, int number)
{
    mp_value text = mp_as_value(mp_str_from(vm, strerror(number)));
    mp_value values[] = {mp_from_small(number), text};
    if (text != NULL)
        mp_raise_value(vm, mp_new_exception(vm, vm->exceptions[MP_X_OS_ERROR], values, 2));
    mp_xdecref(vm, text);
    return NULL;
}

void mp_raise(mp_vm *vm, mp_exception_index kind, const char *format, ...)
{
    if (vm->exceptions[kind] == NULL)
        return; /* still being set up */
    va_list list;
    va_start(list, format);
    mp_value exception = exception_of_text(vm, kind, format, list);
    va_end(list);
    if (exception != NULL)
        mp_raise_value(vm, exception);
}

/* ---- raise X from Y ---- */

bool mp_is_exception_class(mp_vm *vm, mp_value value)
{
    return mp_is_type(vm, value) && (((mp_type *)value)->flags & MP_T_EXCEPTION) != 0;
}

/* An instance of a class or the instance itself, a new reference; NULL: raised, with these words for what is
 * neither. */
static mp_value exception_instance(mp_vm *vm, mp_value value, const char *words)
{
    if (mp_is_exception(vm, value, MP_X_BASE_EXCEPTION))
        return mp_incref(value);
    if (!mp_is_exception_class(vm, value)) {
        mp_raise(vm, MP_X_TYPE_ERROR, "%s", words);
        return NULL;
    }
    mp_value made = mp_call_0(vm, value);
    if (made == NULL || mp_is_exception(vm, made, MP_X_BASE_EXCEPTION))
        return made;
    mp_raise(vm, MP_X_TYPE_ERROR, "calling %R should have returned an instance of BaseException, not %R",
             value, mp_type_of(vm, made));
    mp_decref(vm, made);
    return NULL;
}

void mp_raise_from(mp_vm *vm, mp_value value, mp_value cause)
{
    mp_value exception = exception_instance(vm, value, "exceptions must derive from BaseException");
    if (exception == NULL)
        return;
    if (cause != NULL) {
        mp_value reason = NULL;
        if (cause != vm->none)
            reason = exception_instance(vm, cause, "exception causes must derive from BaseException");
        if (cause != vm->none && reason == NULL) {
            mp_decref(vm, exception);
            return;
        }
        ((mp_exception *)exception)->suppress_context = true;
        mp_set_slot(vm, &((mp_exception *)exception)->cause, reason);
    }
    mp_raise_value(vm, exception);
}

/* ---- Matching ---- */

bool mp_is_exception(mp_vm *vm, mp_value value, mp_exception_index kind)
{
    return !mp_is_small(value) && mp_is_subtype(value->type, vm->exceptions[kind]);
}

static bool exception_can_match(mp_vm *vm, mp_value matcher)
{
    if (mp_is_exception_class(vm, matcher))
        return true;
    mp_raise(vm, MP_X_TYPE_ERROR, "catching classes that do not inherit from BaseException is not allowed");
    return false;
}

int mp_exception_matches(mp_vm *vm, mp_value exception, mp_value matcher)
{
    if (!mp_is(vm, matcher, MP_TYPE_TUPLE)) {
        if (!exception_can_match(vm, matcher))
            return -1;
        return mp_is_subtype(exception->type, (mp_type *)matcher);
    }
    const mp_tuple *tuple = (const mp_tuple *)matcher;
    for (size_t i = 0; i < tuple->count; i++)
        if (!exception_can_match(vm, tuple->items[i]))
            return -1;
    for (size_t i = 0; i < tuple->count; i++)
        if (mp_is_subtype(exception->type, (mp_type *)tuple->items[i]))
            return 1;
    return 0;
}
