/* deliver.c - leaving a frame: what came out of it is given to the frame below.
 *
 * A frame is left by a return, by an exception that it does not handle, or by a yield.  What that means below
 * is written in frame->deliver by whoever pushed it: the end of a generator is StopIteration to next(), the
 * end of the loop to a for statement, a plain result to an await.
 *
 * Idea       A yield does not climb through the frames that await each other.  Each frame knows the root, the
 *            generator that somebody outside resumed: the whole chain is taken off the machine at once, and
 *            put back at once.  So a step of a task costs the same at any depth of awaits.
 * Holds      vm->frame is the frame below before any of its code, or code of a finalizer, runs.
 * Owns       value is stolen.  A generator that is driven (not awaited) holds a reference to itself. */
#include "run/frame.h"

/* What came out, as the frame below sees it. */
struct came {
    mp_outcome outcome;
    mp_value value;
    bool exhausted; /* the end of a for loop */
    bool replaces;  /* the result takes the place of the iterator on the stack below */
};

static struct came returned(mp_value value)
{
    struct came came = {value != NULL ? MP_RETURNED : MP_RAISED, value, false, false};
    return came;
}

static struct came raised(void)
{
    return returned(NULL);
}

/* ---- By the way it is delivered ---- */

static struct came to_caller_of_init(mp_vm *vm, mp_frame *frame, mp_value value)
{
    bool none = value == vm->none;
    if (!none)
        mp_raise(vm, MP_X_TYPE_ERROR, "__init__() should return None, not '%T'", value);
    mp_decref(vm, value);
    if (!none)
        return raised();
    mp_value instance = frame->instead;
    frame->instead = NULL;
    return returned(instance);
}

/* frame->instead is (name, bases); the body's result is the __class__ cell of its methods, or None. */
static struct came to_class_statement(mp_vm *vm, mp_frame *frame, mp_value cell)
{
    mp_tuple *header = (mp_tuple *)frame->instead;
    mp_value made = mp_class_new(vm, (mp_str *)header->items[0], (mp_tuple *)header->items[1],
                                 (mp_dict *)frame->names);
    if (made != NULL && mp_is_exactly(vm, cell, MP_TYPE_CELL))
        mp_set_slot(vm, &((mp_cell *)cell)->value, mp_incref(made));
    mp_decref(vm, cell);
    return returned(made);
}

/* What the driver handles becomes the context only if there is no value, as in CPython. */
static struct came to_next(mp_vm *vm, mp_way_out way, mp_value value)
{
    if (way == MP_OUT_YIELD)
        return returned(value);
    (void)mp_raise_stop(vm, value);
    return raised();
}

static struct came to_for(mp_vm *vm, mp_way_out way, mp_value value)
{
    struct came came = {MP_RETURNED, value, way == MP_OUT_RETURN, false};
    if (came.exhausted) {
        mp_decref(vm, value);
        came.value = NULL;
    }
    return came;
}

/* close(): the result of a body that returns is kept since 3.13 (gh-104770). */
static struct came to_close(mp_vm *vm, mp_frame *frame, mp_way_out way, mp_value value)
{
    if (way == MP_OUT_YIELD) {
        mp_decref(vm, value);
        mp_raise(vm, MP_X_RUNTIME_ERROR, "%s ignored GeneratorExit", mp_generator_word(vm, frame->owner));
        return raised();
    }
    if (way == MP_OUT_RETURN && mp_has(vm, AC_S_GENERATOR_CLOSE_RETURNS_VALUE))
        return returned(value);
    if (way == MP_OUT_RETURN) {
        mp_decref(vm, value);
        return returned(mp_incref(vm->none));
    }
    if (!mp_raised_is(vm, MP_X_GENERATOR_EXIT) && !mp_raised_is(vm, MP_X_STOP_ITERATION))
        return raised();
    mp_decref(vm, mp_take_raised(vm));
    return returned(mp_incref(vm->none));
}

/* A coroutine that is closed together with the ones that await it: each of them gets a GeneratorExit of its
 * own once the inner one has ended. */
static struct came to_closing(mp_vm *vm, const mp_frame *frame, mp_way_out way, mp_value value)
{
    if (way == MP_OUT_RAISE && !mp_raised_is(vm, MP_X_GENERATOR_EXIT) &&
        !mp_raised_is(vm, MP_X_STOP_ITERATION))
        return raised();
    mp_xdecref(vm, way == MP_OUT_RAISE ? mp_take_raised(vm) : value);
    mp_raise_exit(vm, frame->root);
    return raised();
}

static struct came to_await(mp_vm *vm, mp_frame *frame, mp_way_out way, mp_value value)
{
    if ((frame->flags & MP_F_CLOSING) != 0)
        return to_closing(vm, frame, way, value);
    struct came came = returned(value);
    came.replaces = came.outcome == MP_RETURNED;
    return came;
}

static struct came to_async_step(mp_vm *vm, mp_frame *frame, mp_way_out way, mp_value value)
{
    bool by_hand = frame->deliver == MP_D_ASYNC_HAND;
    if (!mp_async_step_out(vm, frame->instead, frame->owner, way, &value))
        return raised();
    if (by_hand) {
        (void)mp_raise_stop(vm, value);
        return raised();
    }
    struct came came = returned(value);
    came.replaces = true;
    return came;
}

static struct came to_native_step(mp_way_out way, mp_value value)
{
    struct came came = {way == MP_OUT_YIELD ? MP_STOPPED : MP_RETURNED, value, false, false};
    return came;
}

static struct came as_delivered(mp_vm *vm, mp_frame *frame, mp_way_out way, mp_value value)
{
    mp_deliver deliver = frame->deliver;
    if (deliver == MP_D_CLOSE)
        return to_close(vm, frame, way, value);
    if (deliver == MP_D_ASYNC_NEXT || deliver == MP_D_ASYNC_HAND)
        return to_async_step(vm, frame, way, value);
    if (deliver == MP_D_DELEGATE)
        return to_await(vm, frame, way, value);
    if (way == MP_OUT_RAISE)
        return raised();
    switch (deliver) {
    case MP_D_INSTEAD:
        return to_caller_of_init(vm, frame, value);
    case MP_D_CLASS:
        return to_class_statement(vm, frame, value);
    case MP_D_NEXT:
        return to_next(vm, way, value);
    case MP_D_FOR:
        return to_for(vm, way, value);
    case MP_D_STEP:
        return to_native_step(way, value);
    default:
        return returned(value);
    }
}

/* ---- Leaving ---- */

static bool is_driven(const mp_frame *frame)
{
    return frame->deliver != MP_D_DELEGATE && frame->deliver != MP_D_ASYNC_NEXT;
}

/* A frame of a chain that was thrown into has stopped, and what it gave goes to the one below: if that is an
 * exception, it is thrown there. */
static void hand_thrown_down(mp_vm *vm, mp_generator *root, const mp_frame *frame, struct came came)
{
    if (root == NULL || root->thrown != frame)
        return;
    root->thrown = frame->owner == root ? NULL : vm->frame;
    if (root->thrown != NULL && came.outcome == MP_RAISED)
        mp_chain_thrown(vm, vm->frame);
}

/* The top frame has ended. */
static struct came end_frame(mp_vm *vm, mp_frame *frame, mp_way_out way, mp_value value)
{
    mp_generator *owner = frame->owner;
    vm->frame = frame->back;
    vm->depth--;
    frame->back = NULL;
    if (owner != NULL)
        mp_generator_ended(owner);
    struct came came = as_delivered(vm, frame, way, value);
    hand_thrown_down(vm, frame->root, frame, came);
    mp_value lost = vm->raised;
    vm->raised = NULL;
    bool driven = owner != NULL && is_driven(frame);
    mp_frame_free(vm, frame);
    if (driven)
        mp_decref(vm, mp_as_value(owner));
    vm->raised = lost;
    return came;
}

/* The whole chain below and including the top frame, down to the root, is taken off.  A by-hand step of an
 * async generator that waits gives what it waits for. */
static struct came yield_to_driver(mp_vm *vm, mp_frame *top, mp_value value)
{
    mp_generator *root = top->root;
    mp_frame *bottom = root->frame;
    vm->frame = bottom->back;
    bottom->back = NULL;
    uint32_t below = root->depth;
    root->depth = vm->depth - below;
    vm->depth = below;
    root->top = top;
    root->thrown = NULL;
    root->state = MP_G_SUSPENDED;
    struct came came = bottom->deliver == MP_D_ASYNC_HAND ? returned(value)
                                                          : as_delivered(vm, bottom, MP_OUT_YIELD, value);
    mp_decref(vm, mp_as_value(root));
    return came;
}

/* Takes the frames from the top one down to that of this generator off the machine, as a chain of their
 * own. */
static void put_aside(mp_vm *vm, mp_generator *owner)
{
    mp_frame *frame = vm->frame;
    owner->state = MP_G_SUSPENDED;
    owner->top = frame;
    owner->thrown = NULL;
    for (owner->depth = 1; frame != owner->frame; frame = frame->back, owner->depth++)
        frame->root = owner;
    frame->root = owner;
    vm->frame = frame->back;
    vm->depth -= owner->depth;
    frame->back = NULL;
}

/* An async generator yields to who awaits its step: its frame alone is taken off. */
static struct came yield_to_step(mp_vm *vm, mp_frame *frame, mp_value value)
{
    mp_generator *owner = frame->owner, *root = frame->root;
    bool by_hand = frame->deliver == MP_D_ASYNC_HAND;
    put_aside(vm, owner);
    struct came came = to_async_step(vm, frame, MP_OUT_YIELD, value);
    hand_thrown_down(vm, root, frame, came);
    mp_clear_slot(vm, &frame->instead);
    if (by_hand)
        mp_decref(vm, mp_as_value(owner));
    return came;
}

/* A coroutine that is being closed together with those that await it yields, or what it awaits then does: it
 * stays behind, suspended, and its awaiter learns that it did not end. */
static struct came yield_while_closing(mp_vm *vm, mp_frame *frame, mp_value value)
{
    mp_generator *owner = frame->owner, *root = frame->root;
    put_aside(vm, owner);
    frame->flags &= (uint8_t)~MP_F_CLOSING;
    mp_decref(vm, value);
    /* What closes an async generator is the step that is awaited: the words are those of a coroutine. */
    const char *word = frame->instead != NULL ? "coroutine" : mp_generator_word(vm, owner);
    mp_raise(vm, MP_X_RUNTIME_ERROR, "%s ignored GeneratorExit", word);
    mp_clear_slot(vm, &frame->instead); /* the step has not ended: its generator stays busy */
    hand_thrown_down(vm, root, frame, raised());
    return raised();
}

static bool yields_to_step(const mp_frame *frame, mp_way_out way)
{
    return way == MP_OUT_YIELD && (frame->code->flags & MP_C_ASYNC_GENERATOR) != 0;
}

static struct came leave_top(mp_vm *vm, mp_way_out way, mp_value value)
{
    mp_frame *frame = vm->frame;
    if (way == MP_OUT_RETURN || way == MP_OUT_RAISE)
        return end_frame(vm, frame, way, value);
    mp_frame *thrown = frame->root->thrown;
    if (thrown != NULL && (thrown->flags & MP_F_CLOSING) != 0 &&
        (thrown == frame || !yields_to_step(frame, way)))
        return yield_while_closing(vm, thrown, value);
    return yields_to_step(frame, way) ? yield_to_step(vm, frame, value) : yield_to_driver(vm, frame, value);
}

/* ---- Giving ---- */

static void drop_iterator(mp_vm *vm, mp_frame *frame)
{
    mp_value iterator = frame->stack[--frame->top];
    mp_decref(vm, iterator);
}

static void give_to_bytecode(mp_vm *vm, mp_frame *frame, struct came came)
{
    if (came.exhausted) {
        frame->ip = mp_argument_of(frame->code->instructions[frame->ip - 1]);
        drop_iterator(vm, frame);
        return;
    }
    if (came.outcome == MP_RAISED)
        return;
    if (came.replaces)
        drop_iterator(vm, frame);
    mp_frame_push_value(frame, came.value);
}

/* A native frame that has ended gives its own result. */
static struct came give_to_native(mp_vm *vm, mp_frame *frame, struct came came, bool *pushed)
{
    mp_value result = frame->native->resume(vm, frame, came.outcome, came.value);
    *pushed = result == MP_PUSHED;
    if (*pushed)
        return came;
    vm->frame = frame->back;
    mp_value lost = vm->raised;
    vm->raised = NULL;
    mp_frame_free(vm, frame);
    vm->raised = lost;
    return returned(result);
}

bool mp_leave(mp_vm *vm, mp_frame *stop, mp_way_out way, mp_value value, mp_value *answer)
{
    struct came came = leave_top(vm, way, value);
    while (vm->frame != stop) {
        mp_frame *frame = vm->frame;
        bool pushed = false;
        if (frame->native == NULL) {
            give_to_bytecode(vm, frame, came);
            return true;
        }
        came = give_to_native(vm, frame, came, &pushed);
        if (pushed)
            return true;
    }
    *answer = came.outcome == MP_RAISED ? NULL : came.value;
    return false;
}
