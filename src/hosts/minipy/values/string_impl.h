/* string_impl.h - what the files about strings know of one another.
 *
 * string.c makes strings, string_type.c is the type with its operators; the methods are in string_search.c,
 * string_split.c, string_case.c, string_pad.c, string_translate.c and string_format.c. */
#ifndef MP_STRING_IMPL_H
#define MP_STRING_IMPL_H

#include "vm.h"

/* A string of its own with room for its text, which the caller writes. */
mp_str *mp_str_blank(mp_vm *vm, size_t size, size_t length);
/* The bytes from 'start' to 'stop'; the string itself where that is all of it. */
mp_str *mp_str_part(mp_vm *vm, mp_str *str, size_t start, size_t stop);
/* The string itself, of type str and no subclass. */
static inline mp_value mp_str_itself(mp_str *str)
{
    return mp_incref(mp_as_value(str));
}

/* The byte at which the nth code point begins. */
size_t mp_str_offset(const mp_str *str, size_t index);
/* How many code points are before a byte. */
int64_t mp_str_index(const mp_str *str, size_t offset);

/* Where a piece begins, the first or the last time; SIZE_MAX: nowhere. */
size_t mp_find_first(const char *data, size_t size, const char *piece, size_t piece_size);
size_t mp_find_last(const char *data, size_t size, const char *piece, size_t piece_size);

/* The nth argument of a method (self is the 0th) as a string: "find() argument 1 must be str, not int". */
mp_str *mp_str_argument(mp_vm *vm, const mp_args *args, size_t n, const char *method);
static inline mp_str *mp_self_str(const mp_args *args)
{
    return (mp_str *)args->values[0];
}

mp_value mp_str_repr(mp_vm *vm, mp_value self);
mp_value mp_str_format(mp_vm *vm, mp_value self, mp_str *spec);
mp_value mp_str_percent(mp_vm *vm, mp_str *format, mp_value values);
mp_value mp_str_iter(mp_vm *vm, mp_value self);
extern const mp_type_def mp_str_iterator_def;

/* The methods, by file. */
extern const mp_method mp_str_methods[];
mp_native mp_str_find, mp_str_rfind, mp_str_index_of, mp_str_rindex, mp_str_count, mp_str_startswith,
    mp_str_endswith, mp_str_partition, mp_str_rpartition, mp_str_replace, mp_str_removeprefix,
    mp_str_removesuffix;
mp_native mp_str_split, mp_str_rsplit, mp_str_splitlines, mp_str_join, mp_str_strip, mp_str_lstrip,
    mp_str_rstrip;
mp_native mp_str_upper, mp_str_lower, mp_str_title, mp_str_capitalize, mp_str_swapcase, mp_str_casefold;
mp_native mp_str_isdigit, mp_str_isalpha, mp_str_isalnum, mp_str_isspace, mp_str_isupper, mp_str_islower,
    mp_str_isidentifier, mp_str_isdecimal, mp_str_isnumeric, mp_str_isprintable, mp_str_isascii,
    mp_str_istitle;
mp_native mp_str_center, mp_str_ljust, mp_str_rjust, mp_str_zfill, mp_str_expandtabs;
mp_native mp_str_translate, mp_str_maketrans;
mp_native mp_str_format_method, mp_str_format_map;

#endif
