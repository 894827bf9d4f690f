/* task_factory.c - asyncio.eager_task_factory, and create_eager_task_factory with its constructors.
 *
 * Mirrors    tasks.create_eager_task_factory.
 * Versions   Before 3.14 a factory takes name and context and gives both to the constructor, even as None;
 *            since 3.14 it gives on what it got, and eager_start can be said. */
#include "asyncio/host.h"

#include <string.h>

/* What a factory is called with. */
struct factory_call {
    mp_value loop, coro, name, context, eager;
};

static bool factory_read(mp_vm *vm, const mp_args *args, struct factory_call *call)
{
    mp_value values[5];
    const char *format = mp_has(vm, AC_S_EAGER_FACTORY_EAGER_START_KW)
                             ? "loop coro |$name context eager_start"
                             : "loop coro |$name context";
    values[4] = NULL;
    if (!mp_bind_python(vm, args, "create_eager_task_factory.<locals>.factory", format, values))
        return false;
    *call = (struct factory_call){values[0], values[1], values[2], values[3], values[4]};
    if (mp_is(vm, call->loop, MP_TYPE_LOOP))
        return true;
    mp_raise(vm, MP_X_TYPE_ERROR, "an event loop was expected, got %R", call->loop);
    return false;
}

mp_value mp_eager_task_factory(mp_vm *vm, mp_args *args)
{
    struct factory_call call;
    if (!factory_read(vm, args, &call))
        return NULL;
    int eager = call.eager != NULL ? mp_truth(vm, call.eager) : 1;
    if (eager < 0)
        return NULL;
    mp_task_request request = {
        .loop = mp_as_loop(call.loop),
        .coro = call.coro,
        .name = call.name == vm->none ? NULL : call.name,
        .context = call.context == vm->none ? NULL : call.context,
        .eager = eager > 0,
    };
    return mp_task_make(vm, &request);
}

/* ---- A constructor of the program's ---- */

struct factory_keywords {
    mp_value values[5], names[4];
    size_t count;
    bool failed;
};

static void factory_add(mp_vm *vm, struct factory_keywords *keywords, mp_name name, mp_value value)
{
    (void)vm;
    keywords->names[keywords->count] = mp_as_value(vm->names[name]);
    keywords->values[1 + keywords->count++] = value;
}

static void factory_collect(mp_vm *vm, const struct factory_call *call, struct factory_keywords *keywords)
{
    bool all = !mp_has(vm, AC_S_EAGER_FACTORY_EAGER_START_KW);
    mp_value name = all && call->name == NULL ? vm->none : call->name;
    mp_value context = all && call->context == NULL ? vm->none : call->context;
    keywords->values[0] = call->coro;
    factory_add(vm, keywords, MP_S_loop, call->loop);
    factory_add(vm, keywords, MP_S_eager_start, call->eager != NULL ? call->eager : vm->true_);
    if (name != NULL)
        factory_add(vm, keywords, MP_S_name, name);
    if (context != NULL)
        factory_add(vm, keywords, MP_S_context, context);
}

/* values[0] is the constructor: the factory is a function that is bound to it. */
static mp_value factory_of_constructor(mp_vm *vm, mp_args *args)
{
    struct factory_call call;
    struct factory_keywords keywords = {.count = 0};
    mp_args rest = {args->values + 1, args->count - 1, args->names};
    if (!factory_read(vm, &rest, &call))
        return NULL;
    factory_collect(vm, &call, &keywords);
    mp_tuple *names = mp_tuple_of(vm, keywords.names, keywords.count);
    if (names == NULL)
        return NULL;
    mp_args made = {keywords.values, 1, names};
    vm->asyncio->in_factory = true;
    mp_value task = mp_invoke(vm, args->values[0], &made);
    vm->asyncio->in_factory = false;
    mp_decref(vm, mp_as_value(names));
    return task;
}

mp_value mp_create_eager_task_factory(mp_vm *vm, mp_args *args)
{
    mp_value values[1];
    if (!mp_bind_python(vm, args, "create_eager_task_factory", "custom_task_constructor", values))
        return NULL;
    return mp_native_bound(vm, "factory", factory_of_constructor, mp_incref(values[0]));
}
