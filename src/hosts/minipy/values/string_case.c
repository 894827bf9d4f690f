/* string_case.c - str methods that change the case of letters.
 *
 * Letter by letter, after the tables of unicode.c; one letter that becomes two is known: the German sharp s.
 * What depends on the place in a word (the Greek sigma at its end) is not.  No locale is asked. */
#include "values/containers_impl.h"
#include "values/string_impl.h"
#include "values/unicode.h"

typedef enum case_form { CASE_UPPER, CASE_LOWER, CASE_TITLE, CASE_FOLD, CASE_SWAP } case_form;

enum { SHARP_S = 0xdf, MICRO = 0xb5, MU = 0x3bc, LAST_SIGMA = 0x3c2, SIGMA = 0x3c3 };

static uint32_t case_fold(uint32_t point)
{
    return point == MICRO ? MU : point == LAST_SIGMA ? SIGMA : mp_point_to_lower(point);
}

static void case_add(mp_builder *builder, uint32_t point, case_form form)
{
    char text[4];
    if (form == CASE_SWAP)
        form = mp_point_is_upper(point) ? CASE_LOWER : CASE_UPPER;
    if (point == SHARP_S && form != CASE_LOWER) {
        mp_builder_text(builder, form == CASE_UPPER ? "SS" : form == CASE_TITLE ? "Ss" : "ss");
        return;
    }
    if (form == CASE_LOWER)
        point = mp_point_to_lower(point);
    else if (form == CASE_FOLD)
        point = case_fold(point);
    else
        point = mp_point_to_upper(point);
    mp_builder_add(builder, text, mp_utf8_encode(point, text));
}

static bool case_has_case(uint32_t point)
{
    return mp_point_is_upper(point) || mp_point_is_lower(point);
}

/* The first letter in one form and those that follow in another; words: the first of every word. */
static mp_value case_change(mp_vm *vm, mp_args *args, const char *method, case_form first, case_form others,
                            bool words)
{
    if (!mp_exactly(vm, args, method, MP_SELF, 0))
        return NULL;
    const mp_str *str = mp_self_str(args);
    mp_builder builder;
    mp_builder_init(&builder, vm);
    bool inside = false;
    for (size_t at = 0, size; at < str->size; at += size) {
        uint32_t point = mp_utf8_decode(str->data + at, &size);
        case_add(&builder, point, inside ? others : first);
        inside = !words || case_has_case(point);
    }
    return mp_as_value(mp_builder_finish(&builder));
}

mp_value mp_str_upper(mp_vm *vm, mp_args *args)
{
    return case_change(vm, args, "str.upper", CASE_UPPER, CASE_UPPER, false);
}

mp_value mp_str_lower(mp_vm *vm, mp_args *args)
{
    return case_change(vm, args, "str.lower", CASE_LOWER, CASE_LOWER, false);
}

mp_value mp_str_title(mp_vm *vm, mp_args *args)
{
    return case_change(vm, args, "str.title", CASE_TITLE, CASE_LOWER, true);
}

mp_value mp_str_capitalize(mp_vm *vm, mp_args *args)
{
    return case_change(vm, args, "str.capitalize", CASE_TITLE, CASE_LOWER, false);
}

mp_value mp_str_swapcase(mp_vm *vm, mp_args *args)
{
    return case_change(vm, args, "str.swapcase", CASE_SWAP, CASE_SWAP, false);
}

mp_value mp_str_casefold(mp_vm *vm, mp_args *args)
{
    return case_change(vm, args, "str.casefold", CASE_FOLD, CASE_FOLD, false);
}
