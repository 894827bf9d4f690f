/* instructions.h - the instructions that take more than a few lines; vm.c has the others. */
#ifndef MP_INSTRUCTIONS_H
#define MP_INSTRUCTIONS_H

#include "objects/types_impl.h"
#include "run/frame.h"

/* The answer of a DELEGATE that has to wait: *out is for the driver. */
#define MP_WAITING ((mp_value)(uintptr_t)4)

/* Drops count values from the top; gives the new stack pointer. */
static inline mp_value *mp_drop_top(mp_vm *vm, mp_value *sp, size_t count)
{
    for (; count > 0; count--) {
        mp_value value = *--sp;
        mp_xdecref(vm, value);
    }
    return sp;
}

/* Small integers whose result is small; false: the long way. */
static inline bool mp_quick_arithmetic(int op, mp_value a, mp_value b, int64_t *out)
{
    int64_t left = mp_small(a), right = mp_small(b);
    if (op == MP_OP_ADD)
        *out = left + right;
    else if (op == MP_OP_SUB)
        *out = left - right;
    else if (op != MP_OP_MUL || __builtin_mul_overflow(left, right, out))
        return false;
    return *out >= MP_SMALL_MIN && *out <= MP_SMALL_MAX;
}

/* ---- instruction_names.c ---- */
void mp_raise_unbound_local(mp_vm *vm, mp_str *name);
void mp_raise_unbound_cell(mp_vm *vm, const mp_frame *frame, uint32_t cell);
mp_value mp_load_global(mp_vm *vm, const mp_frame *frame, mp_str *name);
mp_value mp_load_name(mp_vm *vm, const mp_frame *frame, mp_str *name);
mp_value mp_load_class_cell(mp_vm *vm, const mp_frame *frame, uint32_t cell);
bool mp_delete_name(mp_vm *vm, mp_frame *frame, mp_str *name, bool global);
mp_value mp_import(mp_vm *vm, mp_str *name);
mp_value mp_import_from(mp_vm *vm, mp_value module, mp_str *name);

/* ---- instruction_values.c ---- */
mp_value mp_build(mp_vm *vm, mp_opcode opcode, mp_value *items, size_t count);
bool mp_extend(mp_vm *vm, mp_opcode opcode, mp_value *sp); /* the operands are on top */
/* Pushes the items of an iterable; gives the new stack pointer, also when it raised. */
mp_value *mp_unpack(mp_vm *vm, mp_value iterable, mp_value *sp, uint32_t argument, bool star);
mp_value mp_format_value(mp_vm *vm, mp_value value, int conversion, mp_str *spec);
void mp_raise_statement(mp_vm *vm, mp_value *sp, uint32_t count);
bool mp_end_of_iteration(mp_vm *vm); /* StopIteration was raised, and is gone */

/* ---- instruction_calls.c ---- */
mp_value mp_make_function(mp_vm *vm, const mp_frame *frame, mp_value *sp, uint32_t flags);
uint32_t mp_function_operands(uint32_t flags);
mp_value mp_call_unpacked(mp_vm *vm, mp_value *sp, bool keywords);
mp_value mp_begin_class(mp_vm *vm, mp_value *operands, uint32_t bases);
/* Replaces the manager below sp by its exit method, and calls enter. */
mp_value mp_enter_with(mp_vm *vm, mp_value *sp, bool async);
mp_value mp_call_exit(mp_vm *vm, mp_value *sp, uint32_t between);

/* ---- instruction_awaits.c ---- */
/* One go of a DELEGATE: a value, NULL, MP_PUSHED or MP_WAITING. */
mp_value mp_delegate(mp_vm *vm, mp_value iterator, mp_value sent, mp_value *out);
/* Whether a frame that waits for this iterator must let it have what is thrown. */
bool mp_waits_natively(mp_vm *vm, mp_value iterator);
/* Throws vm->raised into the iterator; the answer is as of mp_delegate. */
mp_value mp_throw_into(mp_vm *vm, mp_value iterator, mp_value *out);
mp_value mp_get_yield_from(mp_vm *vm, const mp_frame *frame, mp_value value);
mp_value mp_get_async_iter(mp_vm *vm, mp_value value);
mp_value mp_get_async_next(mp_vm *vm, mp_value iterator);

#endif
