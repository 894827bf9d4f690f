/* string_pad.c - str methods that make a string wider: center, ljust, zfill, expandtabs. */
#include "values/containers_impl.h"
#include "values/number_impl.h"
#include "values/string_impl.h"
#include "values/unicode.h"

/* width and fill of the three that align. */
static bool pad_arguments(mp_vm *vm, const mp_args *args, const char *method, int64_t *width, mp_str **fill)
{
    *fill = NULL;
    if (!mp_method_positional(vm, args, method, 1, 2) || !mp_to_index(vm, args->values[1], width))
        return false;
    if (args->count < 3)
        return true;
    mp_value value = args->values[2];
    if (!mp_is_str(vm, value)) {
        mp_raise(vm, MP_X_TYPE_ERROR, "The fill character must be a unicode character, not %T", value);
        return false;
    }
    *fill = (mp_str *)value;
    if ((*fill)->length == 1)
        return true;
    mp_raise(vm, MP_X_TYPE_ERROR, "The fill character must be exactly one character long");
    return false;
}

/* How much of the fill goes to the left; center gives the odd one to the left when the width is odd. */
static size_t pad_left(char align, size_t pad, size_t width)
{
    if (align == '<')
        return 0;
    return align == '>' ? pad : pad / 2 + (pad & width & 1);
}

static mp_value pad_aligned(mp_vm *vm, const mp_args *args, const char *method, char align)
{
    int64_t width;
    mp_str *fill;
    if (!pad_arguments(vm, args, method, &width, &fill))
        return NULL;
    mp_str *str = mp_self_str(args);
    if (width <= (int64_t)str->length)
        return mp_str_itself(str);
    const char *piece = fill == NULL ? " " : fill->data;
    size_t size = fill == NULL ? 1 : fill->size, pad = (size_t)width - str->length;
    size_t left = pad_left(align, pad, (size_t)width);
    mp_builder builder;
    mp_builder_init(&builder, vm);
    mp_builder_fill(&builder, piece, size, left);
    mp_builder_str(&builder, str);
    mp_builder_fill(&builder, piece, size, pad - left);
    return mp_as_value(mp_builder_finish(&builder));
}

mp_value mp_str_center(mp_vm *vm, mp_args *args)
{
    return pad_aligned(vm, args, "center", '^');
}

mp_value mp_str_ljust(mp_vm *vm, mp_args *args)
{
    return pad_aligned(vm, args, "ljust", '<');
}

mp_value mp_str_rjust(mp_vm *vm, mp_args *args)
{
    return pad_aligned(vm, args, "rjust", '>');
}

mp_value mp_str_zfill(mp_vm *vm, mp_args *args)
{
    int64_t width;
    if (!mp_exactly(vm, args, "str.zfill", MP_SELF, 1) || !mp_to_index(vm, args->values[1], &width))
        return NULL;
    mp_str *str = mp_self_str(args);
    if (width <= (int64_t)str->length)
        return mp_str_itself(str);
    size_t sign = str->data[0] == '+' || str->data[0] == '-';
    mp_builder builder;
    mp_builder_init(&builder, vm);
    mp_builder_add(&builder, str->data, sign);
    mp_builder_fill(&builder, "0", 1, (size_t)width - str->length);
    mp_builder_add(&builder, str->data + sign, str->size - sign);
    return mp_as_value(mp_builder_finish(&builder));
}

mp_value mp_str_expandtabs(mp_vm *vm, mp_args *args)
{
    mp_value given = NULL;
    int64_t tab = 8, column = 0;
    mp_args rest = mp_after_self(args);
    if (!mp_bind(vm, &rest, "expandtabs", "|tabsize", &given) ||
        (given != NULL && !mp_to_index(vm, given, &tab)))
        return NULL;
    const mp_str *str = mp_self_str(args);
    mp_builder builder;
    mp_builder_init(&builder, vm);
    for (size_t at = 0, size; at < str->size; at += size) {
        const char *data = str->data + at;
        size = mp_utf8_size(*data);
        if (*data == '\t') {
            int64_t fill = tab > 0 ? tab - column % tab : 0;
            mp_builder_fill(&builder, " ", 1, (size_t)fill);
            column += fill;
            continue;
        }
        mp_builder_add(&builder, data, size);
        column = *data == '\n' || *data == '\r' ? 0 : column + 1;
    }
    return mp_as_value(mp_builder_finish(&builder));
}
