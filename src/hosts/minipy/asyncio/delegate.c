/* delegate.c - a body of the core that awaits something of the program.
 *
 * Mirrors    "await x" in an async def of asyncio itself: gen_send_ex2 and _gen_throw with what is awaited.
 * Idea       The core's machines await bodies (AC_AWAIT_CORO).  This one is resumed by driving a coroutine, a
 *            future or whatever __await__ gives, and hands on what that yields.
 * Holds      awaitable is NULL once it has ended.
 * Re-enters  Each step runs the program, in a loop of its own on the C stack, whose depth is limited
 *            (call.c).
 * Tests      difftests/scenarios/wait_for/ */
#include "asyncio/host.h"

static mp_delegate *delegate_of(ac_coro *co)
{
    return AC_CONTAINER_OF(co, mp_delegate, co);
}

/* What is on its way as an exception stays that. */
static void delegate_end(mp_vm *vm, mp_delegate *self)
{
    mp_value raised = vm->raised;
    vm->raised = NULL;
    self->co.at = AC_AT_END;
    mp_clear_slot(vm, &self->awaitable);
    vm->raised = raised;
}

static bool delegate_begin(mp_vm *vm, mp_delegate *self)
{
    if (self->co.at != 0)
        return true;
    mp_value iterator = mp_get_awaitable(vm, self->awaitable, 0);
    if (iterator == NULL)
        return false;
    self->co.at = 1;
    mp_set_slot(vm, &self->awaitable, iterator);
    return true;
}

/* It is held: a step may end the frame around this. */
static mp_progress delegate_step(mp_vm *vm, mp_delegate *self, ac_how how, mp_value value, mp_value *out)
{
    static const mp_resume ways[] = {[AC_SEND] = MP_SEND, [AC_THROW] = MP_THROW, [AC_CLOSE] = MP_CLOSE};
    if (!delegate_begin(vm, self))
        return MP_FAILED;
    mp_value iterator = mp_incref(self->awaitable);
    mp_progress progress = mp_drive(vm, iterator, ways[how], value, out);
    mp_value raised = vm->raised;
    vm->raised = NULL;
    mp_decref(vm, iterator);
    vm->raised = raised;
    return progress;
}

/* What is closed has ended by the GeneratorExit. */
static ac_turn delegate_failed(mp_vm *vm, ac_how how, ac_out *out)
{
    if (how != AC_CLOSE || !mp_raised_is(vm, MP_X_GENERATOR_EXIT)) {
        out->value = mp_take_for_core(vm);
        return AC_RAISED;
    }
    mp_clear_slot(vm, &vm->raised);
    return ac_return(out, ac_none());
}

static ac_turn delegate_resume(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    mp_vm *vm = mp_vm_of(loop);
    mp_delegate *self = delegate_of(co);
    mp_value value = mp_seen(in), result = NULL;
    if (co->at == AC_AT_END)
        return ac_ended(out);
    if (co->at == 0 && how != AC_SEND) {
        delegate_end(vm, self);
        return ac_unstarted(loop, co, how, in, out);
    }
    if (value == NULL)
        value = how == AC_SEND ? vm->none : vm->memory_error;
    mp_progress progress = delegate_step(vm, self, how, value, &result);
    out->value = mp_owned(result);
    if (progress == MP_YIELDED)
        return AC_STRANGE;
    delegate_end(vm, self);
    return progress == MP_ENDED ? AC_RETURNED : delegate_failed(vm, how, out);
}

static int delegate_visit(ac_coro *co, ac_visitor *visitor)
{
    mp_value awaitable = delegate_of(co)->awaitable;
    return awaitable != NULL ? visitor->value(visitor, mp_lent(awaitable)) : 0;
}

static void delegate_clear(ac_loop *loop, ac_coro *co)
{
    delegate_end(mp_vm_of(loop), delegate_of(co));
}

void mp_delegate_init(mp_delegate *delegate, mp_value awaitable)
{
    static const ac_coro_ops ops = {delegate_resume, NULL, delegate_visit, delegate_clear};
    ac_coro_init(&delegate->co, &ops);
    delegate->awaitable = mp_incref(awaitable);
}

/* A class of the program may have an __await__ of its own. */
bool mp_awaits_future(mp_vm *vm, mp_value value)
{
    const mp_type *type = mp_type_of(vm, value);
    if (!mp_is_future(vm, value))
        return false;
    const ac_future *core = &((const mp_future *)value)->core;
    bool own = (type->flags & MP_T_HEAP) != 0 &&
               mp_is_exactly(vm, mp_lookup(type, vm->names[MP_S___await__]), MP_TYPE_FUNCTION);
    return !own && ac_future_get_loop(core) != NULL;
}
