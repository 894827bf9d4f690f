/* exception_special.c - the builtin exceptions that look at their arguments.
 *
 * Idea       Each has an __init__ of its own, which a subclass of the program may leave out or call by
 *            super().  What they take from their arguments and nobody computes later goes into the instance's
 *            dict; exception_types.c gives the classes None for these names. */
#include "exceptions/exception_impl.h"

#include <errno.h>
#include <string.h>

/* ---- Keyword arguments that become attributes ---- */

static bool special_known(const char *const *names, const mp_str *name)
{
    for (; *names != NULL; names++)
        if (mp_str_is(name, *names))
            return true;
    return false;
}

static bool special_take_keywords(mp_vm *vm, mp_value self, const mp_args *args, const char *const *names)
{
    size_t count = args->names == NULL ? 0 : args->names->count;
    for (size_t i = 0; i < count; i++) {
        mp_str *name = (mp_str *)args->names->items[i];
        if (!special_known(names, name)) {
            mp_raise(vm, MP_X_TYPE_ERROR, "'%S' is an invalid keyword argument for %T", name, self);
            return false;
        }
        if (!mp_exception_put(vm, self, name->data, args->values[args->count + i]))
            return false;
    }
    return mp_exception_keep_args(vm, self, args);
}

static bool special_name_init(mp_vm *vm, mp_value self, mp_args *args)
{
    static const char *const names[] = {"name", NULL};
    return special_take_keywords(vm, self, args, names);
}

static bool special_attribute_init(mp_vm *vm, mp_value self, mp_args *args)
{
    static const char *const names[] = {"name", "obj", NULL};
    return special_take_keywords(vm, self, args, names);
}

static bool special_import_init(mp_vm *vm, mp_value self, mp_args *args)
{
    static const char *const names[] = {"name", "path", "name_from", NULL};
    if (!special_take_keywords(vm, self, args, names))
        return false;
    return args->count != 1 || mp_exception_put(vm, self, "msg", args->values[0]);
}

const mp_slots mp_name_error_slots = {.init = special_name_init};
const mp_slots mp_attribute_error_slots = {.init = special_attribute_init};
const mp_slots mp_import_error_slots = {.init = special_import_init};

/* ---- StopIteration, SystemExit: one field ---- */

static bool special_plain(mp_vm *vm, mp_value self, mp_args *args)
{
    return mp_base_exception_slots.init(vm, self, args);
}

static bool special_stop_init(mp_vm *vm, mp_value self, mp_args *args)
{
    if (!special_plain(vm, self, args))
        return false;
    mp_value value = args->count > 0 ? args->values[0] : vm->none;
    mp_set_slot(vm, &((mp_exception *)self)->value, mp_incref(value));
    return true;
}

static bool special_exit_init(mp_vm *vm, mp_value self, mp_args *args)
{
    if (!special_plain(vm, self, args))
        return false;
    mp_value all = mp_as_value(((mp_exception *)self)->args);
    mp_value code = args->count == 0 ? vm->none : args->count == 1 ? args->values[0] : all;
    mp_set_slot(vm, &((mp_exception *)self)->value, mp_incref(code));
    return true;
}

static mp_value special_get_value(mp_vm *vm, mp_value self)
{
    return mp_or_none(vm, ((mp_exception *)self)->value);
}

static bool special_set_value(mp_vm *vm, mp_value self, mp_value value)
{
    mp_set_slot(vm, &((mp_exception *)self)->value, mp_incref(value == NULL ? vm->none : value));
    return true;
}

const mp_slots mp_stop_iteration_slots = {.init = special_stop_init};
const mp_slots mp_system_exit_slots = {.init = special_exit_init};
const mp_getset mp_stop_iteration_getsets[] = {{"value", special_get_value, special_set_value},
                                               {NULL, NULL, NULL}};
const mp_getset mp_system_exit_getsets[] = {{"code", special_get_value, special_set_value},
                                            {NULL, NULL, NULL}};

/* ---- KeyError: a key that is missing is shown as it would be written ---- */

static mp_value special_key_str(mp_vm *vm, mp_value self)
{
    const mp_tuple *args = ((mp_exception *)self)->args;
    return args->count == 1 ? mp_repr(vm, args->items[0]) : mp_exception_str(vm, self);
}

const mp_slots mp_key_error_slots = {.str = special_key_str};

/* ---- OSError(errno, strerror[, filename]) ---- */

static bool special_os_init(mp_vm *vm, mp_value self, mp_args *args)
{
    if (args->count < 2 || args->count > 5)
        return special_plain(vm, self, args);
    mp_args two = {args->values, 2, NULL};
    if (!mp_no_keywords(vm, args, "OSError") || !mp_exception_keep_args(vm, self, &two))
        return false;
    return mp_exception_put(vm, self, "errno", args->values[0]) &&
           mp_exception_put(vm, self, "strerror", args->values[1]) &&
           (args->count == 2 || mp_exception_put(vm, self, "filename", args->values[2]));
}

static mp_value special_os_str(mp_vm *vm, mp_value self)
{
    mp_value number = mp_exception_field(vm, self, "errno");
    mp_value text = mp_exception_field(vm, self, "strerror");
    mp_value file = mp_exception_field(vm, self, "filename");
    if (number == NULL || text == NULL)
        return mp_exception_str(vm, self);
    if (file == NULL || file == vm->none)
        return mp_as_value(mp_str_formatted(vm, "[Errno %S] %S", number, text));
    return mp_as_value(mp_str_formatted(vm, "[Errno %S] %S: %R", number, text, file));
}

/* The class for an errno, as a row of the table of PEP 3151; MP_X_OS_ERROR: it has none. */
static mp_exception_index special_os_kind(int64_t number)
{
    static const struct {
        int number;
        mp_exception_index kind;
    } rows[] = {
        {EAGAIN, MP_X_BLOCKING_IO_ERROR},
        {EALREADY, MP_X_BLOCKING_IO_ERROR},
        {EINPROGRESS, MP_X_BLOCKING_IO_ERROR},
        {EWOULDBLOCK, MP_X_BLOCKING_IO_ERROR},
        {EPIPE, MP_X_BROKEN_PIPE_ERROR},
        {ESHUTDOWN, MP_X_BROKEN_PIPE_ERROR},
        {ECHILD, MP_X_CHILD_PROCESS_ERROR},
        {ECONNABORTED, MP_X_CONNECTION_ABORTED_ERROR},
        {ECONNREFUSED, MP_X_CONNECTION_REFUSED_ERROR},
        {ECONNRESET, MP_X_CONNECTION_RESET_ERROR},
        {EEXIST, MP_X_FILE_EXISTS_ERROR},
        {ENOENT, MP_X_FILE_NOT_FOUND_ERROR},
        {EISDIR, MP_X_IS_A_DIRECTORY_ERROR},
        {ENOTDIR, MP_X_NOT_A_DIRECTORY_ERROR},
        {EINTR, MP_X_INTERRUPTED_ERROR},
        {EACCES, MP_X_PERMISSION_ERROR},
        {EPERM, MP_X_PERMISSION_ERROR},
        {ESRCH, MP_X_PROCESS_LOOKUP_ERROR},
        {ETIMEDOUT, MP_X_TIMEOUT_ERROR},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (rows[i].number == number)
            return rows[i].kind;
    return MP_X_OS_ERROR;
}

/* OSError itself with an errno becomes that one's class; a subclass stays what it is. */
static mp_value special_os_make(mp_vm *vm, mp_type *type, mp_args *args)
{
    bool numbered = type == vm->exceptions[MP_X_OS_ERROR] && args->count >= 2 && args->count <= 5;
    if (numbered && mp_is_int(vm, args->values[0]))
        type = vm->exceptions[special_os_kind(mp_int_of(args->values[0]))];
    return mp_base_exception_slots.make(vm, type, args);
}

const mp_slots mp_os_error_slots = {.init = special_os_init, .str = special_os_str, .make = special_os_make};

/* ---- asyncio's: IncompleteReadError(partial, expected), LimitOverrunError(message, consumed) ---- */

/* args is the text alone, as for an __init__ that calls super().__init__(text). */
static bool special_keep_text(mp_vm *vm, mp_value self, mp_value text)
{
    mp_args one = {&text, 1, NULL};
    bool kept = text != NULL && mp_exception_keep_args(vm, self, &one);
    mp_xdecref(vm, text);
    return kept;
}

static bool special_incomplete_init(mp_vm *vm, mp_value self, mp_args *args)
{
    mp_value values[2];
    if (!mp_bind_init(vm, args, "IncompleteReadError.__init__", "partial expected", values))
        return false;
    int64_t size = mp_length(vm, values[0]);
    if (size < 0)
        return false;
    mp_str *expected = values[1] == vm->none ? mp_str_from(vm, "undefined")
                                             : (mp_str *)mp_repr(vm, values[1]);
    mp_str *text = NULL;
    if (expected != NULL)
        text = mp_str_formatted(vm, "%lld bytes read on a total of %S expected bytes", (long long)size,
                                expected);
    mp_xdecref(vm, mp_as_value(expected));
    return special_keep_text(vm, self, mp_as_value(text)) &&
           mp_exception_put(vm, self, "partial", values[0]) &&
           mp_exception_put(vm, self, "expected", values[1]);
}

static bool special_overrun_init(mp_vm *vm, mp_value self, mp_args *args)
{
    mp_value values[2];
    return mp_bind_init(vm, args, "LimitOverrunError.__init__", "message consumed", values) &&
           special_keep_text(vm, self, mp_incref(values[0])) &&
           mp_exception_put(vm, self, "consumed", values[1]);
}

const mp_slots mp_incomplete_read_slots = {.init = special_incomplete_init};
const mp_slots mp_limit_overrun_slots = {.init = special_overrun_init};

/* ---- SyntaxError(msg, (filename, lineno, offset, text[, end_lineno, end_offset])) ---- */

static bool special_syntax_place(mp_vm *vm, mp_value self, mp_value place)
{
    static const char *const names[] = {"filename", "lineno", "offset", "text", "end_lineno", "end_offset"};
    mp_tuple *parts = mp_to_tuple(vm, place);
    if (parts == NULL)
        return false;
    bool done = parts->count == 4 || parts->count == 6;
    if (!done)
        mp_raise(vm, MP_X_TYPE_ERROR, "function takes at most 7 arguments (%zu given)", parts->count);
    for (size_t i = 0; done && i < parts->count; i++)
        done = mp_exception_put(vm, self, names[i], parts->items[i]);
    mp_decref(vm, mp_as_value(parts));
    return done;
}

static bool special_syntax_init(mp_vm *vm, mp_value self, mp_args *args)
{
    if (!special_plain(vm, self, args))
        return false;
    if (args->count > 0 && !mp_exception_put(vm, self, "msg", args->values[0]))
        return false;
    return args->count != 2 || special_syntax_place(vm, self, args->values[1]);
}

static mp_value special_syntax_str(mp_vm *vm, mp_value self)
{
    mp_value text = mp_exception_field(vm, self, "msg");
    mp_value file = mp_exception_field(vm, self, "filename");
    mp_value line = mp_exception_field(vm, self, "lineno");
    if (text == NULL || line == NULL || !mp_is_int(vm, line))
        return text == NULL ? mp_new_ref(vm->none) : mp_to_str(vm, text);
    if (file == NULL || !mp_is_str(vm, file))
        return mp_as_value(mp_str_formatted(vm, "%S (line %S)", text, line));
    const char *slash = strrchr(((mp_str *)file)->data, '/');
    const char *name = slash == NULL ? ((mp_str *)file)->data : slash + 1;
    return mp_as_value(mp_str_formatted(vm, "%S (%s, line %S)", text, name, line));
}

const mp_slots mp_syntax_error_slots = {.init = special_syntax_init, .str = special_syntax_str};
