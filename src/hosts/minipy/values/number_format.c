/* number_format.c - numbers by a format specification: f"{n:,}", f"{x:+.3e}".
 *
 * A number becomes its parts first (sign, prefix, whole digits, the rest), then the parts are laid out:
 * groups, zeros between sign and digits, fill.  The digits come from printf, which rounds exactly; where it
 * differs from Python (nothing but the form without a type) the text is made over. */
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "values/number_impl.h"
#include "values/unicode.h"

/* ---- Laying out ---- */

void mp_add_aligned(mp_builder *builder, const mp_format_spec *spec, const char *text, size_t size,
                    size_t length)
{
    size_t width = spec->width < 0 ? 0 : (size_t)spec->width;
    size_t pad = width > length ? width - length : 0;
    size_t before = spec->align == '<' ? 0 : spec->align == '^' ? pad / 2 : pad;
    mp_builder_fill(builder, spec->fill, spec->fill_size, before);
    mp_builder_add(builder, text, size);
    mp_builder_fill(builder, spec->fill, spec->fill_size, pad - before);
}

/* How many digits are shown, zeros in front included, so that they and their commas fill 'width'. */
static size_t format_grouped(const mp_number_text *number, size_t width)
{
    size_t count = width / (number->group + 1) * number->group;
    if (count < number->digit_count)
        count = number->digit_count;
    while (count + (count - 1) / number->group < width)
        count++;
    return count;
}

static void format_add_groups(mp_builder *builder, const mp_number_text *number, size_t count, char comma)
{
    for (size_t left = count; left > 0 && !builder->failed; left--) {
        if (left != count && left % number->group == 0)
            mp_builder_add(builder, &comma, 1);
        bool zero = left > number->digit_count;
        mp_builder_add(builder, zero ? "0" : number->digits + number->digit_count - left, 1);
    }
}

char mp_format_sign(const mp_format_spec *spec, bool negative)
{
    if (negative)
        return '-';
    return spec->sign == '+' || spec->sign == ' ' ? spec->sign : '\0';
}

void mp_add_number(mp_builder *builder, const mp_format_spec *spec, const mp_number_text *number)
{
    size_t width = spec->width < 0 ? 0 : (size_t)spec->width, prefix = strlen(number->prefix);
    size_t other = (number->sign != 0) + prefix + number->rest_size + number->zeros + strlen(number->tail);
    size_t digits = number->digit_count, shown = digits;
    if (spec->comma != 0 && digits != 0) {
        bool zeros = spec->fill[0] == '0' && spec->align == '=';
        digits = format_grouped(number, zeros && width > other ? width - other : 0);
        shown = digits + (digits - 1) / number->group;
    }
    size_t pad = width > other + shown ? width - other - shown : 0;
    size_t before = spec->align == '>' ? pad : spec->align == '^' ? pad / 2 : 0;
    mp_builder_fill(builder, spec->fill, spec->fill_size, before);
    mp_builder_add(builder, &number->sign, number->sign != 0);
    mp_builder_add(builder, number->prefix, prefix);
    if (spec->align == '=')
        mp_builder_fill(builder, spec->fill, spec->fill_size, pad);
    if (spec->comma != 0)
        format_add_groups(builder, number, digits, spec->comma);
    else
        mp_builder_add(builder, number->digits, digits);
    mp_builder_add(builder, number->rest, number->rest_size);
    mp_builder_fill(builder, "0", 1, number->zeros);
    mp_builder_text(builder, number->tail);
    if (spec->align == '<' || spec->align == '^')
        mp_builder_fill(builder, spec->fill, spec->fill_size, pad - before);
}

/* ---- int ---- */

/* Digits in a base that is a power of two or ten, written from the end of a buffer; where they begin. */
static char *format_digits(char *end, uint64_t number, uint64_t base, bool capital)
{
    const char *digits = capital ? "0123456789ABCDEF" : "0123456789abcdef";
    do {
        *--end = digits[number % base];
        number /= base;
    } while (number != 0);
    return end;
}

void mp_add_int(mp_builder *builder, const mp_format_spec *spec, int64_t number)
{
    char buffer[64];
    uint64_t base = 10;
    const char *prefix = "";
    switch (spec->type) {
    case 'b':
        base = 2;
        prefix = "0b";
        break;
    case 'o':
        base = 8;
        prefix = "0o";
        break;
    case 'x':
    case 'X':
        base = 16;
        prefix = spec->type == 'x' ? "0x" : "0X";
        break;
    default:
        break;
    }
    uint64_t size = number < 0 ? 0 - (uint64_t)number : (uint64_t)number;
    char *end = buffer + sizeof buffer, *digits = format_digits(end, size, base, spec->type == 'X');
    mp_number_text text = {
        .sign = mp_format_sign(spec, number < 0), .digits = digits, .rest = "", .tail = ""};
    text.digit_count = (size_t)(end - digits);
    text.prefix = spec->alternate ? prefix : "";
    text.group = base == 10 ? 3 : 4;
    mp_add_number(builder, spec, &text);
}

static bool format_add_character(mp_builder *builder, const mp_format_spec *spec, int64_t number)
{
    mp_vm *vm = builder->vm;
    char point[4];
    if (spec->sign != 0)
        mp_raise(vm, MP_X_VALUE_ERROR, "Sign not allowed with integer format specifier 'c'");
    else if (spec->alternate)
        mp_raise(vm, MP_X_VALUE_ERROR, "Alternate form (#) not allowed with integer format specifier 'c'");
    else if (number < 0 || number > 0x10ffff)
        mp_raise(vm, MP_X_OVERFLOW_ERROR, "%%c arg not in range(0x110000)");
    else {
        mp_add_aligned(builder, spec, point, mp_utf8_encode((uint32_t)number, point), 1);
        return true;
    }
    return false;
}

static bool format_add_whole(mp_builder *builder, const mp_format_spec *spec, int64_t number)
{
    const char *refused = NULL;
    if (spec->precision >= 0)
        refused = "Precision not allowed in integer format specifier";
    else if (spec->no_minus_zero)
        refused = "Negative zero coercion (z) not allowed in integer format specifier";
    if (refused != NULL) {
        mp_raise(builder->vm, MP_X_VALUE_ERROR, "%s", refused);
        return false;
    }
    if (spec->type == 'c')
        return format_add_character(builder, spec, number);
    mp_add_int(builder, spec, number);
    return true;
}

static bool format_type_is(uint32_t type, const char *types)
{
    return type != 0 && type < 0x80 && strchr(types, (char)type) != NULL;
}

static mp_value format_finish(mp_builder *builder, bool good)
{
    if (good)
        return mp_as_value(mp_builder_finish(builder));
    mp_builder_drop(builder);
    return NULL;
}

mp_value mp_int_format(mp_vm *vm, mp_value self, mp_str *spec)
{
    mp_format_spec format;
    mp_builder builder;
    if (spec == NULL || spec->size == 0)
        return mp_to_str(vm, self);
    if (!mp_read_format(vm, self, spec, 'd', '>', &format))
        return NULL;
    mp_builder_init(&builder, vm);
    bool good = true;
    if (format_type_is(format.type, "bcdoxXn"))
        good = format_add_whole(&builder, &format, mp_int_of(self));
    else if (format_type_is(format.type, "eEfFgG%"))
        mp_add_double(&builder, &format, (double)mp_int_of(self));
    else
        return mp_unknown_format(vm, self, format.type);
    return format_finish(&builder, good);
}

/* ---- float ---- */

/* No double has more decimal places than this: what is asked beyond are zeros. */
enum { MOST_PLACES = 1080 };

/* Text of a number >= 0: at most 309 digits, a point, MOST_PLACES digits. */
typedef struct double_text {
    char data[1440];
    size_t zeros; /* to be added to its fraction */
} double_text;

static void double_by_printf(double_text *text, char kind, int64_t precision, bool alternate, double number)
{
    char format[] = {'%', '#', '.', '*', kind, '\0'};
    if (!alternate)
        memcpy(format + 1, (char[]){'.', '*', kind, '\0'}, 4);
    int places = precision > MOST_PLACES ? MOST_PLACES : (int)precision;
    bool exact = (kind | 0x20) != 'g' || alternate;
    text->zeros = exact && isfinite(number) ? (size_t)(precision - places) : 0;
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    snprintf(text->data, sizeof text->data, format, places, number);
#pragma GCC diagnostic pop
}

/* "1.500e+10" -> "1.5e+10" */
static void double_strip_zeros(char *text)
{
    char *exponent = strchr(text, 'e'), *end = exponent;
    if (memchr(text, '.', (size_t)(exponent - text)) == NULL)
        return;
    while (end[-1] == '0')
        end--;
    if (end[-1] == '.')
        end--;
    memmove(end, exponent, strlen(exponent) + 1);
}

/* "1e+16" -> "1.e+16" */
static void double_add_point(char *text)
{
    char *exponent = strchr(text, 'e');
    if (exponent == NULL || strchr(text, '.') != NULL)
        return;
    memmove(exponent + 1, exponent, strlen(exponent) + 1);
    *exponent = '.';
}

/* Without a type: the repr, or with a precision as g, but an exponent comes one digit earlier and the number
 * always looks like a float. */
static void double_as_repr(double_text *text, int64_t precision, bool alternate, double number)
{
    if (precision < 0 || !isfinite(number)) {
        mp_float_text(number, text->data);
        if (alternate)
            double_add_point(text->data);
        text->zeros = 0;
        return;
    }
    int64_t digits = precision == 0 ? 1 : precision;
    double_by_printf(text, 'e', digits - 1, alternate, number);
    int exponent = atoi(strchr(text->data, 'e') + 1);
    text->zeros = 0;
    if (exponent < -4 || exponent >= digits - 1) {
        if (!alternate)
            double_strip_zeros(text->data);
        return;
    }
    double_by_printf(text, 'g', digits, alternate, number);
    if (strpbrk(text->data, ".e") == NULL)
        strcat(text->data, ".0");
}

static void double_digits(double_text *text, const mp_format_spec *spec, double number)
{
    int64_t precision = spec->precision < 0 ? 6 : spec->precision;
    switch (spec->type) {
    case 0:
        double_as_repr(text, spec->precision, spec->alternate, number);
        break;
    case '%':
        double_by_printf(text, 'f', precision, spec->alternate, number * 100);
        break;
    case 'n':
        double_by_printf(text, 'g', precision, spec->alternate, number);
        break;
    default:
        double_by_printf(text, (char)spec->type, precision, spec->alternate, number);
    }
}

static bool double_shows_zero(const char *digits)
{
    for (; *digits == '0' || *digits == '.'; digits++)
        ;
    return *digits < '1' || *digits > '9';
}

void mp_add_double(mp_builder *builder, const mp_format_spec *spec, double number)
{
    double_text text;
    if (spec->precision > INT_MAX) {
        mp_raise(builder->vm, MP_X_VALUE_ERROR, "precision too big");
        builder->failed = true;
        return;
    }
    double_digits(&text, spec, fabs(number));
    bool negative = signbit(number) && !isnan(number);
    if (spec->no_minus_zero && isfinite(number) && double_shows_zero(text.data))
        negative = false;
    mp_number_text parts = {.sign = mp_format_sign(spec, negative), .prefix = "", .digits = text.data};
    parts.digit_count = strspn(text.data, "0123456789");
    parts.group = 3;
    parts.rest = text.data + parts.digit_count;
    parts.rest_size = isfinite(number) ? strcspn(parts.rest, "eE") : strlen(parts.rest);
    parts.zeros = text.zeros;
    parts.tail = spec->type == '%' ? "%" : parts.rest + parts.rest_size;
    mp_add_number(builder, spec, &parts);
}

mp_value mp_float_format(mp_vm *vm, mp_value self, mp_str *spec)
{
    mp_format_spec format;
    mp_builder builder;
    if (spec == NULL || spec->size == 0)
        return mp_to_str(vm, self);
    if (!mp_read_format(vm, self, spec, 0, '>', &format))
        return NULL;
    if (format.type != 0 && !format_type_is(format.type, "eEfFgGn%"))
        return mp_unknown_format(vm, self, format.type);
    mp_builder_init(&builder, vm);
    mp_add_double(&builder, &format, ((mp_float *)self)->number);
    return mp_as_value(mp_builder_finish(&builder));
}
