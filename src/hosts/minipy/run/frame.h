/* frame.h - what the files of the machine itself share: frames, and how they are left. */
#ifndef MP_FRAME_H
#define MP_FRAME_H

#include "vm.h"

/* ---- frame.c ---- */

/* A frame that is not pushed yet.  globals and names are borrowed; closure may be NULL. */
mp_frame *mp_frame_new(mp_vm *vm, mp_code *code, mp_dict *globals, mp_tuple *closure, mp_value names);
/* Moves the parameters that inner functions use into their cells. */
void mp_frame_fill_cells(mp_frame *frame);
/* Drops what it owns and frees it; no frame may have it as its back. */
void mp_frame_free(mp_vm *vm, mp_frame *frame);
/* Shows what a frame that does not run owns. */
int mp_frame_visit(mp_frame *frame, mp_visit *visit, void *data);
/* Puts a frame on top; false: RecursionError, and the frame is freed unless a generator owns it. */
bool mp_frame_push(mp_vm *vm, mp_frame *frame, mp_deliver deliver);

/* What is handled in this frame or in one below; borrowed, NULL: nothing. */
mp_value mp_handled_from(const mp_frame *frame);

static inline void mp_frame_push_value(mp_frame *frame, mp_value value)
{
    frame->stack[frame->top++] = value;
}

/* ---- vm.c ---- */

/* Runs frames until something is given to 'stop'; see mp_finish. */
mp_value mp_run(mp_vm *vm, mp_frame *stop);

/* ---- call.c ---- */

/* A frame with the arguments bound; NULL: TypeError. */
mp_frame *mp_bind_frame(mp_vm *vm, mp_function *function, const mp_args *args);

/* ---- deliver.c ---- */

/* How the top frame stops.  value (stolen) is its result, NULL, what it yields, or what it waits for in a
 * DELEGATE, which its driver gets as if it had yielded it. */
typedef enum mp_way_out { MP_OUT_RETURN, MP_OUT_RAISE, MP_OUT_YIELD, MP_OUT_WAIT } mp_way_out;

/* Leaves the top frame and gives what came out of it to the frame below, and so on while those are native.
 * True: a bytecode frame is on top and goes on, with vm->raised if that is set.  False: 'stop' is reached and
 * *answer is what mp_finish gives. */
bool mp_leave(mp_vm *vm, mp_frame *stop, mp_way_out way, mp_value value, mp_value *answer);

/* ---- generator.c ---- */

mp_value mp_generator_new(mp_vm *vm, mp_frame *frame, mp_function *function);
/* Puts a suspended or new chain over the top frame, to be awaited: its root is the awaiter's.  sent is pushed
 * unless it is new. */
bool mp_generator_attach(mp_vm *vm, mp_generator *generator, mp_value sent, mp_deliver deliver);
/* Pushes the body of a generator or coroutine over the frame that awaits it.  MP_PUSHED; a value (it had
 * ended); NULL (raised). */
mp_value mp_generator_delegate(mp_vm *vm, mp_generator *generator, mp_value sent);
/* What was thrown into a chain came up in this frame, or left the one that it awaits: its context becomes
 * what the frame itself handles, whatever it was before; what is handled below does not count. */
void mp_chain_thrown(mp_vm *vm, const mp_frame *frame);
/* Raises what close() throws into the chain of this root, which is on the machine. */
void mp_raise_exit(mp_vm *vm, const mp_generator *root);
/* "coroutine", "generator", "async generator" */
const char *mp_generator_word(mp_vm *vm, mp_generator *generator);
/* Whether it may be resumed: false if it runs already (raised).  In the middle of a suspended chain, it is
 * taken out. */
bool mp_generator_ready(mp_vm *vm, mp_generator *generator);
/* The bookkeeping of a generator whose frame has ended or stops at its own yield. */
void mp_generator_ended(mp_generator *generator);
/* StopIteration out of a generator's body becomes RuntimeError. */
void mp_generator_guard(mp_vm *vm, mp_generator *generator);
bool mp_is_generator(mp_vm *vm, mp_value value); /* a generator or a coroutine: driven by send */

/* generator_methods.c: the exception of throw(...); and what async generators share. */
mp_value mp_thrown_exception(mp_vm *vm, const mp_args *args);
mp_progress mp_progress_of(mp_vm *vm, mp_value given, mp_value *out);
/* The opposite: StopIteration(value), which is how send() ends.  Steals it; NULL. */
mp_value mp_raise_stop(mp_vm *vm, mp_value value);
mp_value mp_generator_repr(mp_vm *vm, mp_value self);
int mp_generator_visit(mp_value self, mp_visit *visit, void *data);
void mp_generator_clear(mp_vm *vm, mp_value self);

/* ---- chain.c ---- */

/* The generator on whose frame this one waits; NULL: it waits for nothing of the kind. */
mp_generator *mp_chain_above(mp_vm *vm, const mp_frame *frame);
/* Whether a generator that is delegated to is part of a chain that runs. */
bool mp_chain_runs(mp_generator *generator);
/* Makes one that is delegated to, in a chain that does not run, a root of its own. */
void mp_chain_take_out(mp_vm *vm, mp_generator *generator);
/* Its frame goes: what is above it has nobody below any more. */
void mp_chain_cut(mp_vm *vm, mp_generator *generator);

/* ---- instruction_awaits.c ---- */

/* One go of what mp_get_awaitable gave, for C code that awaits it; runs in a loop of its own on the C stack.
 * value (borrowed) is what is sent, or thrown; a thrown GeneratorExit closes it and goes on, as in a
 * frame. */
mp_progress mp_drive(mp_vm *vm, mp_value iterator, mp_resume how, mp_value value, mp_value *out);

/* ---- by_hand.c: the methods of native iterators, by their resume slot ---- */

mp_value mp_resume_by_hand(mp_vm *vm, mp_value self, mp_resume how, mp_value value);
mp_value mp_next_by_hand(mp_vm *vm, mp_value self); /* a next slot */
mp_native mp_method_send, mp_method_next, mp_method_throw, mp_method_close;

/* ---- asyncgen.c ---- */

const char *mp_async_step_name(mp_value step);        /* what CPython calls its class */
mp_generator *mp_async_step_generator(mp_value step); /* borrowed; NULL: it was cleared */

/* An anext, asend, athrow or aclose is awaited, which pushes the generator's frame; MP_PUSHED, a value, or
 * NULL. */
mp_value mp_async_step_await(mp_vm *vm, mp_value self);
/* An async generator's body came to its own yield, or to its end: what that is to who drives it.  True:
 * *value is the result; false: raised. */
bool mp_async_step_out(mp_vm *vm, mp_value step, mp_generator *generator, mp_way_out way, mp_value *value);
bool mp_init_async_generators(mp_vm *vm);
/* ---- asyncio's part ---- */

/* Ctrl-C, which is over by this: cancels the main task of a Runner (true), or raises.  loop_run.c */
bool mp_interrupt_main(mp_vm *vm);
/* The loop's part, generator_hooks.c: a new async generator is iterated for the first time; one is dropped
 * unfinished. */
bool mp_async_generator_first(mp_vm *vm, mp_generator *generator);
void mp_async_generator_lost(mp_vm *vm, mp_generator *generator);
void mp_async_generator_forget(mp_vm *vm, mp_generator *generator);

#endif
