/* exceptions.c - exceptions: a class, an argument, a cause, a context, and the members of a group.
 *
 * Mirrors  BaseException, as far as asyncio looks at it: args, __cause__, __context__,
 *          ExceptionGroup.exceptions.
 * Holds    Contexts never form a ring: a link that would close one is cut, as CPython does when it
 *          raises.  (A ring through causes or members can be made by hand; it lives until the loop goes.)
 * Cost     One allocation for an exception, one more for a text.
 * Tests    tests/test_chost_values.c, and every twin that prints an exception */
#include "chost_impl.h"

#include <errno.h>
#include <string.h>

const ac_c_class ac_c_BaseException = {"BaseException", NULL};
const ac_c_class ac_c_Exception = {"Exception", &ac_c_BaseException};
const ac_c_class ac_c_CancelledError = {"CancelledError", &ac_c_BaseException};
const ac_c_class ac_c_SystemExit = {"SystemExit", &ac_c_BaseException};
const ac_c_class ac_c_KeyboardInterrupt = {"KeyboardInterrupt", &ac_c_BaseException};
const ac_c_class ac_c_GeneratorExit = {"GeneratorExit", &ac_c_BaseException};
const ac_c_class ac_c_StopIteration = {"StopIteration", &ac_c_Exception};
const ac_c_class ac_c_RuntimeError = {"RuntimeError", &ac_c_Exception};
const ac_c_class ac_c_RecursionError = {"RecursionError", &ac_c_RuntimeError};
const ac_c_class ac_c_AttributeError = {"AttributeError", &ac_c_Exception};
const ac_c_class ac_c_StopAsyncIteration = {"StopAsyncIteration", &ac_c_Exception};
const ac_c_class ac_c_QueueEmpty = {"QueueEmpty", &ac_c_Exception};
const ac_c_class ac_c_QueueFull = {"QueueFull", &ac_c_Exception};
const ac_c_class ac_c_QueueShutDown = {"QueueShutDown", &ac_c_Exception};
const ac_c_class ac_c_BrokenBarrierError = {"BrokenBarrierError", &ac_c_RuntimeError};
const ac_c_class ac_c_AssertionError = {"AssertionError", &ac_c_Exception};
const ac_c_class ac_c_NameError = {"NameError", &ac_c_Exception};
const ac_c_class ac_c_InvalidStateError = {"InvalidStateError", &ac_c_Exception};
const ac_c_class ac_c_TypeError = {"TypeError", &ac_c_Exception};
const ac_c_class ac_c_ValueError = {"ValueError", &ac_c_Exception};
const ac_c_class ac_c_TimeoutError = {"TimeoutError", &ac_c_OSError};
const ac_c_class ac_c_MemoryError = {"MemoryError", &ac_c_Exception};
const ac_c_class ac_c_BaseExceptionGroup = {"BaseExceptionGroup", &ac_c_BaseException};
const ac_c_class ac_c_ExceptionGroup = {"ExceptionGroup", &ac_c_Exception};
const ac_c_class ac_c_OSError = {"OSError", &ac_c_Exception};
const ac_c_class ac_c_gaierror = {"gaierror", &ac_c_OSError};
const ac_c_class ac_c_EOFError = {"EOFError", &ac_c_Exception};
const ac_c_class ac_c_IncompleteReadError = {"IncompleteReadError", &ac_c_EOFError};
const ac_c_class ac_c_LimitOverrunError = {"LimitOverrunError", &ac_c_Exception};
const ac_c_class ac_c_BlockingIOError = {"BlockingIOError", &ac_c_OSError};
const ac_c_class ac_c_ChildProcessError = {"ChildProcessError", &ac_c_OSError};
const ac_c_class ac_c_ConnectionError = {"ConnectionError", &ac_c_OSError};
const ac_c_class ac_c_BrokenPipeError = {"BrokenPipeError", &ac_c_ConnectionError};
const ac_c_class ac_c_ConnectionAbortedError = {"ConnectionAbortedError", &ac_c_ConnectionError};
const ac_c_class ac_c_ConnectionRefusedError = {"ConnectionRefusedError", &ac_c_ConnectionError};
const ac_c_class ac_c_ConnectionResetError = {"ConnectionResetError", &ac_c_ConnectionError};
const ac_c_class ac_c_FileExistsError = {"FileExistsError", &ac_c_OSError};
const ac_c_class ac_c_FileNotFoundError = {"FileNotFoundError", &ac_c_OSError};
const ac_c_class ac_c_InterruptedError = {"InterruptedError", &ac_c_OSError};
const ac_c_class ac_c_IsADirectoryError = {"IsADirectoryError", &ac_c_OSError};
const ac_c_class ac_c_NotADirectoryError = {"NotADirectoryError", &ac_c_OSError};
const ac_c_class ac_c_PermissionError = {"PermissionError", &ac_c_OSError};
const ac_c_class ac_c_ProcessLookupError = {"ProcessLookupError", &ac_c_OSError};

/* ---- What it is ---------------------------------------------------------------------------------- */

static c_exception *exception_of(ac_ref value)
{
    return c_object_as(value, AC_C_EXC);
}

const ac_c_class *ac_c_class_of(ac_ref exception)
{
    const c_exception *self = exception_of(exception);

    if (ac_is_none(exception))
        return &ac_c_MemoryError;
    return self ? self->kind : NULL;
}

static bool is_subclass(const ac_c_class *kind, const ac_c_class *of)
{
    for (; kind; kind = kind->base)
        if (kind == of)
            return true;
    /* ExceptionGroup has two bases; a class here has one. */
    return false;
}

bool ac_c_isinstance(ac_ref exception, const ac_c_class *kind)
{
    const ac_c_class *self = ac_c_class_of(exception);

    if (is_subclass(self, kind))
        return true;
    return kind == &ac_c_BaseExceptionGroup && is_subclass(self, &ac_c_ExceptionGroup);
}

unsigned aci_c_classify(ac_loop *loop, ac_ref exception)
{
    const ac_c_class *self = ac_c_class_of(exception);
    unsigned bits = 0;

    (void)loop;
    for (const ac_c_class *kind = self; kind; kind = kind->base) {
        if (kind == &ac_c_CancelledError)
            bits |= kind == self ? AC_IS_CANCELLED | AC_IS_CANCELLED_EXACT : AC_IS_CANCELLED;
        else if (kind == &ac_c_StopIteration)
            bits |= kind == self ? AC_IS_STOP | AC_IS_STOP_EXACT : AC_IS_STOP;
        else if (kind == &ac_c_SystemExit || kind == &ac_c_KeyboardInterrupt)
            bits |= AC_IS_EXIT;
        else if (kind == &ac_c_GeneratorExit)
            bits |= AC_IS_GENEXIT;
        else if (kind == &ac_c_TimeoutError)
            bits |= AC_IS_TIMEOUT;
        else if (kind == &ac_c_OSError)
            bits |= AC_IS_OS;
        else if (kind == &ac_c_BrokenPipeError || kind == &ac_c_ConnectionResetError)
            bits |= AC_IS_HANGUP;
    }
    return bits;
}

ac_ref ac_c_argument(ac_ref exception)
{
    const c_exception *self = exception_of(exception);

    return self ? ac_lend(self->argument) : ac_none_ref();
}

size_t ac_c_member_count(ac_ref group)
{
    const c_exception *self = exception_of(group);

    return self ? self->count : 0;
}

ac_ref ac_c_member(ac_ref group, size_t index)
{
    const c_exception *self = exception_of(group);

    return self && index < self->count ? ac_lend(self->members[index]) : ac_none_ref();
}

/* ---- Making one ---------------------------------------------------------------------------------- */

static c_exception *exception_new(ac_loop *loop, const ac_c_class *kind, const ac_ref *members, size_t count)
{
    bool fits = count <= (UINT32_MAX - sizeof(c_exception)) / sizeof *members;
    size_t size = sizeof(c_exception) + count * sizeof *members;
    c_exception *self = fits ? aci_c_object_new(loop, AC_C_EXC, size) : NULL;

    if (!self)
        return NULL;
    self->kind = kind;
    self->argument = self->cause = self->context = ac_none();
    self->number = 0;
    self->count = count;
    for (size_t i = 0; i < count; i++)
        self->members[i] = c_dup(members[i]);
    return self;
}

ac_value ac_c_exception(ac_loop *loop, const ac_c_class *kind, ac_ref argument)
{
    c_exception *self = exception_new(loop, kind, NULL, 0);

    if (self)
        self->argument = c_dup(argument);
    return c_value_of(self);
}

/* An exception whose argument is a string that was just made (stolen; NULL: there was no memory for it). */
static ac_value with_text(ac_loop *loop, c_string *text, const ac_c_class *kind, const ac_ref *members,
                          size_t count)
{
    c_exception *self = text ? exception_new(loop, kind, members, count) : NULL;

    if (self)
        self->argument = c_value_of(text);
    else
        aci_c_drop(loop, c_value_of(text));
    return c_value_of(self);
}

ac_value ac_c_error(ac_loop *loop, const ac_c_class *kind, const char *text)
{
    return with_text(loop, aci_c_string(loop, text), kind, NULL, 0);
}

/* ---- OSError ------------------------------------------------------------------------------------- */

/* As Python's table of errnos (Objects/exceptions.c, ADD_ERRNO). */
static const ac_c_class *class_of_errno(int number)
{
    static const struct {
        int number;
        const ac_c_class *kind;
    } table[] = {
        {EAGAIN, &ac_c_BlockingIOError},
        {EALREADY, &ac_c_BlockingIOError},
        {EINPROGRESS, &ac_c_BlockingIOError},
        {EWOULDBLOCK, &ac_c_BlockingIOError},
        {EPIPE, &ac_c_BrokenPipeError},
        {ESHUTDOWN, &ac_c_BrokenPipeError},
        {ECHILD, &ac_c_ChildProcessError},
        {ECONNABORTED, &ac_c_ConnectionAbortedError},
        {ECONNREFUSED, &ac_c_ConnectionRefusedError},
        {ECONNRESET, &ac_c_ConnectionResetError},
        {EEXIST, &ac_c_FileExistsError},
        {ENOENT, &ac_c_FileNotFoundError},
        {EISDIR, &ac_c_IsADirectoryError},
        {ENOTDIR, &ac_c_NotADirectoryError},
        {EINTR, &ac_c_InterruptedError},
        {EACCES, &ac_c_PermissionError},
        {EPERM, &ac_c_PermissionError},
        {ESRCH, &ac_c_ProcessLookupError},
        {ETIMEDOUT, &ac_c_TimeoutError},
    };

    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (table[i].number == number)
            return table[i].kind;
    return &ac_c_OSError;
}

/* The file's name is kept as its one member. */
static ac_value os_error(ac_loop *loop, const ac_c_class *kind, const ac_error *error)
{
    ac_value name = error->file ? ac_c_str(loop, error->file) : ac_none(), exception;
    ac_ref member = ac_lend(name);
    c_exception *self;

    if (error->file && name.bits == 0)
        return ac_none();
    exception = with_text(loop, aci_c_string(loop, error->text), kind, &member, error->file ? 1 : 0);
    aci_c_drop(loop, name);
    self = exception_of(ac_lend(exception));
    if (self)
        self->number = error->number;
    return exception;
}

ac_value ac_c_os_error(ac_loop *loop, int number)
{
    char text[128] = "";
    ac_error error = {.kind = AC_X_OS, .text = text, .number = number};

    if (strerror_r(number, text, sizeof text) != 0)
        text[0] = '\0';
    return os_error(loop, class_of_errno(number), &error);
}

ac_ref ac_c_file(ac_ref exception)
{
    return ac_c_errno(exception) != 0 ? ac_c_member(exception, 0) : ac_none_ref();
}

int ac_c_errno(ac_ref exception)
{
    const c_exception *self = exception_of(exception);

    return self ? self->number : 0;
}

/* ---- Groups -------------------------------------------------------------------------------------- */

static const ac_c_class *group_class(const ac_ref *members, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!ac_c_isinstance(members[i], &ac_c_Exception))
            return &ac_c_BaseExceptionGroup;
    return &ac_c_ExceptionGroup;
}

ac_value ac_c_group(ac_loop *loop, const char *text, const ac_ref *members, size_t count)
{
    return with_text(loop, aci_c_string(loop, text), group_class(members, count), members, count);
}

ac_turn ac_c_fail(ac_loop *loop, ac_out *out, ac_status status)
{
    out->value = ac_loop_status_exception(loop, status, NULL);
    return AC_RAISED;
}

ac_turn ac_c_throw(ac_loop *loop, ac_out *out, const ac_c_class *kind, const char *text)
{
    out->value = ac_c_error(loop, kind, text);
    return AC_RAISED;
}

/* ---- Chains -------------------------------------------------------------------------------------- */

ac_ref ac_c_cause(ac_ref exception)
{
    const c_exception *self = exception_of(exception);

    return self ? ac_lend(self->cause) : ac_none_ref();
}

ac_ref ac_c_context_of(ac_ref exception)
{
    const c_exception *self = exception_of(exception);

    return self ? ac_lend(self->context) : ac_none_ref();
}

/* Puts a new reference into a field; the old value goes last, when the exception is whole again. */
static void replace(ac_loop *loop, ac_value *slot, ac_ref with)
{
    ac_value old = *slot;

    *slot = c_dup(with);
    aci_c_drop(loop, old);
}

/* What leads to this exception in a chain of contexts; NULL if nothing does. */
static c_exception *link_to(const c_exception *self, ac_ref chain)
{
    c_exception *link = exception_of(chain), *next;

    for (; link; link = next) {
        next = exception_of(ac_lend(link->context));
        if (next == self)
            break;
    }
    return link;
}

/* The ring is cut last: the link may hold the last reference of the exception. */
void ac_c_set_context_of(ac_loop *loop, ac_ref exception, ac_ref context)
{
    c_exception *self = exception_of(exception), *link;

    if (!self || exception.bits == context.bits)
        return;
    link = link_to(self, context);
    replace(loop, &self->context, context);
    if (link)
        replace(loop, &link->context, ac_none_ref());
}

void aci_c_put_context(ac_loop *loop, ac_ref exception, ac_value context)
{
    c_exception *self = exception_of(exception);
    ac_value old = context;

    if (self) {
        old = self->context;
        self->context = context;
    }
    aci_c_drop(loop, old);
}

void ac_c_set_cause(ac_loop *loop, ac_ref exception, ac_ref cause)
{
    c_exception *self = exception_of(exception);

    if (!self || exception.bits == cause.bits)
        return;
    replace(loop, &self->cause, cause);
    ac_c_set_context_of(loop, exception, cause);
}

/* ---- The error hook ------------------------------------------------------------------------------ */

static const ac_c_class *class_of_kind(ac_xkind kind)
{
    static const ac_c_class *const classes[] = {
        [AC_X_CANCELLED] = &ac_c_CancelledError,
        [AC_X_STATE] = &ac_c_InvalidStateError,
        [AC_X_RUNTIME] = &ac_c_RuntimeError,
        [AC_X_TYPE] = &ac_c_TypeError,
        [AC_X_VALUE] = &ac_c_ValueError,
        [AC_X_RECURSION] = &ac_c_RecursionError,
        [AC_X_ATTRIBUTE] = &ac_c_AttributeError,
        [AC_X_TIMEOUT] = &ac_c_TimeoutError,
        [AC_X_INTERRUPT] = &ac_c_KeyboardInterrupt,
        [AC_X_STOP_ASYNC] = &ac_c_StopAsyncIteration,
        [AC_X_QUEUE_EMPTY] = &ac_c_QueueEmpty,
        [AC_X_QUEUE_FULL] = &ac_c_QueueFull,
        [AC_X_QUEUE_SHUTDOWN] = &ac_c_QueueShutDown,
        [AC_X_BROKEN_BARRIER] = &ac_c_BrokenBarrierError,
        [AC_X_ASSERTION] = &ac_c_AssertionError,
        [AC_X_NAME] = &ac_c_NameError,
        [AC_X_OS] = &ac_c_OSError,
        [AC_X_INCOMPLETE_READ] = &ac_c_IncompleteReadError,
        [AC_X_LIMIT_OVERRUN] = &ac_c_LimitOverrunError,
        [AC_X_CONNECTION_RESET] = &ac_c_ConnectionResetError,
        [AC_X_GAI] = &ac_c_gaierror,
    };
    return classes[kind];
}

static c_string *error_text(ac_loop *loop, const ac_error *error)
{
    c_subjects subjects = {loop, error->task, error->parent, error->future, error->group, error->value};
    c_text text = {NULL, 0, 0};
    c_string *string;

    aci_c_text_resolve(&text, error->text, &subjects);
    string = aci_c_string_new(loop, text.length);
    if (!string)
        return NULL;
    text.buffer = string->text;
    text.size = text.length + 1;
    text.length = 0;
    aci_c_text_resolve(&text, error->text, &subjects);
    return string;
}

static ac_value error_made(ac_loop *loop, const ac_error *error)
{
    bool is_group = error->kind == AC_X_GROUP || error->kind == AC_X_EXCEPTION_GROUP;
    const ac_c_class *kind;

    if (error->kind == AC_X_CANCELLED)
        return ac_c_exception(loop, &ac_c_CancelledError, error->value);
    if (error->kind == AC_X_OS && error->text[0] == '\0')
        return ac_c_exception(loop, class_of_errno(error->number), ac_none_ref());
    if (error->kind == AC_X_OS && error->number != 0)
        return os_error(loop, class_of_errno(error->number), error);
    if (error->kind == AC_X_GAI)
        return os_error(loop, &ac_c_gaierror, error);
    if (error->kind == AC_X_CANCELLED_EMPTY)
        return ac_c_error(loop, &ac_c_CancelledError, "");
    if (error->kind == AC_X_EXCEPTION_GROUP &&
        group_class(error->items, error->item_count) == &ac_c_BaseExceptionGroup)
        return ac_c_error(loop, &ac_c_TypeError, "Cannot nest BaseExceptions in an ExceptionGroup");
    kind = is_group ? group_class(error->items, error->item_count) : class_of_kind(error->kind);
    if (error->text[0] == '\0' && !is_group)
        return ac_c_exception(loop, kind, ac_none_ref());
    return with_text(loop, error_text(loop, error), kind, error->items, error->item_count);
}

/* Nothing can lead back to an exception that was just made: no walk is needed, and a long chain costs
 * nothing. */
ac_value aci_c_error(ac_loop *loop, const ac_error *error)
{
    ac_value exception = error_made(loop, error);
    c_exception *self = exception_of(ac_lend(exception));

    if (self) {
        self->cause = c_dup(error->cause);
        self->context = c_dup(ac_is_none(error->context) ? error->cause : error->context);
    }
    return exception;
}
