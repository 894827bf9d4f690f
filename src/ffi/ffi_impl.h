/* ffi_impl.h - what the files of src/ffi share. */
#ifndef AIOCORE_FFI_IMPL_H
#define AIOCORE_FFI_IMPL_H

#include <aiocore/ffi.h>

#include "system.h"

/* A piece of a signature's memory; they are freed together. */
typedef struct block {
    struct block *next;
    max_align_t memory[];
} block;

struct ac_ffi_signature {
    const ac_ffi_type *result;
    const ac_ffi_type **parameters;
    ac_ffi_way *ways;
    size_t count, fixed; /* fixed: SIZE_MAX if it is not variadic */
    bool has_out;
    ffi_cif cif;   /* of the outermost only, and of each callback's */
    block *blocks; /* NULL of a callback's: the outermost has them */
};

struct ac_ffi_function {
    ac_ffi_library *library; /* counted; NULL: it is of none */
    ac_ffi_code code;
    ac_ffi_signature *signature;
    size_t holders;
};

/* ---- Errors (types.c) ---- */

/* Writes the words; a position of SIZE_MAX is left out.  error may be NULL.  Gives AC_E_VALUE. */
#if defined(__GNUC__)
__attribute__((format(printf, 3, 4)))
#endif
ac_status
aci_ffi_refuse(ac_ffi_error *error, size_t position, const char *format, ...);
ac_status aci_ffi_no_memory(ac_ffi_error *error);

/* ---- Types (types.c) ---- */

/* The type of a word of the language, in static storage; NULL: there is none. */
const ac_ffi_type *aci_ffi_named(const char *word, size_t length);
const ac_ffi_type *aci_ffi_of_kind(ac_ffi_kind kind);
/* Sets size, alignment and offsets of a struct whose members are there; false: it is too large. */
bool aci_ffi_lay_out(ac_ffi_type *type, size_t *offsets);
/* How a value of a kind is called, of those that are one word. */
const char *aci_ffi_kind_name(ac_ffi_kind kind);
bool aci_ffi_is_pointer(ac_ffi_kind kind);

/* Makes the call; values are libffi's. */
int aci_ffi_enter(const ac_ffi_function *function, void *result, void **values);

#endif
