/* types.c - the types that are one word, how structs are laid out, and how refusals are worded.
 *
 * Holds      A type of one word is static, and is shared by all signatures.
 * Tests      tests/test_ffi_signature.c */
#include "ffi_impl.h"

#include <stdalign.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { MOST_BYTES = 1 << 24 }; /* of a value */

static const ac_ffi_type nothing = {.kind = AC_FFI_VOID, .alignment = 1, .native = &ffi_type_void};

#define PLAIN(KIND, type, ffi)                                                                               \
    [KIND] = {.kind = (KIND), .size = sizeof(type), .alignment = alignof(type), .native = &(ffi)}
static const ac_ffi_type plain[AC_FFI_KINDS] = {
    [AC_FFI_VOID] = {.kind = AC_FFI_VOID, .alignment = 1, .native = &ffi_type_void},
    PLAIN(AC_FFI_BOOL, bool, ffi_type_uint8),
    PLAIN(AC_FFI_I8, int8_t, ffi_type_sint8),
    PLAIN(AC_FFI_U8, uint8_t, ffi_type_uint8),
    PLAIN(AC_FFI_I16, int16_t, ffi_type_sint16),
    PLAIN(AC_FFI_U16, uint16_t, ffi_type_uint16),
    PLAIN(AC_FFI_I32, int32_t, ffi_type_sint32),
    PLAIN(AC_FFI_U32, uint32_t, ffi_type_uint32),
    PLAIN(AC_FFI_I64, int64_t, ffi_type_sint64),
    PLAIN(AC_FFI_U64, uint64_t, ffi_type_uint64),
    PLAIN(AC_FFI_F32, float, ffi_type_float),
    PLAIN(AC_FFI_F64, double, ffi_type_double),
    [AC_FFI_POINTER] = {.kind = AC_FFI_POINTER,
                        .size = sizeof(void *),
                        .alignment = alignof(void *),
                        .of = &nothing,
                        .native = &ffi_type_pointer},
    PLAIN(AC_FFI_STRING, char *, ffi_type_pointer),
    PLAIN(AC_FFI_BYTES, void *, ffi_type_pointer),
    PLAIN(AC_FFI_BUFFER, void *, ffi_type_pointer),
    PLAIN(AC_FFI_FUNCTION, ac_ffi_code, ffi_type_pointer), /* each has its own, which begins as this */
};

/* C's own integers are the fixed ones of their size. */
#define SIGNED(type)                                                                                         \
    (sizeof(type) == 1   ? AC_FFI_I8                                                                         \
     : sizeof(type) == 2 ? AC_FFI_I16                                                                        \
     : sizeof(type) == 4 ? AC_FFI_I32                                                                        \
                         : AC_FFI_I64)
#define UNSIGNED(type) (SIGNED(type) + 1)
static const struct word {
    const char *word;
    int kind;
} words[] = {
    {"void", AC_FFI_VOID},
    {"bool", AC_FFI_BOOL},
    {"i8", AC_FFI_I8},
    {"u8", AC_FFI_U8},
    {"i16", AC_FFI_I16},
    {"u16", AC_FFI_U16},
    {"i32", AC_FFI_I32},
    {"u32", AC_FFI_U32},
    {"i64", AC_FFI_I64},
    {"u64", AC_FFI_U64},
    {"f32", AC_FFI_F32},
    {"f64", AC_FFI_F64},
    {"ptr", AC_FFI_POINTER},
    {"str", AC_FFI_STRING},
    {"bytes", AC_FFI_BYTES},
    {"buffer", AC_FFI_BUFFER},
    {"float", AC_FFI_F32},
    {"double", AC_FFI_F64},
    {"char", (char)-1 < 0 ? AC_FFI_I8 : AC_FFI_U8},
    {"schar", AC_FFI_I8},
    {"uchar", AC_FFI_U8},
    {"short", SIGNED(short)},
    {"ushort", UNSIGNED(short)},
    {"int", SIGNED(int)},
    {"uint", UNSIGNED(int)},
    {"long", SIGNED(long)},
    {"ulong", UNSIGNED(long)},
    {"llong", SIGNED(long long)},
    {"ullong", UNSIGNED(long long)},
    {"size", UNSIGNED(size_t)},
    {"ssize", SIGNED(ptrdiff_t)},
    {"intptr", SIGNED(intptr_t)},
    {"uintptr", UNSIGNED(uintptr_t)},
};

const ac_ffi_type *aci_ffi_of_kind(ac_ffi_kind kind)
{
    return &plain[kind];
}

const ac_ffi_type *aci_ffi_named(const char *word, size_t length)
{
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strlen(words[i].word) == length && memcmp(words[i].word, word, length) == 0)
            return &plain[words[i].kind];
    return NULL;
}

const char *aci_ffi_kind_name(ac_ffi_kind kind)
{
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (words[i].kind == (int)kind)
            return words[i].word;
    return "a value";
}

bool aci_ffi_is_pointer(ac_ffi_kind kind)
{
    return kind == AC_FFI_POINTER || kind == AC_FFI_STRING || kind == AC_FFI_BYTES || kind == AC_FFI_BUFFER ||
           kind == AC_FFI_FUNCTION;
}

static size_t round_up(size_t size, size_t alignment)
{
    return (size + alignment - 1) / alignment * alignment;
}

bool aci_ffi_lay_out(ac_ffi_type *type, size_t *offsets)
{
    size_t size = 0, alignment = 1;

    for (size_t i = 0; i < type->count; i++) {
        const ac_ffi_type *member = type->members[i];
        offsets[i] = round_up(size, member->alignment);
        size = offsets[i] + member->size;
        alignment = member->alignment > alignment ? member->alignment : alignment;
        if (size > MOST_BYTES)
            return false;
    }
    type->size = round_up(size, alignment);
    type->alignment = alignment;
    type->offsets = offsets;
    return true;
}

/* ---- Refusals ---- */

ac_status aci_ffi_refuse(ac_ffi_error *error, size_t position, const char *format, ...)
{
    int used = 0;
    va_list list;

    if (error == NULL)
        return AC_E_VALUE;
    error->position = position;
    if (position != SIZE_MAX)
        used = snprintf(error->text, sizeof error->text, "position %zu: ", position);
    va_start(list, format);
    (void)vsnprintf(error->text + used, sizeof error->text - (size_t)used, format, list);
    va_end(list);
    return AC_E_VALUE;
}

ac_status aci_ffi_no_memory(ac_ffi_error *error)
{
    (void)aci_ffi_refuse(error, SIZE_MAX, "no memory");
    return AC_E_MEMORY;
}
