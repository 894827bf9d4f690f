/* chain.c - chains of generators that wait for each other, seen from one in the middle.
 *
 * Mirrors    What gen_send_ex2, _gen_throw and gen_close do with a generator that another one waits for:
 *            CPython resumes every generator by itself, and so anybody may resume any of them that does not
 *            run.
 * Idea       Here the root resumes a suspended chain as a whole (generator.c).  Who drives one in the middle
 *            takes it out, with all above it: it is a root of its own again, and the frame that waited for it
 *            stands at its DELEGATE, as if it waited for an iterator of the program.
 * Holds      What a frame waits for is on top of its stack.  Two frames of a chain are linked by the upper
 *            one's back alone, and a generator that is cleared cuts the link above it: so these links can be
 *            trusted even when the collector takes a chain apart, where root and top of what is left cannot.
 * Tests      difftests/scenarios/language/chain_driven_in_the_middle.py */
#include "run/frame.h"

/* The generator behind what a frame waits for; NULL: it is none, or it was cleared. */
static mp_generator *chain_behind(mp_vm *vm, mp_value iterator)
{
    if (iterator == NULL || mp_is_small(iterator))
        return NULL;
    if (mp_is_exactly(vm, iterator, MP_TYPE_COROUTINE_WRAPPER))
        return (mp_generator *)((mp_cell *)iterator)->value;
    if (mp_is_exactly(vm, iterator, MP_TYPE_ASYNC_STEP))
        return mp_async_step_generator(iterator);
    return mp_is_generator(vm, iterator) ? (mp_generator *)iterator : NULL;
}

mp_generator *mp_chain_above(mp_vm *vm, const mp_frame *frame)
{
    if (frame->top == 0)
        return NULL;
    mp_generator *above = chain_behind(vm, frame->stack[frame->top - 1]);
    return above != NULL && above->frame != NULL && above->frame->back == frame ? above : NULL;
}

static mp_generator *chain_bottom(mp_generator *generator)
{
    while (generator->state == MP_G_DELEGATED && generator->frame->back != NULL)
        generator = generator->frame->back->owner;
    return generator;
}

bool mp_chain_runs(mp_generator *generator)
{
    return chain_bottom(generator)->state == MP_G_RUNNING;
}

/* Everything above it goes with it; gives the number of frames. */
static uint32_t chain_take_over(mp_vm *vm, mp_generator *generator)
{
    uint32_t depth = 0;
    for (mp_generator *above = generator; above != NULL;
         above = mp_chain_above(vm, generator->top), depth++) {
        generator->top = above->frame;
        generator->top->root = generator;
    }
    generator->depth = depth;
    generator->state = MP_G_SUSPENDED;
    return depth;
}

void mp_chain_take_out(mp_vm *vm, mp_generator *generator)
{
    mp_generator *root = chain_bottom(generator);
    mp_frame *awaiter = generator->frame->back;
    uint32_t depth = chain_take_over(vm, generator);
    generator->frame->back = NULL;
    if (awaiter == NULL)
        return;
    awaiter->ip--;
    awaiter->flags |= MP_F_WAITING;
    if (root->state == MP_G_SUSPENDED) {
        root->top = awaiter;
        root->depth -= depth;
    }
}

void mp_chain_cut(mp_vm *vm, mp_generator *generator)
{
    mp_generator *above = mp_chain_above(vm, generator->frame);
    if (above != NULL)
        above->frame->back = NULL;
}
