/* parts.c - parts of asyncio that are in Python: each is run when one of its names is first asked for.
 *
 * Idea       A part has a namespace of its own, which begins as a copy of that of the part below it; in the
 *            modules stands an mp_lazy for its names.  All is as if the part had been run when the machine
 *            was made: the depths of the machine are put aside, its texts count no steps, and what a program
 *            has put in the place of a name, or deleted, stays so.
 * Holds      A part has run as a whole or not at all; what cannot be made (MemoryError) can be asked for
 *            again.
 * Cost       To compile all parts is two thirds of the start of a machine, and most programs need one of
 *            them: bench/bench_minipy.py, "empty" and "start".
 * Tests      tests/test_minipy_memory.c; difftests/scenarios/run, runner, threads, graph */
#include <string.h>

#include "asyncio/host.h"

/* ---- Running a part ---- */

static bool part_run_text(mp_vm *vm, mp_dict *names, const char *text, const char *file)
{
    mp_code *code = mp_compile(vm, text, strlen(text), file);
    mp_value answer = code != NULL ? mp_run_code(vm, code, names, mp_as_value(names)) : NULL;
    mp_xdecref(vm, answer);
    mp_xdecref(vm, mp_as_value(code));
    return answer != NULL;
}

/* Whoever asks may be as deep as a program may go. */
static bool part_run(mp_vm *vm, mp_dict *names, const mp_part_def *def)
{
    uint32_t depth = vm->depth, c_depth = vm->c_depth;
    vm->depth = vm->c_depth = 0;
    vm->unswitched++; /* or another thread would run it, too */
    bool good = part_run_text(vm, names, def->text[0], def->file) &&
                (def->text[1] == NULL || part_run_text(vm, names, def->text[1], def->file));
    vm->unswitched--;
    vm->depth = depth;
    vm->c_depth = c_depth;
    return good;
}

/* Its functions hold the namespace that they are in. */
static void part_drop(mp_vm *vm, mp_dict **names)
{
    if (*names != NULL)
        mp_dict_empty(vm, *names);
    mp_clear_slot(vm, (mp_value *)names);
}

static mp_dict *part_make(mp_vm *vm, const mp_part_def *def)
{
    mp_dict *below = mp_part_names(vm, def->on);
    mp_dict *names = below != NULL ? mp_dict_copy(vm, below) : NULL;
    if (names != NULL && !(mp_define(vm, names, "__name__", mp_as_value(mp_str_from(vm, def->module))) &&
                           part_run(vm, names, def)))
        part_drop(vm, &names);
    return names;
}

mp_dict *mp_part_names(mp_vm *vm, mp_part part)
{
    mp_dict **slot = &vm->asyncio->parts[part];
    if (*slot == NULL)
        *slot = part_make(vm, &mp_parts[part]);
    return *slot;
}

/* ---- Its names in a module ---- */

/* Where one was asked for, all are put: replacing a value needs no memory. */
static bool part_keep_promise(mp_vm *vm, mp_dict *module, int part)
{
    mp_dict *names = mp_part_names(vm, (mp_part)part);
    size_t position = 0;
    mp_value key, value;
    if (names == NULL)
        return false;
    while (mp_dict_next(module, &position, &key, &value))
        if (mp_is_exactly(vm, value, MP_TYPE_LAZY) && ((const mp_lazy *)value)->what == part)
            (void)mp_dict_set(vm, module, key, mp_dict_get_str(names, (mp_str *)key));
    return true;
}

bool mp_part_promise(mp_vm *vm, mp_part part, const char *const *names, mp_dict *module)
{
    mp_lazy *lazy = (mp_lazy *)mp_new(vm, vm->types[MP_TYPE_LAZY], 0);
    bool good = lazy != NULL;
    if (!good)
        return false;
    lazy->make = part_keep_promise;
    lazy->what = (int)part;
    for (; good && *names != NULL; names++)
        good = mp_define(vm, module, *names, mp_incref(mp_as_value(lazy)));
    mp_decref(vm, mp_as_value(lazy));
    return good;
}

/* ---- For C ---- */

mp_value mp_part_call(mp_vm *vm, mp_part part, const char *function, mp_value *values, size_t count)
{
    mp_dict *names = mp_part_names(vm, part);
    mp_str *key = names != NULL ? mp_str_from(vm, function) : NULL;
    mp_value callee = key != NULL ? mp_dict_get_str(names, key) : NULL;
    mp_args args = {values, count, NULL};
    mp_xdecref(vm, mp_as_value(key));
    return callee != NULL ? mp_call(vm, callee, &args) : NULL;
}

bool mp_give(mp_vm *vm, mp_dict *names, const char *name, mp_dict *target, const char *as)
{
    mp_str *key = mp_str_from(vm, name);
    mp_value found = key != NULL ? mp_dict_get_str(names, key) : NULL;
    mp_xdecref(vm, mp_as_value(key));
    return found != NULL && mp_define(vm, target, as, mp_incref(found));
}

/* Types keep functions of parts until they go themselves. */
void mp_end_library(mp_vm *vm)
{
    for (int part = MP_PART_COUNT; part-- > 0;)
        part_drop(vm, &vm->asyncio->parts[part]);
}
