/* closure.c - pointers to functions for C, whose code is a callback of a loop.
 *
 * Idea       On the loop's thread the callback runs at once.  Elsewhere a message goes to the loop by
 *            call_soon_threadsafe: with copies of the arguments, or with the arguments where they are, while
 *            their thread waits.
 * Holds      A closure is there while its owner, a call or a message holds it.  The loop is told under the
 *            mutex, and not after the closure was given up: so the loop may go then.  A message that waits is
 *            pending, or running, or done, or gone; its arguments are looked at only while it runs, and its
 *            thread waits as long as that.
 * Re-enters  run, on the loop's thread, without the mutex.
 * Cost       One allocation for a call from elsewhere.
 * Tests      tests/test_ffi_closure.c, also under the thread sanitizer */
#include "ffi_impl.h"

#include <pthread.h>
#include <string.h>

typedef enum stage { PENDING, RUNNING, DONE, GONE } stage;

typedef struct message {
    ac_callback callback;
    ac_ffi_closure *closure; /* held */
    stage stage;
    unsigned holders; /* the loop, and the thread that waits */
    void **arguments, *result;
    max_align_t room[];
} message;

struct ac_ffi_closure {
    ac_loop *loop;
    const ac_ffi_closure_ops *ops;
    void *data;
    ac_ffi_elsewhere elsewhere;
    ac_ffi_signature *signature;
    ffi_closure *native;
    void *code;
    pthread_t thread; /* the loop's */
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    size_t holders;
    bool freed, has_raised;
    ac_value raised;
};

static void leave(ac_ffi_closure *closure)
{
    bool last;

    (void)pthread_mutex_lock(&closure->mutex);
    last = --closure->holders == 0;
    (void)pthread_mutex_unlock(&closure->mutex);
    if (!last)
        return;
    ffi_closure_free(closure->native); /* libffi does not look at it after the callback */
    (void)pthread_cond_destroy(&closure->changed);
    (void)pthread_mutex_destroy(&closure->mutex);
    ac_ffi_signature_free(closure->signature);
    aci_ffi_sys.free(closure);
}

/* ---- Messages ---- */

static void drop_message(message *self)
{
    ac_ffi_closure *closure = self->closure;
    bool last;

    (void)pthread_mutex_lock(&closure->mutex);
    last = --self->holders == 0;
    (void)pthread_mutex_unlock(&closure->mutex);
    if (!last)
        return;
    aci_ffi_sys.free(self);
    leave(closure);
}

static void set_stage(message *self, stage stage_now)
{
    (void)pthread_mutex_lock(&self->closure->mutex);
    self->stage = stage_now;
    (void)pthread_cond_broadcast(&self->closure->changed);
    (void)pthread_mutex_unlock(&self->closure->mutex);
}

static ac_status run_message(ac_loop *loop, ac_callback *callback)
{
    message *self = AC_CONTAINER_OF(callback, message, callback);
    ac_ffi_closure *closure = self->closure;
    ac_status status;
    bool wanted;

    (void)pthread_mutex_lock(&closure->mutex);
    wanted = self->stage == PENDING && !closure->freed;
    if (wanted)
        self->stage = RUNNING;
    (void)pthread_mutex_unlock(&closure->mutex);
    if (!wanted)
        return AC_OK;
    status = closure->ops->run(loop, closure, self->arguments, self->result); /* HOST */
    if (status != AC_OK && self->result != NULL)
        memset(self->result, 0, closure->signature->result->size);
    set_stage(self, DONE);
    return status;
}

/* It will not run, if it has not. */
static void give_up(message *self)
{
    (void)pthread_mutex_lock(&self->closure->mutex);
    if (self->stage == PENDING)
        self->stage = GONE;
    (void)pthread_cond_broadcast(&self->closure->changed);
    (void)pthread_mutex_unlock(&self->closure->mutex);
}

static void message_done(ac_loop *loop, ac_callback *callback)
{
    message *self = AC_CONTAINER_OF(callback, message, callback);

    (void)loop;
    give_up(self);
    drop_message(self);
}

static const ac_handle_ops message_ops = {.run = run_message, .done = message_done};

static size_t padded(size_t size)
{
    return (size + sizeof(max_align_t) - 1) / sizeof(max_align_t) * sizeof(max_align_t);
}

static size_t text_size(const ac_ffi_type *type, void *argument)
{
    const char *text = type->kind == AC_FFI_STRING ? *(const char **)argument : NULL;

    return text != NULL ? strlen(text) + 1 : 0;
}

static message *new_message(ac_ffi_closure *closure, size_t room)
{
    message *self = aci_ffi_sys.alloc(sizeof *self + room);

    if (self == NULL)
        return NULL;
    memset(self, 0, sizeof *self);
    ac_callback_init(&self->callback, &message_ops, ac_none());
    self->closure = closure;
    self->holders = 1;
    return self;
}

/* The arguments one after the other, strings with their text. */
static message *copied_message(ac_ffi_closure *closure, void **arguments)
{
    const ac_ffi_signature *signature = closure->signature;
    size_t room = padded((signature->count + 1) * sizeof *arguments) + padded(signature->result->size);
    message *self;
    char *next;

    for (size_t i = 0; i < signature->count; i++)
        room += padded(signature->parameters[i]->size) +
                padded(text_size(signature->parameters[i], arguments[i]));
    self = new_message(closure, room);
    if (self == NULL)
        return NULL;
    self->arguments = (void **)(void *)self->room;
    self->result = next = (char *)self->room + padded((signature->count + 1) * sizeof *arguments);
    memset(next, 0, padded(signature->result->size));
    next += padded(signature->result->size);
    for (size_t i = 0; i < signature->count; i++) {
        size_t length = text_size(signature->parameters[i], arguments[i]);
        self->arguments[i] = memcpy(next, arguments[i], signature->parameters[i]->size);
        next += padded(signature->parameters[i]->size);
        if (length > 0) {
            const char *text;
            memcpy(&text, arguments[i], sizeof text);
            text = memcpy(next, text, length);
            memcpy(self->arguments[i], &text, sizeof text);
            next += padded(length);
        }
    }
    return self;
}

/* ---- A call ---- */

static void at_once(ac_ffi_closure *closure, void **arguments, void *result)
{
    ac_status status;

    if (closure->has_raised)
        return;
    status = closure->ops->run(closure->loop, closure, arguments, result); /* HOST */
    if (status == AC_OK)
        return;
    memset(result, 0, closure->signature->result->size);
    closure->raised = ac_loop_status_exception(closure->loop, status, NULL);
    closure->has_raised = true;
}

static void wait_for(message *self)
{
    ac_ffi_closure *closure = self->closure;

    while (self->stage == RUNNING || (self->stage == PENDING && !closure->freed))
        (void)pthread_cond_wait(&closure->changed, &closure->mutex);
    if (self->stage == PENDING)
        self->stage = GONE;
}

static void from_elsewhere(ac_ffi_closure *closure, void **arguments, void *result)
{
    bool waits = closure->elsewhere == AC_FFI_WAIT, told;
    message *self = waits ? new_message(closure, 0) : copied_message(closure, arguments);

    if (self == NULL)
        return;
    if (waits) {
        self->arguments = arguments;
        self->result = result;
    }
    (void)pthread_mutex_lock(&closure->mutex);
    closure->holders++;
    self->holders += waits ? 1 : 0;
    told = !closure->freed && ac_loop_call_soon_threadsafe(closure->loop, &self->callback) == AC_OK;
    if (told && waits)
        wait_for(self);
    (void)pthread_mutex_unlock(&closure->mutex);
    if (!told)
        self->holders = 1;
    if (!told || waits)
        drop_message(self);
}

/* libffi wants short integers in a whole register. */
static void widen(ac_ffi_kind kind, const void *value, ffi_arg *wide)
{
    int8_t one;
    int16_t two;
    int32_t four;

    memcpy(&one, value, sizeof one);
    memcpy(&two, value, sizeof two);
    memcpy(&four, value, sizeof four);
    if (kind <= AC_FFI_U8)
        *wide = kind == AC_FFI_I8 ? (ffi_arg)(ffi_sarg)one : (uint8_t)one;
    else if (kind <= AC_FFI_U16)
        *wide = kind == AC_FFI_I16 ? (ffi_arg)(ffi_sarg)two : (uint16_t)two;
    else
        *wide = kind == AC_FFI_I32 ? (ffi_arg)(ffi_sarg)four : (uint32_t)four;
}

static void called(ffi_cif *cif, void *result, void **values, void *data)
{
    ac_ffi_closure *closure = data;
    const ac_ffi_signature *signature = closure->signature;
    const ac_ffi_type *type = signature->result;
    bool short_one = type->kind >= AC_FFI_BOOL && type->kind <= AC_FFI_U32, freed;
    void *arguments[AC_FFI_PARAMETERS] = {NULL}, *place;
    ffi_arg narrow = 0;

    (void)cif;
    (void)pthread_mutex_lock(&closure->mutex);
    closure->holders++;
    freed = closure->freed;
    (void)pthread_mutex_unlock(&closure->mutex);
    for (size_t i = 0; i < signature->count; i++)
        arguments[i] = signature->ways[i] == AC_FFI_IN ? values[i] : *(void **)values[i];
    place = short_one || type->size == 0 ? &narrow : result;
    memset(place, 0, type->size);
    if (!freed && pthread_equal(pthread_self(), closure->thread))
        at_once(closure, arguments, place); /* HOST */
    else if (!freed)
        from_elsewhere(closure, arguments, place);
    if (short_one)
        widen(type->kind, place, result);
    leave(closure);
}

/* ---- Life ---- */

static const char *unfit(const ac_ffi_signature *signature, ac_ffi_elsewhere elsewhere)
{
    if (signature->fixed != SIZE_MAX)
        return "a callback is not variadic";
    if (elsewhere == AC_FFI_POST && signature->has_out)
        return "out and inout need a thread that waits";
    return NULL;
}

static bool init_locks(ac_ffi_closure *closure)
{
    if (pthread_mutex_init(&closure->mutex, NULL) != 0)
        return false;
    if (pthread_cond_init(&closure->changed, NULL) == 0)
        return true;
    (void)pthread_mutex_destroy(&closure->mutex);
    return false;
}

/* What a closure has but its locks, which come last. */
static ac_status fill(ac_ffi_closure *closure, const char *signature, ac_ffi_error *error)
{
    ac_status status = ac_ffi_signature_new(signature, &closure->signature, error);
    const char *why = status == AC_OK ? unfit(closure->signature, closure->elsewhere) : NULL;

    if (why != NULL)
        return aci_ffi_refuse(error, SIZE_MAX, "%s", why);
    if (status != AC_OK)
        return status;
    closure->native = aci_ffi_sys.closure_alloc(sizeof *closure->native, &closure->code);
    if (closure->native == NULL)
        return aci_ffi_no_memory(error);
    if (aci_ffi_sys.prep_closure(closure->native, &closure->signature->cif, called, closure, closure->code) !=
        FFI_OK)
        return aci_ffi_refuse(error, SIZE_MAX, "libffi does not know how to make this callback");
    return init_locks(closure) ? AC_OK : aci_ffi_no_memory(error);
}

ac_status ac_ffi_closure_new(ac_loop *loop, const char *signature, const ac_ffi_closure_ops *ops,
                             ac_ffi_elsewhere elsewhere, void *data, ac_ffi_closure **out,
                             ac_ffi_error *error)
{
    ac_ffi_closure *closure = aci_ffi_sys.alloc(sizeof *closure);
    ac_status status;

    *out = NULL;
    if (closure == NULL)
        return aci_ffi_no_memory(error);
    memset(closure, 0, sizeof *closure);
    closure->loop = loop;
    closure->ops = ops;
    closure->data = data;
    closure->elsewhere = elsewhere;
    closure->thread = pthread_self();
    closure->holders = 1;
    status = fill(closure, signature, error);
    if (status == AC_OK) {
        *out = closure;
        return AC_OK;
    }
    if (closure->native != NULL)
        ffi_closure_free(closure->native);
    ac_ffi_signature_free(closure->signature);
    aci_ffi_sys.free(closure);
    return status;
}

void ac_ffi_closure_free(ac_ffi_closure *closure)
{
    ac_value raised;

    if (closure == NULL)
        return;
    raised = ac_take(&closure->raised);
    (void)pthread_mutex_lock(&closure->mutex);
    closure->freed = true;
    (void)pthread_cond_broadcast(&closure->changed);
    (void)pthread_mutex_unlock(&closure->mutex);
    if (!ac_is_none(ac_lend(raised)))
        ac_drop(closure->loop, raised); /* HOST */
    leave(closure);
}

ac_ffi_code ac_ffi_closure_code(const ac_ffi_closure *closure)
{
    ac_ffi_code code;

    memcpy(&code, &closure->code, sizeof code);
    return code;
}

void *ac_ffi_closure_data(const ac_ffi_closure *closure)
{
    return closure->data;
}

bool ac_ffi_closure_take_raised(ac_ffi_closure *closure, ac_value *out)
{
    bool had = closure->has_raised;

    closure->has_raised = false;
    *out = ac_take(&closure->raised);
    return had;
}
