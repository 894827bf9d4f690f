/* number_impl.h - what the files about numbers and their formats know of one another.
 *
 * int.c, bool.c, float.c are the types; number.c is what they have in common and what others ask for;
 * int_text.c and float_text.c turn text into numbers and numbers into text; number_format.c fills format
 * specifications, which format_spec.c reads. */
#ifndef MP_NUMBER_IMPL_H
#define MP_NUMBER_IMPL_H

#include "vm.h"

extern const mp_type_def mp_int_def, mp_bool_def, mp_float_def;

/* The errors of arithmetic; each gives NULL.  Up to 3.13 each division by zero had words of its own. */
mp_value mp_int_overflow(mp_vm *vm);
mp_value mp_zero_division(mp_vm *vm, const char *before_3_14);

static inline mp_value mp_not_known(mp_vm *vm)
{
    return mp_incref(vm->not_implemented);
}

/* The value of an int, bool or float as a double; false: it is none of them (nothing is raised). */
bool mp_number_as_double(mp_vm *vm, mp_value value, double *out);
/* True where op (MP_OP_LT ... MP_OP_GE) holds for what order says: -1, 0, 1, or 2 for a NaN. */
bool mp_order_holds(int op, int order);
/* How an int stands to a float, exactly: -1, 0, 1, or 2 for a NaN. */
int mp_order_int_double(int64_t whole, double real);
/* Equal numbers of all types have equal hashes. */
int64_t mp_hash_of_int(int64_t number);
int64_t mp_hash_of_double(double number);

mp_value mp_int_binary(mp_vm *vm, int op, mp_value left, mp_value right);
mp_value mp_int_from_double(mp_vm *vm, double number); /* towards zero */
mp_value mp_int_round(mp_vm *vm, int64_t number, int64_t digits);
mp_value mp_int_make(mp_vm *vm, mp_type *type, mp_args *args);

mp_value mp_float_power(mp_vm *vm, double base, double exponent);
mp_value mp_float_round(mp_vm *vm, double number, mp_value digits);
/* float("...") of a text; false: ValueError. */
bool mp_float_parse(mp_vm *vm, mp_str *text, double *out);

/* ---- Formats ---- */

/* A format specification: [[fill]align][sign][z][#][0][width][,_][.precision][type] */
typedef struct mp_format_spec {
    char fill[4]; /* one code point */
    uint8_t fill_size;
    char align; /* < > = ^ */
    char sign;  /* + - space */
    char comma; /* the sign between groups of digits, or 0 */
    bool aligned, no_minus_zero, alternate;
    int64_t width, precision; /* -1: not given */
    uint32_t type;            /* a code point */
} mp_format_spec;

/* Reads one for a value, which errors name by its type.  align and type are what holds where none is
 * given. */
bool mp_read_format(mp_vm *vm, mp_value value, mp_str *spec, uint32_t type, char align, mp_format_spec *out);
/* Raises "Unknown format code"; NULL. */
mp_value mp_unknown_format(mp_vm *vm, mp_value value, uint32_t type);

/* Adds a piece 'count' times. */
void mp_builder_fill(mp_builder *builder, const char *piece, size_t size, size_t count);

/* A number as text in its parts, to be aligned: sign, prefix, whole digits, the rest. */
typedef struct mp_number_text {
    char sign;          /* 0: none */
    const char *prefix; /* "", "0x", ... */
    const char *digits;
    size_t digit_count;
    const char *rest;
    size_t rest_size;
    size_t zeros;     /* in the rest, before its tail */
    const char *tail; /* after them: an exponent, "%", or "" */
    size_t group;     /* digits in a group */
} mp_number_text;

/* The sign that is shown, or 0. */
char mp_format_sign(const mp_format_spec *spec, bool negative);
void mp_add_number(mp_builder *builder, const mp_format_spec *spec, const mp_number_text *number);
/* Between fills: 'length' is how many characters the text shows. */
void mp_add_aligned(mp_builder *builder, const mp_format_spec *spec, const char *text, size_t size,
                    size_t length);
/* A double in one of the types e E f F g G n %, or 0: as repr, with a precision nearly as g. */
void mp_add_double(mp_builder *builder, const mp_format_spec *spec, double number);
void mp_add_int(mp_builder *builder, const mp_format_spec *spec, int64_t number);

mp_value mp_int_format(mp_vm *vm, mp_value self, mp_str *spec);
mp_value mp_float_format(mp_vm *vm, mp_value self, mp_str *spec);

#endif
