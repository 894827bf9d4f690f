/* string_kind.c - str methods that ask what characters a string has: isdigit, isupper, ... */
#include "values/containers_impl.h"
#include "values/string_impl.h"
#include "values/unicode.h"

/* Whether all characters are of a kind; empty: what is said of "". */
static mp_value kind_all(mp_vm *vm, mp_args *args, const char *method, bool (*kind)(uint32_t), bool empty)
{
    if (!mp_exactly(vm, args, method, MP_SELF, 0))
        return NULL;
    const mp_str *str = mp_self_str(args);
    bool all = str->size != 0 || empty;
    for (size_t at = 0, size; all && at < str->size; at += size)
        all = kind(mp_utf8_decode(str->data + at, &size));
    return mp_bool_new(vm, all);
}

static bool kind_alnum(uint32_t point)
{
    return mp_point_is_alpha(point) || mp_point_is_numeric(point);
}

static bool kind_ascii(uint32_t point)
{
    return point < 0x80;
}

mp_value mp_str_isdigit(mp_vm *vm, mp_args *args)
{
    return kind_all(vm, args, "str.isdigit", mp_point_is_digit, false);
}

mp_value mp_str_isalpha(mp_vm *vm, mp_args *args)
{
    return kind_all(vm, args, "str.isalpha", mp_point_is_alpha, false);
}

mp_value mp_str_isalnum(mp_vm *vm, mp_args *args)
{
    return kind_all(vm, args, "str.isalnum", kind_alnum, false);
}

mp_value mp_str_isspace(mp_vm *vm, mp_args *args)
{
    return kind_all(vm, args, "str.isspace", mp_point_is_space, false);
}

mp_value mp_str_isdecimal(mp_vm *vm, mp_args *args)
{
    return kind_all(vm, args, "str.isdecimal", mp_point_is_decimal, false);
}

mp_value mp_str_isnumeric(mp_vm *vm, mp_args *args)
{
    return kind_all(vm, args, "str.isnumeric", mp_point_is_numeric, false);
}

mp_value mp_str_isprintable(mp_vm *vm, mp_args *args)
{
    return kind_all(vm, args, "str.isprintable", mp_point_is_printable, true);
}

mp_value mp_str_isascii(mp_vm *vm, mp_args *args)
{
    return kind_all(vm, args, "str.isascii", kind_ascii, true);
}

/* At least one letter has a case, and none the other one. */
static mp_value kind_one_case(mp_vm *vm, mp_args *args, const char *method, bool (*wanted)(uint32_t),
                              bool (*refused)(uint32_t))
{
    if (!mp_exactly(vm, args, method, MP_SELF, 0))
        return NULL;
    const mp_str *str = mp_self_str(args);
    bool some = false;
    for (size_t at = 0, size; at < str->size; at += size) {
        uint32_t point = mp_utf8_decode(str->data + at, &size);
        if (refused(point))
            return mp_bool_new(vm, false);
        some = some || wanted(point);
    }
    return mp_bool_new(vm, some);
}

mp_value mp_str_isupper(mp_vm *vm, mp_args *args)
{
    return kind_one_case(vm, args, "str.isupper", mp_point_is_upper, mp_point_is_lower);
}

mp_value mp_str_islower(mp_vm *vm, mp_args *args)
{
    return kind_one_case(vm, args, "str.islower", mp_point_is_lower, mp_point_is_upper);
}

/* Capitals begin words, small letters follow letters, and there is a letter. */
mp_value mp_str_istitle(mp_vm *vm, mp_args *args)
{
    if (!mp_exactly(vm, args, "str.istitle", MP_SELF, 0))
        return NULL;
    const mp_str *str = mp_self_str(args);
    bool inside = false, some = false;
    for (size_t at = 0, size; at < str->size; at += size) {
        uint32_t point = mp_utf8_decode(str->data + at, &size);
        bool upper = mp_point_is_upper(point), lower = mp_point_is_lower(point);
        if ((upper && inside) || (lower && !inside))
            return mp_bool_new(vm, false);
        inside = upper || lower;
        some = some || inside;
    }
    return mp_bool_new(vm, some);
}

mp_value mp_str_isidentifier(mp_vm *vm, mp_args *args)
{
    if (!mp_exactly(vm, args, "str.isidentifier", MP_SELF, 0))
        return NULL;
    const mp_str *str = mp_self_str(args);
    bool good = str->size != 0;
    for (size_t at = 0, size; good && at < str->size; at += size) {
        uint32_t point = mp_utf8_decode(str->data + at, &size);
        good = point == '_' || mp_point_is_alpha(point) || (at > 0 && mp_point_is_decimal(point));
    }
    return mp_bool_new(vm, good);
}
