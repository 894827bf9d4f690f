/* builtins_print.c - print, and the other functions that make text of a value.
 *
 * Mirrors    builtin_print, repr, ascii, format of Python/bltinmodule.c.
 * Idea       print collects its line and writes it at once.  Before a value whose text may come from code of
 *            the program, what is there is written first: that code may print too, or raise.
 * Re-enters  __str__, __repr__, __format__; the write method of file.
 * Tests      difftests/scenarios/language/print_function.py */
#include "values/containers_impl.h"

#include <errno.h>
#include <string.h>

typedef struct print_work {
    mp_builder text;
    mp_value file; /* borrowed; NULL: the program's output */
} print_work;

/* OSError(errno, text), as a file that cannot be written raises it. */
static bool print_failed(mp_vm *vm, int number)
{
    return mp_raise_errno(vm, number) != NULL;
}

/* To the program's output; text NULL: what is still buffered. */
static bool print_out(mp_vm *vm, const char *text, size_t size)
{
    errno = 0;
    if (text != NULL ? mp_write(vm, false, text, size) : mp_flush(vm))
        return true;
    return print_failed(vm, errno != 0 ? errno : EIO);
}

/* Writes what is there so far; an exception that is on its way goes on. */
static bool print_flush(mp_vm *vm, print_work *work)
{
    mp_builder *text = &work->text;
    if (text->failed || text->size == 0)
        return !text->failed;
    size_t size = text->size;
    text->size = 0;
    if (work->file == NULL)
        return print_out(vm, text->data, size);
    mp_value line = mp_as_value(mp_str_new(vm, text->data, size));
    mp_str *name = line != NULL ? mp_str_intern(vm, "write", 5) : NULL;
    mp_value answer = name != NULL ? mp_call_method(vm, work->file, name, &line, 1) : NULL;
    mp_xdecref(vm, line);
    mp_xdecref(vm, mp_as_value(name));
    mp_xdecref(vm, answer);
    return answer != NULL;
}

static bool print_is_plain(mp_vm *vm, mp_value value)
{
    return mp_is_small(value) || mp_is_exactly(vm, value, MP_TYPE_STR) ||
           mp_is_exactly(vm, value, MP_TYPE_FLOAT) || value == vm->none ||
           mp_is_exactly(vm, value, MP_TYPE_BOOL);
}

static bool print_value(mp_vm *vm, print_work *work, mp_value value)
{
    if (!print_is_plain(vm, value) && !print_flush(vm, work))
        return false;
    mp_value text = mp_to_str(vm, value);
    if (text == NULL)
        return false;
    mp_builder_str(&work->text, (mp_str *)text);
    mp_decref(vm, text);
    return !work->text.failed;
}

static bool print_values(mp_vm *vm, print_work *work, const mp_args *args, mp_value sep)
{
    for (size_t i = 0; i < args->count; i++) {
        if (i > 0 && sep == NULL)
            mp_builder_text(&work->text, " ");
        else if (i > 0)
            mp_builder_str(&work->text, (mp_str *)sep);
        if (!print_value(vm, work, args->values[i]))
            return false;
    }
    return true;
}

/* sep and end: a string, NULL for None; false: raised. */
static bool print_option(mp_vm *vm, mp_value *option, const char *name)
{
    if (*option == vm->none)
        *option = NULL;
    if (*option == NULL || mp_is_str(vm, *option))
        return true;
    mp_raise(vm, MP_X_TYPE_ERROR, "%s must be None or a string, not %T", name, *option);
    return false;
}

static mp_value print_with(mp_vm *vm, const mp_args *args, mp_value sep, mp_value end, mp_value file)
{
    print_work work = {.file = file};
    mp_builder_init(&work.text, vm);
    bool done = print_values(vm, &work, args, sep);
    if (done && end == NULL)
        mp_builder_text(&work.text, "\n");
    else if (done)
        mp_builder_str(&work.text, (mp_str *)end);
    if (done) {
        done = print_flush(vm, &work);
    } else if (!work.text.failed && file == NULL && work.text.size > 0) {
        mp_value raised = mp_take_raised(vm);
        (void)print_flush(vm, &work);
        mp_clear_slot(vm, &vm->raised);
        mp_reraise(vm, raised);
    }
    mp_builder_drop(&work.text);
    return mp_none_if(vm, done);
}

static mp_value builtin_print(mp_vm *vm, mp_args *args)
{
    mp_args names = {args->values + args->count, 0, args->names};
    mp_value options[4];
    if (!mp_bind(vm, &names, "print", "|$sep end file flush", options))
        return NULL;
    if (!print_option(vm, &options[0], "sep") || !print_option(vm, &options[1], "end"))
        return NULL;
    mp_value file = options[2] != vm->none ? options[2] : NULL;
    int flush = options[3] != NULL ? mp_truth(vm, options[3]) : 0;
    mp_value done = flush >= 0 ? print_with(vm, args, options[0], options[1], file) : NULL;
    if (done != NULL && flush > 0 && file == NULL && !print_out(vm, NULL, 0))
        mp_clear_slot(vm, &done);
    return done;
}

static mp_value builtin_repr(mp_vm *vm, mp_args *args)
{
    return mp_exactly(vm, args, "repr", MP_NO_SELF, 1) ? mp_repr(vm, args->values[0]) : NULL;
}

static mp_value builtin_ascii(mp_vm *vm, mp_args *args)
{
    if (!mp_exactly(vm, args, "ascii", MP_NO_SELF, 1))
        return NULL;
    return mp_as_value(mp_ascii(vm, args->values[0]));
}

static mp_value builtin_format(mp_vm *vm, mp_args *args)
{
    if (!mp_no_names(vm, args, "format") || !mp_positional(vm, args, "format", 1, 2))
        return NULL;
    if (args->count > 1 && !mp_is_str(vm, args->values[1])) {
        mp_raise(vm, MP_X_TYPE_ERROR, "format() argument 2 must be str, not %T", args->values[1]);
        return NULL;
    }
    return mp_format(vm, args->values[0], args->count > 1 ? (mp_str *)args->values[1] : NULL);
}

const mp_native_def mp_builtin_print[] = {
    {"ascii", builtin_ascii},
    {"format", builtin_format},
    {"print", builtin_print},
    {"repr", builtin_repr},
    {NULL, NULL},
};
