/* machine.c - a machine from its beginning to its end: making it, running a file, taking it down.
 *
 * Idea       Everything that programs can see is made first (types, exceptions, builtins, modules); then the
 *            file is compiled and run as __main__.  The exit status says how it ended.
 * Holds      At the end nothing is left: modules are emptied, cycles collected, and what C code holds is
 *            dropped, so that a leak checker sees a leak and nothing else. */
#include <stdlib.h>
#include <string.h>

#include <aiocore/io.h>

#include "asyncio/host.h"
#include "compile/compile_impl.h"

enum { STATUS_ERROR = 1, STATUS_DEADLOCK = 97, STATUS_STEPS = 98, STATUS_INTERRUPTED = 130 };

/* ---- Making ---- */

static bool make_names(mp_vm *vm)
{
    static const char *const texts[] = {
#define MP_NAME_TEXT(name) #name,
        MP_DUNDERS(MP_NAME_TEXT) MP_OTHER_NAMES(MP_NAME_TEXT)
#undef MP_NAME_TEXT
    };
    for (size_t i = 0; i < MP_S_COUNT; i++)
        if (vm->names[i] == NULL && (vm->names[i] = mp_str_intern(vm, texts[i], strlen(texts[i]))) == NULL)
            return false;
    return true;
}

static bool make_everything(mp_vm *vm)
{
    if (!mp_init_types(vm) || !mp_init_strings(vm) || !make_names(vm) || !mp_init_exceptions(vm) ||
        !mp_init_numbers(vm) || !mp_init_containers(vm))
        return false;
    vm->builtins = mp_dict_new(vm);
    vm->modules = mp_dict_new(vm);
    return vm->builtins != NULL && vm->modules != NULL && mp_init_generators(vm) && mp_init_code(vm) &&
           mp_init_gc(vm) && mp_init_contextvars(vm) && mp_init_builtins(vm) && mp_init_asyncio(vm);
}

enum { NEWEST_MICRO = MP_NEVER - 1 };

/* The flags, and the version of Python whose words and arguments are modelled: "3.13.18", "3.13" for its
 * newest micro. */
static void read_version(mp_vm *vm, const char *semantics)
{
    char *end = NULL;
    vm->minor = 15;
    vm->micro = NEWEST_MICRO;
    vm->semantics = ac_semantics_newest();
    if (semantics != NULL)
        (void)ac_semantics_parse(semantics, &vm->semantics, NULL); /* it was checked */
    if (semantics == NULL || strncmp(semantics, "3.", 2) != 0)
        return;
    vm->minor = (unsigned)strtoul(semantics + 2, &end, 10);
    if (*end == '.')
        vm->micro = (unsigned)strtoul(end + 1, NULL, 10);
}

bool mp_python_has(const mp_vm *vm, unsigned in_12, unsigned in_13, unsigned in_14, unsigned in_15)
{
    const unsigned since[] = {in_12, in_13, in_14, in_15};
    return vm->micro >= since[vm->minor - 12];
}

static bool check_semantics(const char *semantics, const char **why)
{
    ac_semantics set;
    if (semantics == NULL || ac_semantics_parse(semantics, &set, NULL) == AC_OK)
        return true;
    *why = "unknown semantics";
    return false;
}

mp_vm *mp_vm_new(const mp_options *options, const char **why)
{
    *why = "no memory";
    if (!check_semantics(options->semantics, why))
        return NULL;
    mp_vm *vm = calloc(1, sizeof *vm);
    if (vm == NULL)
        return NULL;
    vm->options = *options;
    vm->main.number = 1;
    vm->thread = &vm->main;
    if (vm->options.recursion_limit == 0)
        vm->options.recursion_limit = 1000;
    read_version(vm, options->semantics);
    vm->tracked.prev = vm->tracked.next = &vm->tracked;
    ac_clock_init(&vm->clock);
    if (make_everything(vm))
        return vm;
    (void)mp_vm_free(vm);
    return NULL;
}

/* ---- Running a file ---- */

static bool define_text(mp_vm *vm, mp_dict *names, const char *name, const char *text)
{
    return mp_define(vm, names, name, mp_as_value(mp_str_from(vm, text)));
}

static mp_dict *main_namespace(mp_vm *vm, const char *file)
{
    mp_module *module = (mp_module *)mp_new(vm, vm->types[MP_TYPE_MODULE], 0);
    mp_dict *names = module != NULL ? mp_dict_new(vm) : NULL;
    if (names == NULL) {
        mp_xdecref(vm, mp_as_value(module));
        return NULL;
    }
    module->name = (mp_str *)mp_incref(mp_as_value(vm->names[MP_S___main__]));
    module->dict = (mp_dict *)mp_incref(mp_as_value(names));
    bool good = define_text(vm, names, "__name__", "__main__") && define_text(vm, names, "__file__", file) &&
                mp_define(vm, names, "__doc__", mp_incref(vm->none)) &&
                mp_dict_set(vm, vm->modules, mp_as_value(vm->names[MP_S___main__]), mp_as_value(module));
    mp_decref(vm, mp_as_value(module));
    if (!good)
        mp_clear_slot(vm, (mp_value *)&names);
    return names;
}

static bool append_argument(mp_vm *vm, mp_list *arguments, const char *text)
{
    mp_value argument = mp_as_value(mp_clean_text(vm, text, strlen(text)));
    bool good = argument != NULL && mp_list_append(vm, arguments, argument);
    mp_xdecref(vm, argument);
    return good;
}

/* The module sys has nothing but these. */
static bool define_arguments(mp_vm *vm, const char *file)
{
    mp_list *arguments = mp_list_new(vm, vm->options.argument_count + 1);
    mp_dict *sys = arguments != NULL ? mp_module_make(vm, "sys") : NULL;
    bool good = sys != NULL && append_argument(vm, arguments, file);
    for (size_t i = 0; good && i < vm->options.argument_count; i++)
        good = append_argument(vm, arguments, vm->options.arguments[i]);
    good = good && mp_define(vm, sys, "argv", mp_incref(mp_as_value(arguments)));
    mp_xdecref(vm, mp_as_value(arguments));
    return good;
}

/* SystemExit: None is 0, a number is itself, anything else is written and 1. */
static int status_of_exit(mp_vm *vm, mp_exception *exit)
{
    mp_value code = exit->value;
    if (code == NULL || code == vm->none)
        return 0;
    if (mp_is_int(vm, code))
        return (int)(mp_int_of(code) & 0xff);
    mp_value text = mp_to_str(vm, code);
    if (text != NULL) {
        (void)mp_write(vm, true, ((mp_str *)text)->data, ((mp_str *)text)->size);
        mp_write_text(vm, true, "\n");
        mp_decref(vm, text);
    } else {
        mp_decref(vm, mp_take_raised(vm));
    }
    return STATUS_ERROR;
}

static int status_of_steps(mp_vm *vm)
{
    mp_write_text(vm, true, "aiocore: the step limit is reached\n");
    return STATUS_STEPS;
}

static int status_of(mp_vm *vm, mp_value exception)
{
    if (vm->out_of_steps)
        return status_of_steps(vm);
    if (vm->deadlocked)
        return STATUS_DEADLOCK;
    if (mp_is_exception(vm, exception, MP_X_SYSTEM_EXIT))
        return status_of_exit(vm, (mp_exception *)exception);
    mp_print_exception(vm, exception);
    if (vm->out_of_steps) /* by the text of the exception */
        return status_of_steps(vm);
    return mp_is_exception(vm, exception, MP_X_KEYBOARD_INTERRUPT) ? STATUS_INTERRUPTED : STATUS_ERROR;
}

static mp_value run_main(mp_vm *vm, const char *source, size_t size, const char *file)
{
    mp_code *code = mp_compile(vm, source, size, file);
    mp_dict *names = code != NULL && define_arguments(vm, file) ? main_namespace(vm, file) : NULL;
    mp_value answer = names != NULL ? mp_run_code(vm, code, names, mp_as_value(names)) : NULL;
    if (vm->options.ended != NULL)
        vm->options.ended(vm->options.write_data);
    mp_xdecref(vm, mp_as_value(names));
    mp_xdecref(vm, mp_as_value(code));
    return answer;
}

int mp_vm_run(mp_vm *vm, const char *source, size_t size, const char *file)
{
    mp_value answer = run_main(vm, source, size, file);
    if (answer != NULL) {
        mp_decref(vm, answer);
        mp_threads_end(vm);
        return 0;
    }
    mp_value exception = mp_take_raised(vm);
    int status = status_of(vm, exception);
    mp_decref(vm, exception);
    mp_threads_end(vm);
    return status;
}

/* ---- Other things to do with a file ---- */

static mp_code *compile_or_write(mp_vm *vm, const char *source, size_t size, const char *file)
{
    mp_code *code = mp_compile(vm, source, size, file);
    if (code != NULL)
        return code;
    mp_value exception = mp_take_raised(vm);
    mp_print_exception(vm, exception);
    mp_decref(vm, exception);
    return NULL;
}

bool mp_vm_check(mp_vm *vm, const char *source, size_t size, const char *file)
{
    mp_code *code = compile_or_write(vm, source, size, file);
    mp_xdecref(vm, mp_as_value(code));
    return code != NULL;
}

static bool write_out(void *data, const char *text, size_t size)
{
    return mp_write(data, false, text, size);
}

bool mp_vm_disassemble(mp_vm *vm, const char *source, size_t size, const char *file)
{
    mp_code *code = compile_or_write(vm, source, size, file);
    bool good = code != NULL && mp_disassemble(vm, code, write_out, vm);
    mp_xdecref(vm, mp_as_value(code));
    return good;
}

void mp_vm_set_tracer(mp_vm *vm, ac_tracer *tracer)
{
    vm->tracer = tracer;
}

void mp_vm_fail_after(mp_vm *vm, uint64_t allocations)
{
    vm->fail_after = allocations;
}

void mp_vm_end(mp_vm *vm)
{
    vm->options.max_steps = 1;
    vm->steps = 1;
}

void mp_vm_interrupt(mp_vm *vm)
{
    struct ac_io *polled = vm->polled;
    vm->interrupted = 1;
    if (polled != NULL)
        ac_io_wake(polled);
}

/* ---- Taking it down ---- */

/* Borrowed; NULL: no program has been run. */
static mp_dict *main_names(mp_vm *vm)
{
    mp_value name = mp_as_value(vm->names[MP_S___main__]);
    mp_value module = vm->modules != NULL ? mp_dict_get(vm, vm->modules, name) : NULL;
    return module != NULL ? ((mp_module *)module)->dict : NULL;
}

/* As CPython: the program's module goes first, and the collector finds what it kept alive, with all its
 * globals still there for the finalizers.  If somebody else has the names, they are emptied, while everything
 * else still works. */
static void empty_modules(mp_vm *vm)
{
    mp_dict *names = main_names(vm);
    (void)mp_collect(vm);
    if (names == NULL || mp_dict_delete(vm, vm->modules, mp_as_value(vm->names[MP_S___main__])) < 0)
        mp_clear_slot(vm, &vm->raised);
    (void)mp_collect(vm);
    if (names != NULL && mp_is_tracked(vm, names)) {
        (void)mp_incref(mp_as_value(names));
        mp_dict_empty(vm, names);
        mp_decref(vm, mp_as_value(names));
    }
    (void)mp_collect(vm);
}

static void drop_state(mp_vm *vm)
{
    mp_loops_end_io(vm);
    mp_end_asyncio(vm);
    mp_value *slots[] = {&vm->raised,  &vm->running_loop,        &vm->set_loop,
                         &vm->context, (mp_value *)&vm->modules, (mp_value *)&vm->builtins};
    for (size_t i = 0; i < sizeof slots / sizeof *slots; i++)
        mp_clear_slot(vm, slots[i]);
    if (vm->memory_error != NULL) /* the program may have tied it to itself */
        vm->memory_error->type->slots.clear(vm, vm->memory_error);
    (void)mp_collect(vm);
}

size_t mp_vm_free(mp_vm *vm)
{
    if (vm == NULL)
        return 0;
    vm->out_of_steps = false;
    vm->steps = 0; /* what runs at the end may take as many again */
    vm->interrupted = 0;
    if (vm->builtins != NULL)
        empty_modules(vm);
    mp_threads_end(vm);
    vm->closing = true;
    mp_threads_drop(vm);
    drop_state(vm);
    mp_end_types(vm);
    mp_threads_free(vm);
    mp_gil_free(vm);
    size_t left = vm->memory_used;
    free(vm);
    return left;
}

/* ---- Writing ---- */

bool mp_write(mp_vm *vm, bool is_error, const char *text, size_t size)
{
    if (vm->options.write != NULL)
        return vm->options.write(vm->options.write_data, is_error, text, size);
    FILE *file = is_error ? stderr : stdout;
    return fwrite(text, 1, size, file) == size;
}

bool mp_flush(mp_vm *vm)
{
    return vm->options.write != NULL || fflush(stdout) == 0;
}

void mp_write_text(mp_vm *vm, bool is_error, const char *text)
{
    (void)mp_write(vm, is_error, text, strlen(text));
}
