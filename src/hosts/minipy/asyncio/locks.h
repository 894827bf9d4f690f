/* locks.h - what the objects of asyncio.locks and asyncio.queues share: the head, and the loop they belong
 * to.
 *
 * Holds      loop is the loop to which the core has bound the object, kept alive because it is told apart by
 *            its address; NULL before. */
#ifndef MP_LOCKS_H
#define MP_LOCKS_H

#include "asyncio/host.h"

/* How each of them begins: the core says of what begins like this that it is bound now (ac_host.bound). */
typedef struct mp_bound {
    mp_object head;
    mp_dict *dict;
    mp_value loop; /* owned; NULL: bound to none */
} mp_bound;

/* Each: zeroed by a class of the program whose __init__ does not call this one's: then waiters.next is
 * NULL. */
typedef struct mp_lock {
    mp_bound bound;
    ac_lock core;
} mp_lock;

typedef struct mp_event {
    mp_bound bound;
    ac_event_flag core;
} mp_event;

typedef struct mp_condition {
    mp_bound bound;
    ac_condition core;
    mp_value lock; /* owned; an mp_lock, else somebody else's: then core is not used */
    bool foreign;
} mp_condition;

typedef struct mp_semaphore {
    mp_bound bound;
    ac_semaphore core;
} mp_semaphore;

typedef struct mp_barrier {
    mp_bound bound; /* never bound: its condition and lock are */
    ac_barrier core;
    mp_value condition; /* owned */
} mp_barrier;

/* The loop for a wait that is about to suspend, borrowed; NULL raised: nothing runs. */
mp_loop *mp_bound_loop(mp_vm *vm, mp_value self, const ac_bound *bound);
/* Raises what a plain function of the core has failed with; NULL. */
mp_value mp_bound_fail(mp_vm *vm, ac_bound *bound, ac_status status);
/* None, or the same. */
mp_value mp_bound_done(mp_vm *vm, ac_bound *bound, ac_status status);
/* The object has not been initialised by its class: AttributeError, false. */
bool mp_bound_ready(mp_vm *vm, mp_value self, const ac_link *waiters, const char *attribute);
/* "<asyncio.locks.Lock object at 0x7f [unlocked" ...; closed by end: ", waiters:2]>". */
void mp_bound_begin_repr(mp_builder *text, mp_vm *vm, mp_value self);
mp_value mp_bound_end_repr(mp_builder *text, size_t waiters);
int mp_bound_visit(mp_value self, mp_visit *visit, void *data);
void mp_bound_clear(mp_vm *vm, mp_value self);
/* type(...) of a type that has an init slot. */
mp_value mp_bound_make(mp_vm *vm, mp_type *type, mp_args *args, bool init(mp_vm *, mp_value, mp_args *));
/* Whether the method of this name is the one of the builtin type, not replaced by the program. */
bool mp_bound_is_builtin(mp_vm *vm, mp_value self, mp_type_index index, mp_name name);

/* A coroutine of an "async def" without arguments: method is its name, as "Lock.acquire". */
mp_value mp_bound_coroutine(mp_vm *vm, mp_args *args, const char *method, size_t frame,
                            mp_value begin(mp_vm *vm, mp_native_coroutine *self),
                            mp_value finish(mp_vm *vm, mp_native_coroutine *self, mp_value result));
/* Results that are True, and None, whatever the body's is. */
mp_value mp_finish_true(mp_vm *vm, mp_native_coroutine *self, mp_value result);
mp_value mp_finish_none(mp_vm *vm, mp_native_coroutine *self, mp_value result);
/* Calls a function of MP_PART_LOCKS, where something of the program's takes part: what the core does is there
 * in Python, too, by the names of its methods. */
static inline mp_value mp_locks_call(mp_vm *vm, const char *function, mp_value *values, size_t count)
{
    return mp_part_call(vm, MP_PART_LOCKS, function, values, count);
}
/* __aexit__, which does what begin does, or, if the program has replaced release, that. */
mp_value mp_bound_aexit(mp_vm *vm, mp_args *args, mp_type_index index,
                        mp_value begin(mp_vm *vm, mp_native_coroutine *self));

/* ---- For conditions and barriers ---- */

/* async with a lock. */
mp_value mp_lock_aenter(mp_vm *vm, mp_args *args);
mp_value mp_lock_aexit(mp_vm *vm, mp_args *args);
/* Condition() */
mp_condition *mp_condition_new(mp_vm *vm);

extern const mp_type_def mp_lock_def, mp_event_def, mp_condition_def, mp_semaphore_def,
    mp_bounded_semaphore_def, mp_barrier_def;

#endif
