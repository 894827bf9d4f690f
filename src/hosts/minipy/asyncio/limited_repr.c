/* limited_repr.c - reprs that do not grow beyond a line: what a future shows of its result.
 *
 * Mirrors    reprlib.Repr with its defaults: at most six items of a list, tuple or set, four of a dict, six
 *            levels; thirty characters of a string or of anything else, the middle left out.
 * Re-enters  A repr may run code of the program: containers are asked by index, and their length anew. */
#include "asyncio/host.h"

#include <string.h>

enum { LIMITED_LEVELS = 6, LIMITED_ITEMS = 6, LIMITED_PAIRS = 4, LIMITED_TEXT = 30, LIMITED_FILL = 3 };

static void limited_value(mp_builder *text, mp_value value, int level);

/* Where the code point number 'index' begins. */
static size_t limited_offset(const mp_str *str, size_t index)
{
    size_t at = 0;
    for (; at < str->size; at++) {
        if (((unsigned char)str->data[at] & 0xc0) == 0x80)
            continue;
        if (index-- == 0)
            break;
    }
    return at;
}

/* The beginning and the end of what is too long. */
static void limited_add(mp_builder *text, const mp_str *shown)
{
    enum { BEFORE = (LIMITED_TEXT - LIMITED_FILL) / 2, AFTER = LIMITED_TEXT - LIMITED_FILL - BEFORE };
    if (shown->length <= LIMITED_TEXT) {
        mp_builder_str(text, shown);
        return;
    }
    size_t tail = limited_offset(shown, shown->length - AFTER);
    mp_builder_add(text, shown->data, limited_offset(shown, BEFORE));
    mp_builder_text(text, "...");
    mp_builder_add(text, shown->data + tail, shown->size - tail);
}

/* Of a long string only both ends are shown at all, so that a megabyte is never escaped. */
static mp_value limited_str_ends(mp_vm *vm, const mp_str *str)
{
    enum { BEFORE = (LIMITED_TEXT - LIMITED_FILL) / 2, AFTER = LIMITED_TEXT - LIMITED_FILL - BEFORE };
    mp_builder ends;
    if (str->length <= LIMITED_TEXT)
        return mp_incref(mp_as_value((void *)(uintptr_t)str));
    size_t tail = limited_offset(str, str->length - AFTER);
    mp_builder_init(&ends, vm);
    mp_builder_add(&ends, str->data, limited_offset(str, BEFORE));
    mp_builder_add(&ends, str->data + tail, str->size - tail);
    return mp_as_value(mp_builder_finish(&ends));
}

/* A repr that raises is no reason to show nothing: futures whose results are futures go too deep. */
static void limited_other(mp_builder *text, mp_value value)
{
    mp_vm *vm = text->vm;
    mp_value shown = mp_repr(vm, value);
    if (shown != NULL) {
        limited_add(text, (mp_str *)shown);
        mp_decref(vm, shown);
    } else if (mp_raised_is(vm, MP_X_EXCEPTION)) {
        mp_clear_slot(vm, &vm->raised);
        mp_builder_printf(text, "<%T instance at 0x%zx>", value, (size_t)(uintptr_t)value);
    } else {
        text->failed = true;
    }
}

static void limited_str(mp_builder *text, const mp_str *str)
{
    enum { BEFORE = (LIMITED_TEXT - LIMITED_FILL) / 2, AFTER = LIMITED_TEXT - LIMITED_FILL - BEFORE };
    mp_vm *vm = text->vm;
    mp_value ends = limited_str_ends(vm, str);
    mp_value shown = ends != NULL ? mp_repr(vm, ends) : NULL;
    mp_xdecref(vm, ends);
    if (shown == NULL) {
        text->failed = true;
        return;
    }
    const mp_str *all = (mp_str *)shown;
    if (str->length <= LIMITED_TEXT && all->length <= LIMITED_TEXT) {
        mp_builder_str(text, all);
    } else {
        size_t tail = limited_offset(all, all->length - AFTER);
        mp_builder_add(text, all->data, limited_offset(all, BEFORE));
        mp_builder_text(text, "...");
        mp_builder_add(text, all->data + tail, all->size - tail);
    }
    mp_decref(vm, shown);
}

/* Items of a list or tuple by index; they are held while they are shown. */
static void limited_items(mp_builder *text, mp_value value, bool is_list, int level)
{
    mp_vm *vm = text->vm;
    for (size_t i = 0; !text->failed; i++) {
        size_t count = is_list ? ((mp_list *)value)->count : ((mp_tuple *)value)->count;
        if (i >= count)
            return;
        if (i > 0)
            mp_builder_text(text, ", ");
        if (i == LIMITED_ITEMS) {
            mp_builder_text(text, "...");
            return;
        }
        mp_value item = mp_incref(is_list ? ((mp_list *)value)->items[i] : ((mp_tuple *)value)->items[i]);
        limited_value(text, item, level - 1);
        mp_decref(vm, item);
    }
}

static void limited_sequence(mp_builder *text, mp_value value, bool is_list, int level)
{
    size_t count = is_list ? ((mp_list *)value)->count : ((mp_tuple *)value)->count;
    mp_builder_text(text, is_list ? "[" : "(");
    if (level <= 0 && count > 0)
        mp_builder_text(text, "...");
    else
        limited_items(text, value, is_list, level);
    mp_builder_text(text, is_list ? "]" : count == 1 && level > 0 ? ",)" : ")");
}

static void limited_pairs(mp_builder *text, mp_dict *dict, int level)
{
    mp_vm *vm = text->vm;
    mp_value key, value;
    size_t position = 0, shown = 0;
    while (!text->failed && mp_dict_next(dict, &position, &key, &value)) {
        if (shown > 0)
            mp_builder_text(text, ", ");
        if (shown++ == LIMITED_PAIRS) {
            mp_builder_text(text, "...");
            return;
        }
        (void)mp_incref(key);
        (void)mp_incref(value);
        limited_value(text, key, level - 1);
        mp_builder_text(text, ": ");
        limited_value(text, value, level - 1);
        mp_decref(vm, key);
        mp_decref(vm, value);
    }
}

static void limited_dict(mp_builder *text, mp_dict *dict, int level)
{
    mp_builder_text(text, "{");
    if (level <= 0 && dict->count > 0)
        mp_builder_text(text, "...");
    else
        limited_pairs(text, dict, level);
    mp_builder_text(text, "}");
}

static void limited_value(mp_builder *text, mp_value value, int level)
{
    mp_vm *vm = text->vm;
    if (text->failed)
        return;
    if (mp_is_exactly(vm, value, MP_TYPE_STR))
        limited_str(text, (mp_str *)value);
    else if (mp_is_exactly(vm, value, MP_TYPE_LIST))
        limited_sequence(text, value, true, level);
    else if (mp_is_exactly(vm, value, MP_TYPE_TUPLE))
        limited_sequence(text, value, false, level);
    else if (mp_is_exactly(vm, value, MP_TYPE_DICT))
        limited_dict(text, (mp_dict *)value, level);
    else
        limited_other(text, value);
}

void mp_builder_limited(mp_builder *text, mp_value value)
{
    limited_value(text, value, LIMITED_LEVELS);
}
