/* call.c - calls: whatever can be called, from the machine and from C.
 *
 * Idea       mp_invoke does as much of a call as can be done without running code of the program, and pushes
 *            a frame for the rest (MP_PUSHED).  The machine goes on with that frame; C code that needs the
 *            answer at once (mp_call) runs a loop of its own.
 * Holds      Loops inside of loops are counted in vm->c_depth and end in a RecursionError before the C stack
 *            does.
 * Re-enters  Everything here runs code of the program. */
#include "run/frame.h"

#include <string.h>

enum { C_DEPTH_LIMIT = 180 };

static bool has_room_in_c(mp_vm *vm)
{
    if (vm->c_depth < C_DEPTH_LIMIT)
        return true;
    mp_raise(vm, MP_X_RECURSION_ERROR, "maximum recursion depth exceeded");
    return false;
}

bool mp_enter_c(mp_vm *vm)
{
    if (!has_room_in_c(vm))
        return false;
    vm->c_depth++;
    return true;
}

void mp_leave_c(mp_vm *vm)
{
    vm->c_depth--;
}

/* Frames that were pushed but may not run are taken off as if they had raised.  A native one among them may
 * have made something else of that and gone on to the next thing, which may not run either. */
static mp_value abandon(mp_vm *vm, mp_frame *before)
{
    mp_value answer = NULL;
    while (vm->frame != before) {
        if (vm->raised == NULL)
            (void)has_room_in_c(vm);
        if (vm->frame->native != NULL)
            mp_pop_native(vm, vm->frame);
        else if (!mp_leave(vm, before, MP_OUT_RAISE, NULL, &answer))
            break;
    }
    return answer;
}

mp_value mp_finish(mp_vm *vm, mp_frame *before, mp_value given)
{
    if (given != MP_PUSHED)
        return given;
    if (!mp_enter_c(vm))
        return abandon(vm, before);
    mp_value answer = mp_run(vm, before);
    mp_leave_c(vm);
    return answer;
}

/* ---- Kinds of callables ---- */

static mp_value invoke_function(mp_vm *vm, mp_function *function, mp_args *args)
{
    enum { PUT_ASIDE = MP_C_GENERATOR | MP_C_COROUTINE | MP_C_ASYNC_GENERATOR };
    if (!mp_count_step(vm))
        return NULL;
    mp_frame *frame = mp_bind_frame(vm, function, args);
    if (frame == NULL)
        return NULL;
    if ((function->code->flags & PUT_ASIDE) != 0)
        return mp_generator_new(vm, frame, function);
    return mp_frame_push(vm, frame, MP_D_RESULT) ? MP_PUSHED : NULL;
}

typedef mp_value way_to_go(mp_vm *vm, mp_value callee, mp_args *args);

/* Goes with one more argument in front.  Few of them fit on the C stack. */
static mp_value go_with_first(mp_vm *vm, way_to_go *go, mp_value callee, mp_value first, mp_args *args)
{
    mp_value few[12];
    size_t total = args->count + (args->names != NULL ? args->names->count : 0);
    size_t size = (total + 1) * sizeof(mp_value);
    mp_value *values = total < sizeof few / sizeof *few ? few : mp_alloc(vm, size);
    if (values == NULL)
        return NULL;
    values[0] = first;
    if (total > 0)
        memcpy(values + 1, args->values, total * sizeof(mp_value));
    mp_args more = {values, args->count + 1, args->names};
    mp_value answer = go(vm, callee, &more);
    if (values != few)
        mp_release(vm, values, size);
    return answer;
}

/* A method of a builtin type without its object: the first argument must be one. */
static bool check_self(mp_vm *vm, const mp_native_function *function, const mp_args *args)
{
    if (function->owner == NULL || function->kind != MP_M_METHOD)
        return true;
    if (args->count == 0) {
        mp_raise(vm, MP_X_TYPE_ERROR, "unbound method %S.%s() needs an argument", function->owner->name,
                 function->name);
        return false;
    }
    if (mp_is_subtype(mp_type_of(vm, args->values[0]), function->owner))
        return true;
    mp_raise(vm, MP_X_TYPE_ERROR, "descriptor '%s' for '%S' objects doesn't apply to a '%T' object",
             function->name, function->owner->name, args->values[0]);
    return false;
}

static mp_value run_native(mp_vm *vm, mp_value callee, mp_args *args)
{
    return ((mp_native_function *)callee)->call(vm, args);
}

static mp_value invoke_native(mp_vm *vm, mp_native_function *function, mp_args *args)
{
    mp_value callee = mp_as_value(function);
    if (function->self != NULL)
        return go_with_first(vm, run_native, callee, function->self, args);
    return check_self(vm, function, args) ? run_native(vm, callee, args) : NULL;
}

static mp_value invoke_object(mp_vm *vm, mp_value callee, mp_args *args)
{
    mp_type *type = mp_type_of(vm, callee);
    mp_value method = (type->flags & MP_T_HEAP) != 0 ? mp_lookup(type, vm->names[MP_S___call__]) : NULL;
    if (method != NULL) {
        (void)mp_incref(method); /* the class may lose it meanwhile */
        mp_value answer = go_with_first(vm, mp_invoke, method, callee, args);
        mp_decref(vm, method);
        return answer;
    }
    if (type->slots.call != NULL)
        return type->slots.call(vm, callee, args);
    mp_raise(vm, MP_X_TYPE_ERROR, "'%T' object is not callable", callee);
    return NULL;
}

static mp_value invoke_method(mp_vm *vm, mp_bound_method *method, mp_args *args)
{
    return go_with_first(vm, mp_invoke, method->function, method->self, args);
}

mp_value mp_invoke(mp_vm *vm, mp_value callee, mp_args *args)
{
    mp_type *type = mp_type_of(vm, callee);
    if (type == vm->types[MP_TYPE_FUNCTION])
        return invoke_function(vm, (mp_function *)callee, args);
    if (type == vm->types[MP_TYPE_NATIVE])
        return invoke_native(vm, (mp_native_function *)callee, args);
    /* What is called in its place may be anything again. */
    if (!mp_nest_enter(vm, "while calling a Python object"))
        return NULL;
    mp_value answer = type == vm->types[MP_TYPE_METHOD] ? invoke_method(vm, (mp_bound_method *)callee, args)
                                                        : invoke_object(vm, callee, args);
    mp_nest_leave(vm);
    return answer;
}

mp_value mp_invoke_init(mp_vm *vm, mp_value instance, mp_value init, mp_args *args)
{
    mp_frame *before = vm->frame;
    mp_value answer = go_with_first(vm, mp_invoke, init, instance, args);
    if (answer == MP_PUSHED && vm->frame->back == before && vm->frame->native == NULL &&
        vm->frame->deliver == MP_D_RESULT) {
        vm->frame->deliver = MP_D_INSTEAD;
        vm->frame->instead = mp_incref(instance);
        return MP_PUSHED;
    }
    answer = mp_finish(vm, before, answer);
    if (answer == NULL)
        return NULL;
    bool none = answer == vm->none;
    if (!none)
        mp_raise(vm, MP_X_TYPE_ERROR, "__init__() should return None, not '%T'", answer);
    mp_decref(vm, answer);
    return none ? mp_incref(instance) : NULL;
}

/* ---- From C ---- */

/* What could not be finished is not begun. */
mp_value mp_call(mp_vm *vm, mp_value callee, mp_args *args)
{
    mp_frame *before = vm->frame;
    if (!has_room_in_c(vm))
        return NULL;
    return mp_finish(vm, before, mp_invoke(vm, callee, args));
}

static mp_value call_values(mp_vm *vm, mp_value callee, mp_value *values, size_t count)
{
    mp_args args = {values, count, NULL};
    return mp_call(vm, callee, &args);
}

mp_value mp_call_0(mp_vm *vm, mp_value callee)
{
    return call_values(vm, callee, NULL, 0);
}

mp_value mp_call_1(mp_vm *vm, mp_value callee, mp_value argument)
{
    return call_values(vm, callee, &argument, 1);
}

mp_value mp_call_2(mp_vm *vm, mp_value callee, mp_value first, mp_value second)
{
    mp_value values[] = {first, second};
    return call_values(vm, callee, values, 2);
}

mp_value mp_call_method(mp_vm *vm, mp_value self, mp_str *name, const mp_value *values, size_t count)
{
    mp_value bound = NULL;
    mp_value function = mp_get_method(vm, self, name, &bound);
    if (function == NULL)
        return NULL;
    mp_value all[6];
    if (count >= sizeof all / sizeof *all) {
        mp_decref(vm, function);
        mp_raise(vm, MP_X_TYPE_ERROR, "too many arguments");
        return NULL;
    }
    size_t first = bound != NULL ? 1 : 0;
    all[0] = bound;
    if (count > 0)
        memcpy(all + first, values, count * sizeof *all);
    mp_value answer = call_values(vm, function, all, count + first);
    mp_decref(vm, function);
    return answer;
}

mp_value mp_run_code(mp_vm *vm, mp_code *code, mp_dict *globals, mp_value names)
{
    mp_frame *before = vm->frame;
    mp_frame *frame = mp_frame_new(vm, code, globals, NULL, names);
    if (frame == NULL || !mp_frame_push(vm, frame, MP_D_RESULT))
        return NULL;
    return mp_finish(vm, before, MP_PUSHED);
}

/* ---- Steps ---- */

/* The program may catch what is raised here; every further step raises it again.  The main thread may wait
 * for this one, and is to hear of it. */
static bool run_out(mp_vm *vm)
{
    vm->out_of_steps = true;
    if (vm->thread != &vm->main)
        mp_vm_interrupt(vm);
    mp_raise(vm, MP_X_SYSTEM_EXIT, "step limit reached");
    return false;
}

bool mp_count_step(mp_vm *vm)
{
    if (vm->gil != NULL)
        mp_gil_yield(vm, false);
    if (vm->interrupted != 0 && vm->thread == &vm->main && !mp_interrupt_main(vm))
        return false;
    if (vm->options.max_steps != 0 && vm->steps >= vm->options.max_steps)
        return run_out(vm);
    vm->steps++;
    if (vm->collect_wanted)
        (void)mp_collect(vm);
    return true;
}
