/* vm.c - the machine: one loop that runs the frame on top.
 *
 * Idea       Each instruction is a case of one switch; what takes more than a few lines is a function of
 *            instructions.c.  The stack pointer and the instruction pointer live in locals and are saved into
 *            the frame whenever another frame is to run.
 * Holds      (1) 'sp' points behind the top value.  (2) vm->raised is NULL while instructions run.  (3) While
 *            a frame runs, frame->top is 0, so that the collector takes its stack for references from
 *            outside.
 * Owns       Values on the stack are owned by it; popping takes the reference over.
 * Re-enters  Calls, awaits and class statements go to other frames without C recursion.  Operators may run
 *            methods of the program in a loop of their own (mp_call). */
#include "run/instructions.h"

/* Drops what is on the stack down to there, the top first: finalizers see the order.  Gives what was
 * raised. */
static mp_value drop_to(mp_vm *vm, const mp_value *bottom, mp_value **sp)
{
    mp_value exception = mp_take_raised(vm);
    while (*sp > bottom) {
        mp_value dropped = *--*sp;
        mp_xdecref(vm, dropped);
    }
    return exception;
}

/* Cuts the stack to the depth of the handler and pushes the exception; false: no handler here. */
static bool find_handler(mp_vm *vm, mp_frame *frame, mp_value **sp)
{
    const mp_code *code = frame->code;
    uint32_t at = frame->ip;
    for (uint32_t i = 0; i < code->handler_count; i++) {
        const mp_handler *handler = &code->handlers[i];
        if (at < handler->start || at >= handler->end)
            continue;
        mp_value exception = drop_to(vm, frame->stack + handler->depth, sp);
        *(*sp)++ = exception;
        frame->ip = handler->handler;
        return true;
    }
    return false;
}

/* The exception leaves the frame.  frame->ip is the instruction that raised. */
static bool unwind(mp_vm *vm, mp_frame *frame, mp_frame *stop, mp_value *answer)
{
    if (frame->owner != NULL)
        mp_generator_guard(vm, frame->owner);
    return mp_leave(vm, stop, MP_OUT_RAISE, NULL, answer);
}

/* A plain call of a Python function comes back to bytecode: nine returns of ten. */
static bool is_plain_return(const mp_frame *frame, const mp_frame *stop)
{
    return frame->deliver == MP_D_RESULT && frame->owner == NULL && frame->back != stop &&
           frame->back->native == NULL;
}

static void return_plainly(mp_vm *vm, mp_frame *frame, mp_value value)
{
    vm->frame = frame->back;
    vm->depth--;
    mp_frame_push_value(vm->frame, value);
    mp_frame_free(vm, frame);
}

/* The next item of the commonest iterator without a call. */
static inline mp_value next_item(mp_vm *vm, mp_value iterator)
{
    mp_value (*next)(mp_vm *, mp_value) = iterator->type->slots.next;
    return next != NULL ? next(vm, iterator) : mp_next(vm, iterator);
}

mp_value mp_run(mp_vm *vm, mp_frame *stop)
{
    mp_frame *frame;
    const mp_instruction *instructions;
    mp_instruction instruction;
    mp_value *sp;
    uint32_t ip, argument;
    mp_value answer = NULL, value, out = NULL;

enter:
    frame = vm->frame;
    instructions = frame->code->instructions;
    sp = frame->stack + frame->top;
    ip = frame->ip;
    frame->top = 0;
    if (vm->raised != NULL)
        goto thrown;
    frame->flags &= (uint8_t)~MP_F_WAITING;

    for (;;) {
        instruction = instructions[ip++];
        frame->ip = ip; /* whoever asks in the middle of it, where the program is, looks here */
        argument = mp_argument_of(instruction);
        switch (mp_opcode_of(instruction)) {
        case MP_I_POP:
            value = *--sp;
            mp_decref(vm, value);
            continue;
        case MP_I_COPY:
            value = mp_incref(sp[-(ptrdiff_t)argument]);
            *sp++ = value;
            continue;
        case MP_I_SWAP:
            value = sp[-1];
            sp[-1] = sp[-(ptrdiff_t)argument];
            sp[-(ptrdiff_t)argument] = value;
            continue;
        case MP_I_CONST:
            *sp++ = mp_incref(frame->code->constants[argument]);
            continue;
        case MP_I_PUSH_NULL:
            *sp++ = NULL;
            continue;

        /* -- names -- */
        case MP_I_LOAD_LOCAL:
            value = frame->locals[argument];
            if (value == NULL) {
                mp_raise_unbound_local(vm, frame->code->locals[argument]);
                goto raised;
            }
            *sp++ = mp_incref(value);
            continue;
        case MP_I_STORE_LOCAL:
            value = frame->locals[argument];
            frame->locals[argument] = *--sp;
            mp_xdecref(vm, value);
            continue;
        case MP_I_DELETE_LOCAL:
            value = frame->locals[argument];
            if (value == NULL) {
                mp_raise_unbound_local(vm, frame->code->locals[argument]);
                goto raised;
            }
            frame->locals[argument] = NULL;
            mp_decref(vm, value);
            continue;
        case MP_I_LOAD_CELL:
            value = ((mp_cell *)frame->cells[argument])->value;
            if (value == NULL) {
                mp_raise_unbound_cell(vm, frame, argument);
                goto raised;
            }
            *sp++ = mp_incref(value);
            continue;
        case MP_I_STORE_CELL:
            value = *--sp;
            mp_set_slot(vm, &((mp_cell *)frame->cells[argument])->value, value);
            continue;
        case MP_I_DELETE_CELL:
            if (((mp_cell *)frame->cells[argument])->value == NULL) {
                mp_raise_unbound_cell(vm, frame, argument);
                goto raised;
            }
            mp_clear_slot(vm, &((mp_cell *)frame->cells[argument])->value);
            continue;
        case MP_I_PUSH_CELL:
            *sp++ = mp_incref(frame->cells[argument]);
            continue;
        case MP_I_LOAD_GLOBAL:
            value = mp_load_global(vm, frame, frame->code->names[argument]);
            goto push_or_raise;
        case MP_I_LOAD_NAME:
            value = mp_load_name(vm, frame, frame->code->names[argument]);
            goto push_or_raise;
        case MP_I_LOAD_CLASS_CELL:
            value = mp_load_class_cell(vm, frame, argument);
            goto push_or_raise;
        case MP_I_STORE_GLOBAL:
        case MP_I_STORE_NAME: {
            bool global = mp_opcode_of(instruction) == MP_I_STORE_GLOBAL || frame->names == NULL;
            mp_dict *names = global ? frame->globals : (mp_dict *)frame->names;
            value = *--sp;
            bool stored = mp_dict_set(vm, names, mp_as_value(frame->code->names[argument]), value);
            mp_decref(vm, value);
            if (!stored)
                goto raised;
            continue;
        }
        case MP_I_DELETE_GLOBAL:
        case MP_I_DELETE_NAME:
            if (!mp_delete_name(vm, frame, frame->code->names[argument],
                                mp_opcode_of(instruction) == MP_I_DELETE_GLOBAL))
                goto raised;
            continue;

        /* -- attributes and items -- */
        case MP_I_LOAD_ATTR:
            value = mp_get_attr(vm, sp[-1], frame->code->names[argument]);
            goto replace_one;
        case MP_I_LOAD_METHOD: {
            mp_value self = NULL, owner = sp[-1];
            value = mp_get_method(vm, owner, frame->code->names[argument], &self);
            if (value == NULL)
                goto raised;
            sp[-1] = value;
            *sp++ = self;
            if (self == NULL)
                mp_decref(vm, owner);
            continue;
        }
        case MP_I_STORE_ATTR:
            if (!mp_set_attr(vm, sp[-1], frame->code->names[argument], sp[-2]))
                goto raised;
            sp = mp_drop_top(vm, sp, 2);
            continue;
        case MP_I_DELETE_ATTR:
            if (!mp_set_attr(vm, sp[-1], frame->code->names[argument], NULL))
                goto raised;
            sp = mp_drop_top(vm, sp, 1);
            continue;
        case MP_I_LOAD_INDEX:
            value = mp_get_item(vm, sp[-2], sp[-1]);
            goto replace_two;
        case MP_I_STORE_INDEX:
            if (!mp_set_item(vm, sp[-2], sp[-1], sp[-3]))
                goto raised;
            sp = mp_drop_top(vm, sp, 3);
            continue;
        case MP_I_DELETE_INDEX:
            if (!mp_set_item(vm, sp[-2], sp[-1], NULL))
                goto raised;
            sp = mp_drop_top(vm, sp, 2);
            continue;
        case MP_I_BUILD_SLICE:
            value = mp_slice_new(vm, sp[-3], sp[-2], sp[-1]);
            argument = 3;
            goto replace_many;

        /* -- operators -- */
        case MP_I_BINARY:
        case MP_I_INPLACE: {
            mp_value a = sp[-2], b = sp[-1];
            int64_t sum;
            if (mp_is_small(a) && mp_is_small(b) && mp_quick_arithmetic((int)argument, a, b, &sum)) {
                sp--;
                sp[-1] = mp_from_small(sum);
                continue;
            }
            value = mp_opcode_of(instruction) == MP_I_BINARY ? mp_binary(vm, (int)argument, a, b)
                                                             : mp_inplace(vm, (int)argument, a, b);
            goto replace_two;
        }
        case MP_I_UNARY:
            value = mp_unary(vm, (int)argument, sp[-1]);
            goto replace_one;
        case MP_I_COMPARE: {
            mp_value a = sp[-2], b = sp[-1];
            if (mp_is_small(a) && mp_is_small(b) && argument <= MP_OP_GE) {
                value = mp_compare_small((int)argument, mp_small(a), mp_small(b)) ? vm->true_ : vm->false_;
                sp--;
                sp[-1] = mp_incref(value);
                continue;
            }
            value = mp_compare(vm, (int)argument, a, b);
            goto replace_two;
        }

        /* -- displays -- */
        case MP_I_BUILD_TUPLE:
        case MP_I_BUILD_LIST:
        case MP_I_BUILD_SET:
        case MP_I_BUILD_DICT:
        case MP_I_BUILD_STRING:
            if (mp_opcode_of(instruction) == MP_I_BUILD_DICT)
                argument *= 2;
            value = mp_build(vm, mp_opcode_of(instruction), sp - argument, argument);
            goto replace_many;
        case MP_I_LIST_APPEND:
            if (!mp_list_append(vm, (mp_list *)sp[-1 - (ptrdiff_t)argument], sp[-1]))
                goto raised;
            sp = mp_drop_top(vm, sp, 1);
            continue;
        case MP_I_SET_ADD:
            if (!mp_set_add(vm, (mp_set *)sp[-1 - (ptrdiff_t)argument], sp[-1]))
                goto raised;
            sp = mp_drop_top(vm, sp, 1);
            continue;
        case MP_I_DICT_ADD:
            if (!mp_dict_set(vm, (mp_dict *)sp[-2 - (ptrdiff_t)argument], sp[-2], sp[-1]))
                goto raised;
            sp = mp_drop_top(vm, sp, 2);
            continue;
        case MP_I_LIST_EXTEND:
        case MP_I_SET_UPDATE:
        case MP_I_DICT_UPDATE:
        case MP_I_DICT_MERGE:
            if (!mp_extend(vm, mp_opcode_of(instruction), sp))
                goto raised;
            sp = mp_drop_top(vm, sp, 1);
            continue;
        case MP_I_LIST_TO_TUPLE:
            value = mp_as_value(mp_tuple_of(vm, ((mp_list *)sp[-1])->items, ((mp_list *)sp[-1])->count));
            goto replace_one;
        case MP_I_UNPACK:
        case MP_I_UNPACK_STAR: {
            bool star = mp_opcode_of(instruction) == MP_I_UNPACK_STAR;
            value = *--sp;
            sp = mp_unpack(vm, value, sp, argument, star);
            mp_decref(vm, value);
            if (vm->raised != NULL)
                goto raised;
            continue;
        }
        case MP_I_FORMAT: {
            bool has_spec = (argument & 256) != 0;
            mp_value *operands = sp - (has_spec ? 2 : 1);
            value = mp_format_value(vm, operands[0], (int)(argument & 255),
                                    has_spec ? (mp_str *)operands[1] : NULL);
            argument = has_spec ? 2 : 1;
            goto replace_many;
        }

        /* -- control -- */
        case MP_I_JUMP:
            if (argument <= ip) {
                ip--;
                if (!mp_count_step(vm))
                    goto raised_here;
            }
            ip = argument;
            continue;
        case MP_I_JUMP_IF_FALSE:
        case MP_I_JUMP_IF_TRUE: {
            bool wanted = mp_opcode_of(instruction) == MP_I_JUMP_IF_TRUE;
            value = sp[-1];
            int truth = value == vm->true_ ? 1 : value == vm->false_ ? 0 : mp_truth(vm, value);
            if (truth < 0)
                goto raised;
            sp = mp_drop_top(vm, sp, 1);
            if ((truth != 0) != wanted)
                continue;
            if (argument <= ip && !mp_count_step(vm))
                goto raised;
            ip = argument;
            continue;
        }
        case MP_I_JUMP_IF_NONE:
            value = *--sp;
            if (value == vm->none)
                ip = argument;
            mp_decref(vm, value);
            continue;
        case MP_I_GET_ITER:
            value = mp_iter(vm, sp[-1]);
            goto replace_one;
        case MP_I_FOR_ITER:
            if (!mp_is_small(sp[-1]) && sp[-1]->type == vm->types[MP_TYPE_GENERATOR]) {
                value = mp_generator_resume(vm, (mp_generator *)sp[-1], MP_SEND, vm->none, MP_D_FOR);
                if (value == MP_PUSHED)
                    goto switch_frames;
            } else {
                value = next_item(vm, sp[-1]);
            }
            if (value != NULL) {
                *sp++ = value;
                continue;
            }
            if (vm->raised != NULL && !mp_end_of_iteration(vm))
                goto raised;
            sp = mp_drop_top(vm, sp, 1);
            ip = argument;
            continue;
        case MP_I_RETURN:
            value = *--sp;
            frame->top = (uint32_t)(sp - frame->stack);
            if (is_plain_return(frame, stop))
                return_plainly(vm, frame, value);
            else if (!mp_leave(vm, stop, MP_OUT_RETURN, value, &answer))
                return answer;
            goto enter;

        /* -- functions, classes, calls -- */
        case MP_I_MAKE_FUNCTION:
            value = mp_make_function(vm, frame, sp, argument);
            argument = mp_function_operands(argument);
            goto replace_many;
        case MP_I_CALL: {
            mp_value *callee = sp - argument - 2;
            bool method = callee[1] != NULL;
            mp_args args = {callee + (method ? 1 : 2), argument + (method ? 1u : 0u), NULL};
            value = mp_invoke(vm, callee[0], &args);
            argument += 2;
            goto called;
        }
        case MP_I_CALL_NAMES: {
            mp_tuple *names = (mp_tuple *)sp[-1];
            mp_value *callee = sp - 1 - argument - 2;
            bool method = callee[1] != NULL;
            mp_args args = {callee + (method ? 1 : 2), argument + (method ? 1u : 0u) - names->count, names};
            value = mp_invoke(vm, callee[0], &args);
            argument += 3;
            goto called;
        }
        case MP_I_CALL_EX:
            value = mp_call_unpacked(vm, sp, argument != 0);
            argument = argument != 0 ? 4 : 3;
            goto called;
        case MP_I_BUILD_CLASS:
            value = mp_begin_class(vm, sp - argument - 2, argument);
            argument += 2;
            goto called;
        case MP_I_IMPORT:
            value = mp_import(vm, frame->code->names[argument]);
            goto push_or_raise;
        case MP_I_IMPORT_FROM:
            value = mp_import_from(vm, sp[-1], frame->code->names[argument]);
            goto push_or_raise;

        /* -- exceptions -- */
        case MP_I_RAISE:
            mp_raise_statement(vm, sp, argument);
            if (argument == 0 && mp_handled(vm) != NULL)
                goto reraised;
            goto raised;
        case MP_I_PUSH_HANDLED:
            value = sp[-1];
            sp[-1] = frame->handled != NULL ? frame->handled : mp_incref(vm->none);
            frame->handled = mp_incref(value);
            *sp++ = value;
            continue;
        case MP_I_POP_HANDLED: {
            mp_value before = *--sp;
            value = frame->handled;
            frame->handled = before == vm->none ? NULL : before;
            if (before == vm->none)
                mp_decref(vm, before);
            mp_xdecref(vm, value);
            continue;
        }
        case MP_I_RERAISE:
            mp_reraise(vm, *--sp);
            goto reraised;
        case MP_I_MATCH: {
            int matches = mp_exception_matches(vm, sp[-2], sp[-1]);
            value = matches < 0 ? NULL : mp_bool_new(vm, matches != 0);
            goto replace_one;
        }
        case MP_I_MATCH_STAR: {
            mp_value rest = NULL, match = NULL;
            if (!mp_match_star(vm, sp[-2], sp[-1], &rest, &match))
                goto raised;
            sp = mp_drop_top(vm, sp, 2);
            *sp++ = rest != NULL ? rest : mp_incref(vm->none);
            *sp++ = match != NULL ? match : mp_incref(vm->none);
            continue;
        }
        case MP_I_JOIN_STAR:
            value = mp_join_star(vm, sp[-2], (mp_list *)sp[-1]);
            goto replace_two;
        case MP_I_ASSERTION_ERROR:
            *sp++ = mp_incref(mp_as_value(vm->exceptions[MP_X_ASSERTION_ERROR]));
            continue;

        /* -- with -- */
        case MP_I_ENTER_WITH:
        case MP_I_ENTER_ASYNC_WITH:
            value = mp_enter_with(vm, sp, mp_opcode_of(instruction) == MP_I_ENTER_ASYNC_WITH);
            if (value == NULL)
                goto raised;
            if (value == MP_PUSHED)
                goto switch_frames;
            *sp++ = value;
            continue;
        case MP_I_CALL_EXIT:
            value = mp_call_exit(vm, sp, argument);
            argument = 0;
            goto called;

        /* -- generators and coroutines -- */
        case MP_I_GET_AWAITABLE:
            value = mp_get_awaitable(vm, sp[-1], (int)argument);
            goto replace_one;
        case MP_I_GET_YIELD_FROM:
            value = mp_get_yield_from(vm, frame, sp[-1]);
            goto replace_one;
        case MP_I_GET_ASYNC_ITER:
            value = mp_get_async_iter(vm, sp[-1]);
            goto replace_one;
        case MP_I_GET_ASYNC_NEXT:
            value = mp_get_async_next(vm, sp[-1]);
            goto push_or_raise;
        case MP_I_END_ASYNC_FOR:
            if (!mp_is_exception(vm, sp[-1], MP_X_STOP_ASYNC_ITERATION)) {
                mp_reraise(vm, *--sp);
                goto reraised;
            }
            sp = mp_drop_top(vm, sp, 2);
            continue;
        case MP_I_YIELD:
            value = *--sp;
            frame->top = (uint32_t)(sp - frame->stack);
            if (!mp_leave(vm, stop, MP_OUT_YIELD, value, &answer))
                return answer;
            goto enter;
        case MP_I_DELEGATE: {
            mp_value sent = *--sp;
            frame->top = (uint32_t)(sp - frame->stack); /* a call graph looks at what is awaited */
            value = mp_delegate(vm, sp[-1], sent, &out);
            frame->top = 0;
            mp_decref(vm, sent);
            goto delegated;
        }
        case MP_I_COUNT:
        default:
            mp_raise(vm, MP_X_RUNTIME_ERROR, "unknown instruction");
            goto raised;
        }

    /* -- how instructions end -- */
    push_or_raise:
        if (value == NULL)
            goto raised;
        *sp++ = value;
        continue;
    replace_one : {
        if (value == NULL)
            goto raised;
        mp_value old = sp[-1];
        sp[-1] = value;
        mp_decref(vm, old);
        continue;
    }
    replace_two : {
        if (value == NULL)
            goto raised;
        mp_value b = *--sp, a = sp[-1];
        sp[-1] = value;
        mp_decref(vm, b);
        mp_decref(vm, a);
        continue;
    }
    replace_many:
        if (value == NULL)
            goto raised;
        sp = mp_drop_top(vm, sp, argument);
        *sp++ = value;
        continue;
    called:
        if (value == NULL)
            goto raised;
        if (value == MP_PUSHED) {
            mp_frame *callee = vm->frame;
            sp = mp_drop_top(vm, sp, argument);
            vm->frame = callee;
            goto switch_frames;
        }
        sp = mp_drop_top(vm, sp, argument);
        *sp++ = value;
        continue;
    delegated:
        if (value == MP_PUSHED)
            goto switch_frames;
        if (value != MP_WAITING)
            goto replace_one;
        frame->ip = ip - 1;
        frame->flags |= MP_F_WAITING;
        frame->top = (uint32_t)(sp - frame->stack);
        if (!mp_leave(vm, stop, MP_OUT_WAIT, out, &answer))
            return answer;
        goto enter;
    thrown:
        /* What is thrown into a frame that waits for something native goes to that first. */
        if ((frame->flags & MP_F_WAITING) == 0)
            goto raised;
        if (!mp_waits_natively(vm, sp[-1])) {
            frame->flags &= (uint8_t)~MP_F_WAITING;
            mp_chain_thrown(vm, frame);
            goto raised_here;
        }
        ip++;
        if (mp_raised_is(vm, MP_X_GENERATOR_EXIT))
            frame->flags |= MP_F_CLOSES;
        frame->top = (uint32_t)(sp - frame->stack); /* as for DELEGATE */
        value = mp_throw_into(vm, sp[-1], &out);
        frame->top = 0;
        frame->flags &= (uint8_t) ~(MP_F_WAITING | MP_F_CLOSES);
        if (value == NULL)
            mp_chain_thrown(vm, frame);
        goto delegated;
    switch_frames:
        frame->ip = ip;
        frame->top = (uint32_t)(sp - frame->stack);
        goto enter;

    raised:
        ip--;
    raised_here:
        mp_trace_add(vm, vm->raised, frame->code, ip);
    reraised_here:
        frame->ip = ip;
        if (find_handler(vm, frame, &sp)) {
            ip = frame->ip;
            continue;
        }
        mp_reraise(vm, drop_to(vm, frame->stack, &sp));
        if (!unwind(vm, frame, stop, &answer))
            return answer;
        goto enter;
    reraised:
        ip--;
        goto reraised_here;
    }
}
