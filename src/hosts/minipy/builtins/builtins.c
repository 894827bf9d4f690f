/* builtins.c - what a program finds without importing anything.
 *
 * Idea       The functions stand in tables, by subject: builtins_iteration.c, builtins_numbers.c,
 *            builtins_objects.c, builtins_print.c.  Here they, the types and the exceptions get their names.
 * Adding     A function of the program in C is an mp_native; a line in one of those tables makes it known.
 * Not here   What Python has and the scenario language has not is known too, as functions that say so: a
 *            NameError would send its reader looking for a typing error.
 * Tests      difftests/scenarios/language: builtin_*.py */
#include "values/containers_impl.h"

#include <string.h>

/* ---- Namespaces made in C ---- */

bool mp_define(mp_vm *vm, mp_dict *namespace, const char *name, mp_value value)
{
    if (value == NULL)
        return false;
    mp_value key = mp_as_value(mp_str_intern(vm, name, strlen(name)));
    bool done = key != NULL && mp_dict_set(vm, namespace, key, value);
    mp_xdecref(vm, key);
    mp_decref(vm, value);
    return done;
}

bool mp_define_natives(mp_vm *vm, mp_dict *namespace, const mp_native_def *defs)
{
    for (; defs->name != NULL; defs++) {
        if (!mp_define(vm, namespace, defs->name, mp_native_new(vm, defs->name, defs->call)))
            return false;
    }
    return true;
}

/* ---- Types and exceptions ---- */

static bool builtins_define_type(mp_vm *vm, mp_type *type)
{
    return mp_dict_set(vm, vm->builtins, mp_as_value(type->name), mp_as_value(type));
}

static bool builtins_define_types(mp_vm *vm)
{
    static const mp_type_index indices[] = {
        MP_TYPE_OBJECT,      MP_TYPE_TYPE,      MP_TYPE_INT,          MP_TYPE_BOOL,     MP_TYPE_FLOAT,
        MP_TYPE_STR,         MP_TYPE_BYTES,     MP_TYPE_TUPLE,        MP_TYPE_LIST,     MP_TYPE_DICT,
        MP_TYPE_SET,         MP_TYPE_FROZENSET, MP_TYPE_RANGE,        MP_TYPE_SLICE,    MP_TYPE_ENUMERATE,
        MP_TYPE_ZIP,         MP_TYPE_MAP,       MP_TYPE_FILTER,       MP_TYPE_REVERSED, MP_TYPE_PROPERTY,
        MP_TYPE_CLASSMETHOD, MP_TYPE_SUPER,     MP_TYPE_STATICMETHOD,
    };
    for (size_t i = 0; i < sizeof indices / sizeof indices[0]; i++) {
        if (!builtins_define_type(vm, vm->types[indices[i]]))
            return false;
    }
    return true;
}

static bool builtins_define_exceptions(mp_vm *vm)
{
    for (int i = 0; i < MP_X_COUNT; i++) {
        bool of_asyncio = i == MP_X_CANCELLED_ERROR || i >= MP_X_INVALID_STATE_ERROR;
        if (!of_asyncio && !builtins_define_type(vm, vm->exceptions[i]))
            return false;
    }
    mp_value os_error = mp_as_value(vm->exceptions[MP_X_OS_ERROR]);
    return mp_define(vm, vm->builtins, "IOError", mp_incref(os_error)) &&
           mp_define(vm, vm->builtins, "EnvironmentError", mp_incref(os_error));
}

static bool builtins_define_constants(mp_vm *vm)
{
    return mp_define(vm, vm->builtins, "NotImplemented", mp_incref(vm->not_implemented)) &&
           mp_define(vm, vm->builtins, "Ellipsis", mp_incref(vm->ellipsis)) &&
           mp_define(vm, vm->builtins, "__debug__", mp_incref(vm->true_)) &&
           mp_define(vm, vm->builtins, "__name__", mp_incref(mp_as_value(vm->names[MP_S_builtins])));
}

/* ---- What is missing ---- */

static const char *const builtins_missing[] = {
    "__import__", "breakpoint", "bytearray", "compile",    "complex", "eval", "exec",
    "exit",       "help",       "input",     "memoryview", "open",    "quit",
};

/* Its name is bound to the function as its self. */
static mp_value builtins_say_missing(mp_vm *vm, mp_args *args)
{
    mp_raise(vm, MP_X_NOT_IMPLEMENTED_ERROR, "%S() is not in the scenario language", args->values[0]);
    return NULL;
}

static bool builtins_define_missing_one(mp_vm *vm, const char *name)
{
    mp_native_function *function = (mp_native_function *)mp_native_new(vm, name, builtins_say_missing);
    if (function == NULL)
        return false;
    function->self = mp_as_value(mp_str_intern(vm, name, strlen(name)));
    if (function->self != NULL)
        return mp_define(vm, vm->builtins, name, mp_as_value(function));
    mp_decref(vm, mp_as_value(function));
    return false;
}

static bool builtins_define_missing(mp_vm *vm)
{
    for (size_t i = 0; i < sizeof builtins_missing / sizeof builtins_missing[0]; i++)
        if (!builtins_define_missing_one(vm, builtins_missing[i]))
            return false;
    return true;
}

bool mp_init_builtins(mp_vm *vm)
{
    return builtins_define_types(vm) && builtins_define_exceptions(vm) && builtins_define_constants(vm) &&
           builtins_define_missing(vm) && mp_define_natives(vm, vm->builtins, mp_builtin_iterations) &&
           mp_define_natives(vm, vm->builtins, mp_builtin_numbers) &&
           mp_define_natives(vm, vm->builtins, mp_builtin_objects) &&
           mp_define_natives(vm, vm->builtins, mp_builtin_print);
}
