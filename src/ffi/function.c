/* function.c - libraries, functions, and a call at once.
 *
 * Idea       arguments[i] points to the value, as libffi wants it; of an out parameter the pointer itself is
 *            the value, so libffi is given the place where that pointer is.
 * Holds      A library is open while it or a function of it is held, a function is there while a call is.
 * Cost       A call at once allocates nothing.
 * Tests      tests/test_ffi.c */
#include "ffi_impl.h"

#include <dlfcn.h>
#include <errno.h>
#include <string.h>

struct ac_ffi_library {
    void *handle;
    size_t holders;
};

/* ---- Libraries ---- */

ac_status ac_ffi_library_open(const char *name, ac_ffi_library **out, ac_ffi_error *error)
{
    ac_ffi_library *library = aci_ffi_sys.alloc(sizeof *library);
    const char *why;

    *out = NULL;
    if (library == NULL)
        return aci_ffi_no_memory(error);
    library->holders = 1;
    library->handle = aci_ffi_sys.dlopen(name, RTLD_NOW | RTLD_LOCAL);
    if (library->handle != NULL) {
        *out = library;
        return AC_OK;
    }
    why = dlerror();
    aci_ffi_sys.free(library);
    return aci_ffi_refuse(error, SIZE_MAX, "%s", why != NULL ? why : "the library cannot be opened");
}

void ac_ffi_library_close(ac_ffi_library *library)
{
    if (library == NULL || --library->holders != 0)
        return;
    (void)dlclose(library->handle);
    aci_ffi_sys.free(library);
}

/* ---- Functions ---- */

ac_status ac_ffi_function_at(ac_ffi_code code, const char *signature, ac_ffi_function **out,
                             ac_ffi_error *error)
{
    ac_ffi_function *function = aci_ffi_sys.alloc(sizeof *function);
    ac_status status;

    *out = NULL;
    if (function == NULL)
        return aci_ffi_no_memory(error);
    memset(function, 0, sizeof *function);
    function->code = code;
    function->holders = 1;
    status = ac_ffi_signature_new(signature, &function->signature, error);
    if (status == AC_OK)
        *out = function;
    else
        aci_ffi_sys.free(function);
    return status;
}

ac_status ac_ffi_function_new(ac_ffi_library *library, const char *name, const char *signature,
                              ac_ffi_function **out, ac_ffi_error *error)
{
    void *symbol = dlsym(library->handle, name);
    ac_ffi_code code;
    ac_status status;

    *out = NULL;
    if (symbol == NULL)
        return aci_ffi_refuse(error, SIZE_MAX, "the library has no '%.100s'", name);
    memcpy(&code, &symbol, sizeof code); /* POSIX: a symbol of dlsym may be a function */
    status = ac_ffi_function_at(code, signature, out, error);
    if (*out != NULL) {
        (*out)->library = library;
        library->holders++;
    }
    return status;
}

void ac_ffi_function_free(ac_ffi_function *function)
{
    if (function == NULL || --function->holders != 0)
        return;
    ac_ffi_library_close(function->library);
    ac_ffi_signature_free(function->signature);
    aci_ffi_sys.free(function);
}

const ac_ffi_signature *ac_ffi_function_signature(const ac_ffi_function *function)
{
    return function->signature;
}

/* ---- A call ---- */

/* libffi gives integers in a whole register. */
static void narrow(ac_ffi_kind kind, ffi_arg wide, void *result)
{
    uint8_t byte = (uint8_t)wide;
    uint16_t two = (uint16_t)wide;
    uint32_t four = (uint32_t)wide;
    bool truth = byte != 0;

    if (kind == AC_FFI_BOOL)
        memcpy(result, &truth, sizeof truth);
    else if (kind <= AC_FFI_U8)
        memcpy(result, &byte, sizeof byte);
    else if (kind <= AC_FFI_U16)
        memcpy(result, &two, sizeof two);
    else
        memcpy(result, &four, sizeof four);
}

int aci_ffi_enter(const ac_ffi_function *function, void *result, void **values)
{
    const ac_ffi_type *type = function->signature->result;
    bool widened = type->kind >= AC_FFI_BOOL && type->kind <= AC_FFI_U32 && sizeof(ffi_arg) > type->size;
    ffi_arg wide = 0;
    int before = errno, after;

    errno = 0;
    ffi_call(&function->signature->cif, function->code, widened ? &wide : result, values);
    after = errno;
    errno = before;
    if (widened && result != NULL)
        narrow(type->kind, wide, result);
    return after;
}

int ac_ffi_invoke(const ac_ffi_function *function, void *result, void *const *arguments)
{
    const ac_ffi_signature *signature = function->signature;
    void *values[AC_FFI_PARAMETERS];

    for (size_t i = 0; i < signature->count; i++) {
        const void *place = signature->ways[i] == AC_FFI_IN ? arguments[i] : &arguments[i];
        values[i] = (void *)(uintptr_t)place; /* libffi only reads it */
    }
    return aci_ffi_enter(function, result, values);
}
