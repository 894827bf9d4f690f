/* exception_types.c - the tree of builtin exceptions. */
#include <stddef.h>

#include "exceptions/exception_impl.h"

typedef struct types_exception {
    const char *name, *module; /* module NULL: builtins */
    mp_exception_index base;
    const mp_slots *slots; /* NULL: all the base's */
    const mp_method *methods;
    const mp_getset *getsets;
    const char *nones; /* attributes that are None until an instance has them; names with spaces between */
} types_exception;

static const char types_asyncio[] = "asyncio.exceptions", types_queues[] = "asyncio.queues";

/* By mp_exception_index; bases come before what derives from them. */
static const types_exception types_exceptions[MP_X_COUNT] = {
    [MP_X_BASE_EXCEPTION] = {"BaseException", .slots = &mp_base_exception_slots,
                             .methods = mp_base_exception_methods, .getsets = mp_base_exception_getsets},
    [MP_X_EXCEPTION] = {"Exception", .base = MP_X_BASE_EXCEPTION},
    [MP_X_GENERATOR_EXIT] = {"GeneratorExit", .base = MP_X_BASE_EXCEPTION},
    [MP_X_KEYBOARD_INTERRUPT] = {"KeyboardInterrupt", .base = MP_X_BASE_EXCEPTION},
    [MP_X_SYSTEM_EXIT] = {"SystemExit", .base = MP_X_BASE_EXCEPTION, .slots = &mp_system_exit_slots,
                          .getsets = mp_system_exit_getsets},
    [MP_X_BASE_EXCEPTION_GROUP] = {"BaseExceptionGroup", .base = MP_X_BASE_EXCEPTION,
                                   .slots = &mp_group_slots, .methods = mp_group_methods,
                                   .getsets = mp_group_getsets},
    [MP_X_EXCEPTION_GROUP] = {"ExceptionGroup", .base = MP_X_BASE_EXCEPTION_GROUP},
    [MP_X_STOP_ITERATION] = {"StopIteration", .base = MP_X_EXCEPTION, .slots = &mp_stop_iteration_slots,
                             .getsets = mp_stop_iteration_getsets},
    [MP_X_STOP_ASYNC_ITERATION] = {"StopAsyncIteration", .base = MP_X_EXCEPTION},
    [MP_X_ARITHMETIC_ERROR] = {"ArithmeticError", .base = MP_X_EXCEPTION},
    [MP_X_OVERFLOW_ERROR] = {"OverflowError", .base = MP_X_ARITHMETIC_ERROR},
    [MP_X_ZERO_DIVISION_ERROR] = {"ZeroDivisionError", .base = MP_X_ARITHMETIC_ERROR},
    [MP_X_FLOATING_POINT_ERROR] = {"FloatingPointError", .base = MP_X_ARITHMETIC_ERROR},
    [MP_X_ASSERTION_ERROR] = {"AssertionError", .base = MP_X_EXCEPTION},
    [MP_X_ATTRIBUTE_ERROR] = {"AttributeError", .base = MP_X_EXCEPTION, .slots = &mp_attribute_error_slots,
                              .nones = "name obj"},
    [MP_X_IMPORT_ERROR] = {"ImportError", .base = MP_X_EXCEPTION, .slots = &mp_import_error_slots,
                           .nones = "name path name_from msg"},
    [MP_X_MODULE_NOT_FOUND_ERROR] = {"ModuleNotFoundError", .base = MP_X_IMPORT_ERROR},
    [MP_X_LOOKUP_ERROR] = {"LookupError", .base = MP_X_EXCEPTION},
    [MP_X_INDEX_ERROR] = {"IndexError", .base = MP_X_LOOKUP_ERROR},
    [MP_X_KEY_ERROR] = {"KeyError", .base = MP_X_LOOKUP_ERROR, .slots = &mp_key_error_slots},
    [MP_X_MEMORY_ERROR] = {"MemoryError", .base = MP_X_EXCEPTION},
    [MP_X_NAME_ERROR] = {"NameError", .base = MP_X_EXCEPTION, .slots = &mp_name_error_slots, .nones = "name"},
    [MP_X_UNBOUND_LOCAL_ERROR] = {"UnboundLocalError", .base = MP_X_NAME_ERROR},
    [MP_X_OS_ERROR] = {"OSError", .base = MP_X_EXCEPTION, .slots = &mp_os_error_slots,
                       .nones = "errno strerror filename"},
    [MP_X_BLOCKING_IO_ERROR] = {"BlockingIOError", .base = MP_X_OS_ERROR},
    [MP_X_CHILD_PROCESS_ERROR] = {"ChildProcessError", .base = MP_X_OS_ERROR},
    [MP_X_CONNECTION_ERROR] = {"ConnectionError", .base = MP_X_OS_ERROR},
    [MP_X_BROKEN_PIPE_ERROR] = {"BrokenPipeError", .base = MP_X_CONNECTION_ERROR},
    [MP_X_CONNECTION_ABORTED_ERROR] = {"ConnectionAbortedError", .base = MP_X_CONNECTION_ERROR},
    [MP_X_CONNECTION_REFUSED_ERROR] = {"ConnectionRefusedError", .base = MP_X_CONNECTION_ERROR},
    [MP_X_CONNECTION_RESET_ERROR] = {"ConnectionResetError", .base = MP_X_CONNECTION_ERROR},
    [MP_X_FILE_EXISTS_ERROR] = {"FileExistsError", .base = MP_X_OS_ERROR},
    [MP_X_FILE_NOT_FOUND_ERROR] = {"FileNotFoundError", .base = MP_X_OS_ERROR},
    [MP_X_INTERRUPTED_ERROR] = {"InterruptedError", .base = MP_X_OS_ERROR},
    [MP_X_IS_A_DIRECTORY_ERROR] = {"IsADirectoryError", .base = MP_X_OS_ERROR},
    [MP_X_NOT_A_DIRECTORY_ERROR] = {"NotADirectoryError", .base = MP_X_OS_ERROR},
    [MP_X_PERMISSION_ERROR] = {"PermissionError", .base = MP_X_OS_ERROR},
    [MP_X_PROCESS_LOOKUP_ERROR] = {"ProcessLookupError", .base = MP_X_OS_ERROR},
    [MP_X_TIMEOUT_ERROR] = {"TimeoutError", .base = MP_X_OS_ERROR},
    [MP_X_RUNTIME_ERROR] = {"RuntimeError", .base = MP_X_EXCEPTION},
    [MP_X_NOT_IMPLEMENTED_ERROR] = {"NotImplementedError", .base = MP_X_RUNTIME_ERROR},
    [MP_X_RECURSION_ERROR] = {"RecursionError", .base = MP_X_RUNTIME_ERROR},
    [MP_X_SYNTAX_ERROR] = {"SyntaxError", .base = MP_X_EXCEPTION, .slots = &mp_syntax_error_slots,
                           .nones = "msg filename lineno offset text end_lineno end_offset"},
    [MP_X_INDENTATION_ERROR] = {"IndentationError", .base = MP_X_SYNTAX_ERROR},
    [MP_X_TAB_ERROR] = {"TabError", .base = MP_X_INDENTATION_ERROR},
    [MP_X_SYSTEM_ERROR] = {"SystemError", .base = MP_X_EXCEPTION},
    [MP_X_TYPE_ERROR] = {"TypeError", .base = MP_X_EXCEPTION},
    [MP_X_VALUE_ERROR] = {"ValueError", .base = MP_X_EXCEPTION},
    [MP_X_UNICODE_ERROR] = {"UnicodeError", .base = MP_X_VALUE_ERROR},
    [MP_X_EOF_ERROR] = {"EOFError", .base = MP_X_EXCEPTION},
    [MP_X_CANCELLED_ERROR] = {"CancelledError", .module = types_asyncio, .base = MP_X_BASE_EXCEPTION},
    [MP_X_INVALID_STATE_ERROR] = {"InvalidStateError", .module = types_asyncio, .base = MP_X_EXCEPTION},
    [MP_X_QUEUE_EMPTY] = {"QueueEmpty", .module = types_queues, .base = MP_X_EXCEPTION},
    [MP_X_QUEUE_FULL] = {"QueueFull", .module = types_queues, .base = MP_X_EXCEPTION},
    [MP_X_QUEUE_SHUT_DOWN] = {"QueueShutDown", .module = types_queues, .base = MP_X_EXCEPTION},
    [MP_X_BROKEN_BARRIER_ERROR] = {"BrokenBarrierError", .module = types_asyncio, .base = MP_X_RUNTIME_ERROR},
    [MP_X_INCOMPLETE_READ_ERROR] = {"IncompleteReadError", .module = types_asyncio, .base = MP_X_EOF_ERROR,
                                    .slots = &mp_incomplete_read_slots},
    [MP_X_LIMIT_OVERRUN_ERROR] = {"LimitOverrunError", .module = types_asyncio, .base = MP_X_EXCEPTION,
                                  .slots = &mp_limit_overrun_slots},
    [MP_X_GAI_ERROR] = {"gaierror", .module = "socket", .base = MP_X_OS_ERROR},
};

static bool types_put_nones(mp_vm *vm, mp_type *type, const char *names)
{
    while (names != NULL && *names != '\0') {
        char name[16] = "";
        size_t size = 0;
        while (*names != ' ' && *names != '\0' && size + 1 < sizeof name)
            name[size++] = *names++;
        if (*names == ' ')
            names++;
        if (!mp_type_put(vm, type, name, mp_incref(vm->none)))
            return false;
    }
    return true;
}

static bool types_make_exception(mp_vm *vm, int index)
{
    const types_exception *entry = &types_exceptions[index];
    const mp_type_def def = {
        .name = entry->name,
        .module = entry->module,
        .size = sizeof(mp_exception),
        .flags = MP_T_GC | MP_T_BASE | MP_T_EXCEPTION | MP_T_DICT,
        .dict_offset = offsetof(mp_exception, dict),
        .slots = entry->slots,
        .methods = entry->methods,
        .getsets = entry->getsets,
    };
    mp_type *type = mp_type_new(vm, &def, index == MP_X_BASE_EXCEPTION ? NULL : vm->exceptions[entry->base]);
    vm->exceptions[index] = type;
    return type != NULL && types_put_nones(vm, type, entry->nones);
}

bool mp_init_exceptions(mp_vm *vm)
{
    vm->types[MP_TYPE_TRACEBACK] = mp_type_new(vm, &mp_traceback_def, NULL);
    if (vm->types[MP_TYPE_TRACEBACK] == NULL)
        return false;
    for (int i = 0; i < MP_X_COUNT; i++)
        if (!types_make_exception(vm, i))
            return false;
    vm->exceptions[MP_X_EXCEPTION_GROUP]->also = vm->exceptions[MP_X_EXCEPTION];
    vm->memory_error = mp_new_exception(vm, vm->exceptions[MP_X_MEMORY_ERROR], NULL, 0);
    return vm->memory_error != NULL;
}
