/* exception_object.c - BaseException: its fields, how it shows itself; and the lines of a traceback as
 * objects.
 *
 * Idea       args, cause, context and traceback are fields; everything else, __notes__ among them, is in the
 *            instance's dict, as in CPython.
 * Holds      A traceback is a chain of entries that never change: exceptions share them, and the chain is
 *            freed without recursion.
 * Re-enters  str and repr of the arguments. */
#include <stddef.h>
#include <string.h>

#include "exceptions/exception_impl.h"

/* ---- Life ---- */

mp_exception *mp_exception_bare(mp_vm *vm, mp_type *type, const mp_value *values, size_t count)
{
    mp_exception *exception = (mp_exception *)mp_new(vm, type, 0);
    if (exception == NULL)
        return NULL;
    exception->args = mp_tuple_of(vm, values, count);
    if (exception->args != NULL)
        return exception;
    mp_decref(vm, mp_as_value(exception));
    return NULL;
}

bool mp_exception_keep_args(mp_vm *vm, mp_value self, const mp_args *args)
{
    mp_exception *exception = (mp_exception *)self;
    mp_tuple *kept = mp_tuple_of(vm, args->values, args->count);
    if (kept == NULL)
        return false;
    mp_value old = mp_as_value(exception->args);
    exception->args = kept;
    mp_xdecref(vm, old);
    return true;
}

static bool exception_init(mp_vm *vm, mp_value self, mp_args *args)
{
    if (args->names == NULL || args->names->count == 0)
        return mp_exception_keep_args(vm, self, args);
    mp_raise(vm, MP_X_TYPE_ERROR, "%T() takes no keyword arguments", self);
    return false;
}

/* An __init__ of the program is called by class.c. */
static mp_value exception_make(mp_vm *vm, mp_type *type, mp_args *args)
{
    mp_exception *exception = mp_exception_bare(vm, type, args->values, args->count);
    if (exception == NULL || mp_type_has(type, MP_S___init__))
        return mp_as_value(exception);
    if (type->slots.init(vm, mp_as_value(exception), args))
        return mp_as_value(exception);
    mp_decref(vm, mp_as_value(exception));
    return NULL;
}

static int exception_visit(mp_value self, mp_visit *visit, void *data)
{
    const mp_exception *exception = (const mp_exception *)self;
    return mp_show(exception->dict, visit, data) || mp_show(exception->args, visit, data) ||
           mp_show(exception->cause, visit, data) || mp_show(exception->context, visit, data) ||
           mp_show(exception->trace, visit, data) || mp_show(exception->value, visit, data) ||
           mp_show(exception->exceptions, visit, data) || mp_show(exception->held, visit, data);
}

static void exception_clear(mp_vm *vm, mp_value self)
{
    mp_exception *exception = (mp_exception *)self;
    MP_DROP_FIELD(vm, exception->dict);
    MP_DROP_FIELD(vm, exception->args);
    MP_DROP_FIELD(vm, exception->cause);
    MP_DROP_FIELD(vm, exception->context);
    MP_DROP_FIELD(vm, exception->trace);
    MP_DROP_FIELD(vm, exception->value);
    MP_DROP_FIELD(vm, exception->exceptions);
    MP_DROP_FIELD(vm, exception->held);
}

/* ---- Looks ---- */

static mp_value exception_repr(mp_vm *vm, mp_value self)
{
    mp_tuple *args = ((mp_exception *)self)->args;
    args = (mp_tuple *)mp_new_ref(args != NULL ? args : vm->empty_tuple); /* a repr may replace them */
    mp_str *shown = args->count == 1 ? mp_str_formatted(vm, "%T(%R)", self, args->items[0])
                                     : mp_str_formatted(vm, "%T%R", self, args);
    mp_decref(vm, mp_as_value(args));
    return mp_as_value(shown);
}

mp_value mp_exception_str(mp_vm *vm, mp_value self)
{
    mp_tuple *args = ((mp_exception *)self)->args;
    if (args == NULL || args->count == 0)
        return mp_new_ref(vm->empty);
    mp_incref(mp_as_value(args));
    mp_value shown = args->count == 1 ? mp_to_str(vm, args->items[0]) : mp_repr(vm, mp_as_value(args));
    mp_decref(vm, mp_as_value(args));
    return shown;
}

/* ---- Attributes ---- */

bool mp_exception_put(mp_vm *vm, mp_value self, const char *name, mp_value value)
{
    mp_exception *exception = (mp_exception *)self;
    mp_str *key = mp_str_intern(vm, name, strlen(name));
    mp_dict *dict = key == NULL ? NULL : mp_dict_of(vm, &exception->dict);
    bool done = dict != NULL && mp_dict_set(vm, dict, mp_as_value(key), value);
    mp_xdecref(vm, mp_as_value(key));
    return done;
}

mp_value mp_exception_field(mp_vm *vm, mp_value self, const char *name)
{
    const mp_exception *exception = (const mp_exception *)self;
    size_t position = 0;
    if (exception->dict == NULL)
        return NULL;
    for (mp_value key, value; mp_dict_next(exception->dict, &position, &key, &value);)
        if (mp_is_str(vm, key) && mp_str_is((mp_str *)key, name))
            return value;
    return NULL;
}

static bool exception_no_deleting(mp_vm *vm, mp_value value, const char *name)
{
    if (value != NULL)
        return true;
    mp_raise(vm, MP_X_TYPE_ERROR, "%s may not be deleted", name);
    return false;
}

static mp_value exception_get_args(mp_vm *vm, mp_value self)
{
    return mp_or_none(vm, ((mp_exception *)self)->args);
}

static bool exception_set_args(mp_vm *vm, mp_value self, mp_value value)
{
    mp_tuple *args = exception_no_deleting(vm, value, "args") ? mp_to_tuple(vm, value) : NULL;
    if (args == NULL)
        return false;
    mp_value old = mp_as_value(((mp_exception *)self)->args);
    ((mp_exception *)self)->args = args;
    mp_xdecref(vm, old);
    return true;
}

static mp_value exception_get_trace(mp_vm *vm, mp_value self)
{
    return mp_or_none(vm, ((mp_exception *)self)->trace);
}

static bool exception_set_trace(mp_vm *vm, mp_value self, mp_value value)
{
    if (!exception_no_deleting(vm, value, "__traceback__"))
        return false;
    if (value != vm->none && !mp_is_exactly(vm, value, MP_TYPE_TRACEBACK)) {
        mp_raise(vm, MP_X_TYPE_ERROR, "__traceback__ must be a traceback or None");
        return false;
    }
    mp_value old = mp_as_value(((mp_exception *)self)->trace);
    ((mp_exception *)self)->trace = value == vm->none ? NULL : (mp_trace_entry *)mp_incref(value);
    mp_xdecref(vm, old);
    return true;
}

/* An exception, or None for NULL, goes into a field. */
static bool exception_set_link(mp_vm *vm, mp_value *field, mp_value value, const char *name)
{
    char attribute[24] = "__";
    strcat(strcat(attribute, name), "__");
    if (!exception_no_deleting(vm, value, attribute))
        return false;
    if (value != vm->none && !mp_is_exception(vm, value, MP_X_BASE_EXCEPTION)) {
        mp_raise(vm, MP_X_TYPE_ERROR, "exception %s must be None or derive from BaseException", name);
        return false;
    }
    mp_set_slot(vm, field, value == vm->none ? NULL : mp_incref(value));
    return true;
}

static mp_value exception_get_cause(mp_vm *vm, mp_value self)
{
    return mp_or_none(vm, ((mp_exception *)self)->cause);
}

static bool exception_set_cause(mp_vm *vm, mp_value self, mp_value value)
{
    mp_exception *exception = (mp_exception *)self;
    if (!exception_set_link(vm, &exception->cause, value, "cause"))
        return false;
    exception->suppress_context = true;
    return true;
}

static mp_value exception_get_context(mp_vm *vm, mp_value self)
{
    return mp_or_none(vm, ((mp_exception *)self)->context);
}

static bool exception_set_context(mp_vm *vm, mp_value self, mp_value value)
{
    return exception_set_link(vm, &((mp_exception *)self)->context, value, "context");
}

static mp_value exception_get_suppress(mp_vm *vm, mp_value self)
{
    return mp_bool_value(vm, ((mp_exception *)self)->suppress_context);
}

static bool exception_set_suppress(mp_vm *vm, mp_value self, mp_value value)
{
    if (value != vm->true_ && value != vm->false_) {
        mp_raise(vm, MP_X_TYPE_ERROR, "attribute value type must be bool");
        return false;
    }
    ((mp_exception *)self)->suppress_context = value == vm->true_;
    return true;
}

/* ---- Methods ---- */

static mp_value exception_with_traceback(mp_vm *vm, mp_args *args)
{
    if (!mp_positional(vm, args, "with_traceback", 2, 2) ||
        !exception_set_trace(vm, args->values[0], args->values[1]))
        return NULL;
    return mp_incref(args->values[0]);
}

static bool exception_note(mp_vm *vm, mp_value self, mp_value note)
{
    mp_str *name = vm->names[MP_S___notes__];
    mp_value notes = mp_find_attr(vm, self, name);
    if (notes == NULL && vm->raised != NULL)
        return false;
    if (notes == NULL) {
        notes = mp_as_value(mp_list_new(vm, 1));
        if (notes == NULL || !mp_set_attr(vm, self, name, notes)) {
            mp_xdecref(vm, notes);
            return false;
        }
    }
    bool is_list = mp_is(vm, notes, MP_TYPE_LIST);
    if (!is_list)
        mp_raise(vm, MP_X_TYPE_ERROR, "Cannot add note: __notes__ is not a list");
    bool done = is_list && mp_list_append(vm, (mp_list *)notes, note);
    mp_decref(vm, notes);
    return done;
}

static mp_value exception_add_note(mp_vm *vm, mp_args *args)
{
    if (!mp_positional(vm, args, "add_note", 2, 2))
        return NULL;
    if (!mp_is_str(vm, args->values[1])) {
        mp_raise(vm, MP_X_TYPE_ERROR, "add_note() argument must be str, not %T", args->values[1]);
        return NULL;
    }
    return exception_note(vm, args->values[0], args->values[1]) ? mp_incref(vm->none) : NULL;
}

const mp_slots mp_base_exception_slots = {
    .visit = exception_visit,
    .clear = exception_clear,
    .repr = exception_repr,
    .str = mp_exception_str,
    .make = exception_make,
    .init = exception_init,
};

const mp_method mp_base_exception_methods[] = {
    {"with_traceback", exception_with_traceback, MP_M_METHOD},
    {"add_note", exception_add_note, MP_M_METHOD},
    {NULL, NULL, 0},
};

const mp_getset mp_base_exception_getsets[] = {
    {"args", exception_get_args, exception_set_args},
    {"__traceback__", exception_get_trace, exception_set_trace},
    {"__cause__", exception_get_cause, exception_set_cause},
    {"__context__", exception_get_context, exception_set_context},
    {"__suppress_context__", exception_get_suppress, exception_set_suppress},
    {NULL, NULL, NULL},
};

/* ---- traceback ---- */

/* Entry by entry, as long as nobody else has the next one. */
static void trace_clear(mp_vm *vm, mp_value self)
{
    mp_trace_entry *entry = (mp_trace_entry *)self;
    mp_trace_entry *inner = entry->inner;
    entry->inner = NULL;
    while (inner != NULL && inner->head.refs == 1) {
        mp_trace_entry *next = inner->inner;
        inner->inner = NULL;
        mp_decref(vm, mp_as_value(inner));
        inner = next;
    }
    mp_xdecref(vm, mp_as_value(inner));
    MP_DROP_FIELD(vm, entry->code);
}

/* The entry of the innermost comprehension, for the function that it is a part of. */
static const mp_trace_entry *trace_innermost(mp_value self)
{
    const mp_trace_entry *entry = (const mp_trace_entry *)self;
    while (entry->inner != NULL && (entry->inner->code->flags & MP_C_INLINED) != 0)
        entry = entry->inner;
    return entry;
}

static mp_value trace_next(mp_vm *vm, mp_value self)
{
    return mp_or_none(vm, trace_innermost(self)->inner);
}

/* What has not begun stands at its first line, without columns. */
mp_span mp_trace_span(const mp_trace_entry *entry)
{
    const mp_code *code = entry->code;
    if (entry->instruction < code->count)
        return code->spans[entry->instruction];
    return (mp_span){.line = code->first_line, .end_line = code->first_line};
}

static mp_value trace_line(mp_vm *vm, mp_value self)
{
    return mp_int_new(vm, mp_trace_span(trace_innermost(self)).line);
}

static const mp_slots trace_slots = {.clear = trace_clear};

static const mp_getset trace_getsets[] = {
    {"tb_next", trace_next, NULL}, {"tb_lineno", trace_line, NULL}, {NULL, NULL, NULL}};

const mp_type_def mp_traceback_def = {
    .name = "traceback",
    .size = sizeof(mp_trace_entry),
    .slots = &trace_slots,
    .getsets = trace_getsets,
};
