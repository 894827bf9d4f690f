/* call.c - a call with its memory, made at once or by a thread.
 *
 * Mirrors    run_in_executor, of which it is a call (executor.h).
 * Idea       Arguments, result and what keeps them are one block on the heap: the frame that waits for the
 *            call may go while a thread is at it.
 * Holds      The block is there while it has an owner or ac_call has it (call.io).  Values are dropped on
 *            the loop's thread alone.
 * Cost       One allocation; one for each argument that is copied.
 * Tests      tests/test_ffi_call.c, also under the thread sanitizer */
#include "ffi_impl.h"

#include <string.h>

typedef struct slot {
    void *place;    /* of the value */
    void *copy;     /* owned */
    ac_value value; /* owned: keeps what the argument points to */
    ac_loop *loop;  /* of the value */
} slot;

struct ac_ffi_call {
    ac_call call;
    ac_ffi_function *function; /* counted */
    const ac_ffi_call_ops *ops;
    void *data, *result;
    int number; /* errno */
    bool given_up;
    slot slots[];
};

static ac_ffi_call *call_of(ac_call *call)
{
    return AC_CONTAINER_OF(call, ac_ffi_call, call);
}

static const ac_ffi_signature *signature_of(const ac_ffi_call *call)
{
    return call->function->signature;
}

/* ---- Life ---- */

static void destroy(ac_ffi_call *call)
{
    size_t count = signature_of(call)->count;

    for (size_t i = 0; i < count; i++) {
        aci_ffi_sys.free(call->slots[i].copy);
        if (!ac_is_none(ac_lend(call->slots[i].value)))
            ac_drop(call->slots[i].loop, ac_take(&call->slots[i].value)); /* HOST */
    }
    ac_ffi_function_free(call->function);
    aci_ffi_sys.free(call);
}

static void run(ac_call *base)
{
    ac_ffi_call_now(call_of(base));
}

static ac_status outcome(ac_call *base, ac_value *result)
{
    ac_ffi_call *call = call_of(base);

    *result = ac_none();
    return call->ops != NULL && call->ops->outcome != NULL ? call->ops->outcome(call, result)
                                                           : AC_OK; /* HOST */
}

static int visit(ac_call *base, ac_visitor *visitor)
{
    return ac_ffi_call_visit(call_of(base), visitor);
}

static void released(ac_call *base)
{
    if (call_of(base)->given_up)
        destroy(call_of(base)); /* HOST */
}

static const ac_call_ops call_ops = {.run = run, .outcome = outcome, .visit = visit, .released = released};

static size_t room_for(const ac_ffi_type *type)
{
    size_t unit = sizeof(max_align_t), size = type->size < sizeof(ffi_arg) ? sizeof(ffi_arg) : type->size;

    return (size + unit - 1) / unit * unit;
}

static size_t round_up(size_t size)
{
    return (size + sizeof(max_align_t) - 1) / sizeof(max_align_t) * sizeof(max_align_t);
}

ac_ffi_call *ac_ffi_call_new(ac_ffi_function *function, const ac_ffi_call_ops *ops, void *data)
{
    const ac_ffi_signature *signature = function->signature;
    size_t head = round_up(sizeof(ac_ffi_call) + signature->count * sizeof(slot));
    size_t size = head + room_for(signature->result);
    ac_ffi_call *call;
    char *next;

    for (size_t i = 0; i < signature->count; i++)
        size += room_for(signature->parameters[i]);
    call = aci_ffi_sys.alloc(size);
    if (call == NULL)
        return NULL;
    memset(call, 0, size);
    ac_call_init(&call->call, &call_ops);
    call->function = function;
    function->holders++;
    call->ops = ops;
    call->data = data;
    call->result = next = (char *)call + head;
    next += room_for(signature->result);
    for (size_t i = 0; i < signature->count; i++) {
        call->slots[i].place = next;
        next += room_for(signature->parameters[i]);
    }
    return call;
}

void ac_ffi_call_free(ac_ffi_call *call)
{
    if (call == NULL)
        return;
    call->given_up = true;
    if (call->call.io == NULL)
        destroy(call); /* HOST */
}

const ac_ffi_signature *ac_ffi_call_signature(const ac_ffi_call *call)
{
    return signature_of(call);
}

void *ac_ffi_call_data(const ac_ffi_call *call)
{
    return call->data;
}

/* ---- Arguments ---- */

void *ac_ffi_argument(ac_ffi_call *call, size_t index)
{
    return call->slots[index].place;
}

ac_status ac_ffi_argument_copy(ac_ffi_call *call, size_t index, const void *memory, size_t size)
{
    slot *kept = &call->slots[index];
    void *copy;

    if (!aci_ffi_is_pointer(signature_of(call)->parameters[index]->kind))
        return AC_E_TYPE;
    copy = aci_ffi_sys.alloc(size > 0 ? size : 1);
    if (copy == NULL)
        return AC_E_MEMORY;
    if (size > 0)
        memcpy(copy, memory, size);
    aci_ffi_sys.free(kept->copy);
    kept->copy = copy;
    memcpy(kept->place, &copy, sizeof copy);
    return AC_OK;
}

void ac_ffi_argument_keep(ac_ffi_call *call, size_t index, ac_loop *loop, ac_value value)
{
    slot *kept = &call->slots[index];
    ac_value before = ac_take(&kept->value);
    ac_loop *home = kept->loop;

    kept->value = value;
    kept->loop = loop;
    if (!ac_is_none(ac_lend(before)))
        ac_drop(home, before); /* HOST */
}

/* ---- The call ---- */

void ac_ffi_call_now(ac_ffi_call *call)
{
    const ac_ffi_signature *signature = signature_of(call);
    void *values[AC_FFI_PARAMETERS];

    for (size_t i = 0; i < signature->count; i++)
        values[i] = signature->ways[i] == AC_FFI_IN ? call->slots[i].place : &call->slots[i].place;
    call->number = aci_ffi_enter(call->function, call->result, values);
}

ac_status ac_ffi_call_start(ac_ffi_call *call, ac_io *io, ac_pool *pool, ac_future *future)
{
    return ac_run_in_executor(io, pool, &call->call, future);
}

ac_call *ac_ffi_call_to_await(ac_ffi_call *call)
{
    return &call->call;
}

void *ac_ffi_call_result(ac_ffi_call *call)
{
    return call->result;
}

int ac_ffi_call_errno(const ac_ffi_call *call)
{
    return call->number;
}

int ac_ffi_call_visit(const ac_ffi_call *call, ac_visitor *visitor)
{
    size_t count = signature_of(call)->count;
    int stop = 0;

    for (size_t i = 0; stop == 0 && i < count; i++)
        if (!ac_is_none(ac_lend(call->slots[i].value)))
            stop = visitor->value(visitor, ac_lend(call->slots[i].value));
    return stop;
}
