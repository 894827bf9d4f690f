/* ffi_kit.h - what the tests of src/ffi share: a system whose nth allocation fails, and functions to call. */
#ifndef AIOCORE_TESTS_FFI_KIT_H
#define AIOCORE_TESTS_FFI_KIT_H

#include "io_kit.h"

#include <aiocore/ffi.h>
#include <stdatomic.h>

#include "ffi/system.h"

static _Atomic(int) ffi_fails_at; /* 1: the next one; 0: none */
static _Atomic(int) ffi_alive;

static inline bool ffi_fails(void)
{
    return atomic_load(&ffi_fails_at) != 0 && atomic_fetch_sub(&ffi_fails_at, 1) == 1;
}

static inline void *ffi_alloc(size_t size)
{
    void *memory = ffi_fails() ? NULL : malloc(size);

    if (memory != NULL)
        atomic_fetch_add(&ffi_alive, 1);
    return memory;
}

static inline void ffi_free(void *memory)
{
    if (memory != NULL)
        atomic_fetch_sub(&ffi_alive, 1);
    free(memory);
}

static inline void ffi_watch_memory(void)
{
    aci_ffi_sys.alloc = ffi_alloc;
    aci_ffi_sys.free = ffi_free;
}

/* The nth allocation fails for n = 1, 2, ... until none does; how many there are.  Nothing is left alive. */
static inline int ffi_try_each_failure(ac_status (*attempt)(void))
{
    ac_status status = AC_E_MEMORY;
    int n = 0;

    while (status == AC_E_MEMORY) {
        atomic_store(&ffi_fails_at, ++n);
        status = attempt();
        atomic_store(&ffi_fails_at, 0);
        ck_assert_int_eq(atomic_load(&ffi_alive), 0);
        ck_assert_int_lt(n, 100);
    }
    ck_assert_str_eq(ac_status_name(status), "AC_OK");
    return n - 1;
}

static inline ac_ffi_function *ffi_of(ac_ffi_code code, const char *signature)
{
    ac_ffi_function *function;
    ac_ffi_error error = {0};
    ac_status status = ac_ffi_function_at(code, signature, &function, &error);

    ck_assert_msg(status == AC_OK, "%s: %s", signature, error.text);
    return function;
}

/* A pointer to a function as any other: the cast that C allows. */
#define FFI_CODE(function) ((ac_ffi_code)(function))

#endif
