/* instruction_calls.c - functions made, calls with stars, class statements, and with. */
#include "run/instructions.h"

#include <stdio.h>

/* ---- def ---- */

uint32_t mp_function_operands(uint32_t flags)
{
    return 1 + (flags & 1) + (flags >> 1 & 1) + (flags >> 2 & 1);
}

static mp_value taken_if(bool there, mp_value **operand)
{
    return there ? mp_incref(*(*operand)++) : NULL;
}

mp_value mp_make_function(mp_vm *vm, const mp_frame *frame, mp_value *sp, uint32_t flags)
{
    mp_value *operand = sp - mp_function_operands(flags);
    mp_function *function = (mp_function *)mp_new(vm, vm->types[MP_TYPE_FUNCTION], 0);
    if (function == NULL)
        return NULL;
    function->defaults = (mp_tuple *)taken_if((flags & 1) != 0, &operand);
    function->kwdefaults = (mp_dict *)taken_if((flags & 2) != 0, &operand);
    function->closure = (mp_tuple *)taken_if((flags & 4) != 0, &operand);
    function->code = (mp_code *)mp_incref(*operand);
    function->globals = (mp_dict *)mp_incref(mp_as_value(frame->globals));
    function->name = (mp_str *)mp_incref(mp_as_value(function->code->name));
    function->qualname = (mp_str *)mp_incref(mp_as_value(function->code->qualname));
    return mp_as_value(function);
}

/* ---- f(*args, **kwargs) ---- */

static mp_value call_with_keywords(mp_vm *vm, mp_value callee, mp_tuple *plain, mp_dict *keywords)
{
    size_t total = plain->count + keywords->count, at = 0;
    mp_tuple *names = mp_tuple_new(vm, keywords->count);
    mp_tuple *values = names != NULL ? mp_tuple_new(vm, total) : NULL;
    mp_value key, value, answer = NULL;
    for (size_t i = 0; values != NULL && i < plain->count; i++)
        values->items[i] = mp_incref(plain->items[i]);
    for (size_t i = 0; values != NULL && mp_dict_next(keywords, &at, &key, &value); i++) {
        names->items[i] = mp_incref(key);
        values->items[plain->count + i] = mp_incref(value);
    }
    if (values != NULL) {
        mp_args args = {values->items, plain->count, names};
        answer = mp_invoke(vm, callee, &args);
    }
    mp_xdecref(vm, mp_as_value(names));
    mp_xdecref(vm, mp_as_value(values));
    return answer;
}

mp_value mp_call_unpacked(mp_vm *vm, mp_value *sp, bool keywords)
{
    mp_value *operands = sp - (keywords ? 4 : 3);
    mp_tuple *plain = (mp_tuple *)operands[2];
    if (keywords && ((mp_dict *)operands[3])->count > 0)
        return call_with_keywords(vm, operands[0], plain, (mp_dict *)operands[3]);
    mp_args args = {plain->items, plain->count, NULL};
    return mp_invoke(vm, operands[0], &args);
}

/* ---- class ---- */

static mp_dict *class_namespace(mp_vm *vm, const mp_function *body)
{
    mp_dict *names = mp_dict_new(vm);
    mp_value module = mp_dict_get_str(body->globals, vm->names[MP_S___name__]);
    if (names == NULL)
        return NULL;
    if ((module == NULL || mp_dict_set(vm, names, mp_as_value(vm->names[MP_S___module__]), module)) &&
        mp_dict_set(vm, names, mp_as_value(vm->names[MP_S___qualname__]), mp_as_value(body->qualname)))
        return names;
    mp_decref(vm, mp_as_value(names));
    return NULL;
}

static mp_value class_header(mp_vm *vm, mp_value *operands, uint32_t bases)
{
    mp_tuple *tuple = mp_tuple_of(vm, operands + 2, bases);
    if (tuple == NULL)
        return NULL;
    mp_value pair[] = {operands[1], mp_as_value(tuple)};
    mp_value header = mp_as_value(mp_tuple_of(vm, pair, 2));
    mp_decref(vm, mp_as_value(tuple));
    return header;
}

mp_value mp_begin_class(mp_vm *vm, mp_value *operands, uint32_t bases)
{
    mp_function *body = (mp_function *)operands[0];
    mp_dict *names = class_namespace(vm, body);
    if (names == NULL)
        return NULL;
    mp_frame *frame = mp_frame_new(vm, body->code, body->globals, body->closure, mp_as_value(names));
    mp_decref(vm, mp_as_value(names));
    if (frame == NULL)
        return NULL;
    frame->instead = class_header(vm, operands, bases);
    if (frame->instead == NULL) {
        mp_frame_free(vm, frame);
        return NULL;
    }
    return mp_frame_push(vm, frame, MP_D_CLASS) ? MP_PUSHED : NULL;
}

/* ---- with ---- */

static bool has_protocol(mp_vm *vm, const mp_type *type, bool async)
{
    return mp_lookup(type, vm->names[async ? MP_S___aenter__ : MP_S___enter__]) != NULL &&
           mp_lookup(type, vm->names[async ? MP_S___aexit__ : MP_S___exit__]) != NULL;
}

/* What is looked for first and missing is named: the exit since 3.14; before it was the enter, which was not.
 * Since 3.14 it also says that the other statement would do. */
static bool raise_no_manager(mp_vm *vm, mp_value manager, bool async)
{
    const mp_type *type = mp_type_of(vm, manager);
    bool enters = mp_lookup(type, vm->names[async ? MP_S___aenter__ : MP_S___enter__]) != NULL;
    bool exits = mp_lookup(type, vm->names[async ? MP_S___aexit__ : MP_S___exit__]) != NULL;
    bool newer = mp_has(vm, AC_S_WITH_PROTOCOL_MESSAGE);
    const char *other = "";
    char missed[40] = "";
    if (enters || newer)
        snprintf(missed, sizeof missed, " (missed __%s%s__ method)", async ? "a" : "",
                 exits ? "enter" : "exit");
    if (newer && has_protocol(vm, type, !async))
        other = async ? " but it supports the context manager protocol. Did you mean to use 'with'?"
                      : " but it supports the asynchronous context manager protocol. Did you mean to use "
                        "'async with'?";
    mp_raise(vm, MP_X_TYPE_ERROR,
             newer ? "'%Q' object does not support the %scontext manager protocol%s%s"
                   : "'%T' object does not support the %scontext manager protocol%s%s",
             manager, async ? "asynchronous " : "", missed, other);
    return false;
}

static bool is_manager(mp_vm *vm, mp_value manager, mp_str *enter, mp_str *exit)
{
    mp_type *type = mp_type_of(vm, manager);
    return mp_lookup(type, enter) != NULL && mp_lookup(type, exit) != NULL;
}

/* Methods of the protocol belong to the type: an attribute of the instance does not count.  NULL without an
 * exception: it is gone, as the first of the two may be a property that deletes the other. */
static mp_value method_of_type(mp_vm *vm, mp_value manager, mp_str *name)
{
    mp_type *type = mp_type_of(vm, manager);
    mp_value found = mp_lookup(type, name);
    return found != NULL ? mp_bind_value(vm, found, manager, type) : NULL;
}

mp_value mp_enter_with(mp_vm *vm, mp_value *sp, bool async)
{
    mp_str *enter = vm->names[async ? MP_S___aenter__ : MP_S___enter__];
    mp_str *exit = vm->names[async ? MP_S___aexit__ : MP_S___exit__];
    mp_value manager = sp[-1];
    if (!is_manager(vm, manager, enter, exit)) {
        (void)raise_no_manager(vm, manager, async);
        return NULL;
    }
    mp_value bound = method_of_type(vm, manager, exit);
    mp_value function = bound != NULL ? method_of_type(vm, manager, enter) : NULL;
    if (function == NULL) {
        if (vm->raised == NULL)
            (void)raise_no_manager(vm, manager, async);
        mp_xdecref(vm, bound);
        return NULL;
    }
    sp[-1] = bound;
    mp_args args = {NULL, 0, NULL};
    mp_value answer = mp_invoke(vm, function, &args);
    mp_decref(vm, function);
    mp_decref(vm, manager);
    return answer;
}

mp_value mp_call_exit(mp_vm *vm, mp_value *sp, uint32_t between)
{
    mp_value exception = sp[-1], exit = sp[-2 - (ptrdiff_t)between];
    mp_value trace = mp_get_attr(vm, exception, vm->names[MP_S___traceback__]);
    if (trace == NULL)
        return NULL;
    mp_value values[] = {mp_as_value(mp_type_of(vm, exception)), exception, trace};
    mp_args args = {values, 3, NULL};
    mp_value answer = mp_invoke(vm, exit, &args);
    mp_decref(vm, trace);
    return answer;
}
