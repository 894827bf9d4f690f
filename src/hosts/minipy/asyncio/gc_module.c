/* gc_module.c - the module gc: collect().
 *
 * Limits     There are no generations: the argument is looked at by nobody.  The answer counts objects of
 *            minipy, whose number is its own.
 * Tests      tests/test_minipy_memory.c; difftests/scenarios/streams/collected_while_waiting.py */
#include "asyncio/host.h"

static mp_value gc_collect(mp_vm *vm, mp_args *args)
{
    if (!mp_positional(vm, args, "collect", 0, 1))
        return NULL;
    return mp_int_new(vm, (int64_t)mp_collect(vm));
}

static const mp_native_def gc_natives[] = {{"collect", gc_collect}, {NULL, NULL}};

bool mp_init_gc(mp_vm *vm)
{
    mp_dict *names = mp_module_make(vm, "gc");
    return names != NULL && mp_define_natives(vm, names, gc_natives);
}
