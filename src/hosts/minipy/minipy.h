/* minipy.h - the teaching interpreter, from outside: run a file of the scenario language on aiocore.
 *
 *     const char *why;
 *     mp_vm *vm = mp_vm_new(&(mp_options){.virtual_time = true}, &why);
 *     int status = mp_vm_run(vm, source, size, "hello.py");
 *     mp_vm_free(vm);
 *
 * A machine belongs to one thread.  docs/minipy.md explains how it works inside. */
#ifndef MP_MINIPY_H
#define MP_MINIPY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <aiocore/aiocore.h>
#include <aiocore/trace.h>

typedef struct mp_vm mp_vm;

/* Zero-initialise, set what matters.  All pointers are borrowed and outlive the machine. */
typedef struct mp_options {
    const char *semantics; /* aiocore/semantics.h; NULL: the newest */
    bool virtual_time;
    bool eager; /* every loop begins with asyncio.eager_task_factory */
    bool debug;
    uint64_t max_steps;           /* jumps back, calls, items that C code takes; 0: no limit */
    size_t memory_limit;          /* bytes; 0: none */
    uint32_t recursion_limit;     /* Python frames; 0: 1000 */
    const char *const *arguments; /* of the program: sys.argv without the file */
    size_t argument_count;
    /* stdout and stderr of the program; NULL: the process's */
    bool (*write)(void *data, bool is_error, const char *text, size_t size);
    void *write_data;
    /* The last statement of the program has ended, also by an exception; nothing of it was freed.  NULL:
     * nobody asks.  write_data is its argument, too. */
    void (*ended)(void *write_data);
} mp_options;

/* A machine of its own; several may exist in one process.  NULL: no memory, or *why says what is wrong with
 * the options. */
mp_vm *mp_vm_new(const mp_options *options, const char **why);
/* Takes it down: everything that it made is freed.  How many bytes were not, 0 if all is well; for tests. */
size_t mp_vm_free(mp_vm *vm);
/* Runs a file as __main__, and gives the exit status of the process (scenario-language.md).  Tracebacks and
 * the reports of deadlocks are written as errors. */
int mp_vm_run(mp_vm *vm, const char *source, size_t size, const char *file);

/* Ctrl-C: the program gets a KeyboardInterrupt, or its main task is cancelled, as in asyncio.run.  May be
 * called in a signal handler. */
void mp_vm_interrupt(mp_vm *vm);

/* Ends the program as if this were the last of max_steps: the next call or jump back leaves it, and each
 * after that.  A tracer that has seen enough may call it. */
void mp_vm_end(mp_vm *vm);

/* Only parses and compiles.  True, or the error is written as run would write it. */
bool mp_vm_check(mp_vm *vm, const char *source, size_t size, const char *file);
/* Writes the bytecode of a file as text to stdout; false: the error is written. */
bool mp_vm_disassemble(mp_vm *vm, const char *source, size_t size, const char *file);

/* For tests: the nth allocation from now on fails; 0: none. */
void mp_vm_fail_after(mp_vm *vm, uint64_t allocations);
/* Every loop that is made from now on tells this tracer (borrowed); NULL: none. */
void mp_vm_set_tracer(mp_vm *vm, ac_tracer *tracer);
/* How a recorder (aiocore/trace.h) calls the things of this machine; data is the machine. */
ac_trace_names mp_vm_trace_names(mp_vm *vm);

#endif
