/* system.h - what src/ffi asks of the system and of libffi: a table, so that a test can have each call
 * fail. */
#ifndef AIOCORE_FFI_SYSTEM_H
#define AIOCORE_FFI_SYSTEM_H

#include <stddef.h>

#include <ffi.h>

typedef struct aci_ffi_system {
    void *(*alloc)(size_t size); /* ON ANY THREAD, as free */
    void (*free)(void *memory);
    void *(*dlopen)(const char *name, int flags);
    void *(*closure_alloc)(size_t size, void **code);
    ffi_status (*prep_closure)(ffi_closure *closure, ffi_cif *cif,
                               void (*run)(ffi_cif *cif, void *result, void **arguments, void *data),
                               void *data, void *code);
} aci_ffi_system;

extern aci_ffi_system aci_ffi_sys;

#endif
