/* bytes_codec.c - from characters to bytes and back: str.encode, bytes.decode.
 *
 * Limits     utf-8, ascii and latin-1, with errors strict, ignore and replace; what fails is a UnicodeError
 *            without the attributes of UnicodeDecodeError and UnicodeEncodeError. */
#include <string.h>
#include <strings.h>

#include "values/bytes.h"
#include "values/containers_impl.h"
#include "values/string_impl.h"
#include "values/unicode.h"

typedef enum codec { CODEC_UTF_8, CODEC_ASCII, CODEC_LATIN_1, CODEC_NONE } codec;
typedef enum codec_errors { CODEC_STRICT, CODEC_IGNORE, CODEC_REPLACE } codec_errors;

static codec codec_named(const char *name)
{
    static const struct {
        const char *name;
        codec codec;
    } names[] = {
        {"utf-8", CODEC_UTF_8},       {"utf8", CODEC_UTF_8},      {"utf_8", CODEC_UTF_8},
        {"ascii", CODEC_ASCII},       {"us-ascii", CODEC_ASCII},  {"latin-1", CODEC_LATIN_1},
        {"latin1", CODEC_LATIN_1},    {"latin_1", CODEC_LATIN_1}, {"iso-8859-1", CODEC_LATIN_1},
        {"iso8859-1", CODEC_LATIN_1},
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcasecmp(names[i].name, name) == 0)
            return names[i].codec;
    return CODEC_NONE;
}

static bool codec_text(mp_vm *vm, mp_value value, const char **text)
{
    if (value == NULL)
        return true;
    if (mp_is_str(vm, value))
        *text = ((const mp_str *)value)->data;
    else
        mp_raise(vm, MP_X_TYPE_ERROR, "the name of an encoding must be str, not %T", value);
    return mp_is_str(vm, value);
}

static bool codec_of(mp_vm *vm, mp_value encoding, mp_value errors, codec *which, codec_errors *how)
{
    const char *name = "utf-8", *manner = "strict";
    if (!codec_text(vm, encoding, &name) || !codec_text(vm, errors, &manner))
        return false;
    *which = codec_named(name);
    *how = strcmp(manner, "ignore") == 0    ? CODEC_IGNORE
           : strcmp(manner, "replace") == 0 ? CODEC_REPLACE
                                            : CODEC_STRICT;
    if (*which == CODEC_NONE)
        mp_raise(vm, MP_X_LOOKUP_ERROR, "unknown encoding: %s", name);
    return *which != CODEC_NONE;
}

/* ---- To bytes ---- */

static bool encode_point(mp_builder *out, uint32_t point, uint32_t limit, codec_errors how)
{
    char byte = point < limit ? (char)point : '?';
    if (point < limit || how == CODEC_REPLACE)
        mp_builder_add(out, &byte, 1);
    return point < limit || how != CODEC_STRICT;
}

static mp_value encode_narrow(mp_vm *vm, mp_str *text, uint32_t limit, codec_errors how)
{
    mp_builder out;
    mp_builder_init(&out, vm);
    size_t index = 0;
    for (size_t at = 0; at < text->size; index++) {
        size_t size;
        uint32_t point = mp_utf8_decode(text->data + at, &size);
        if (!encode_point(&out, point, limit, how)) {
            mp_builder_drop(&out);
            mp_raise(vm, MP_X_UNICODE_ERROR,
                     "'%s' codec can't encode character in position %zu: ordinal not in range(%u)",
                     limit == 128 ? "ascii" : "latin-1", index, (unsigned)limit);
            return NULL;
        }
        at += size;
    }
    mp_value made = out.failed ? NULL : mp_bytes_new(vm, out.data, out.size);
    mp_builder_drop(&out);
    return made;
}

mp_value mp_encode(mp_vm *vm, mp_str *text, mp_value encoding, mp_value errors)
{
    codec which;
    codec_errors how;
    if (!codec_of(vm, encoding, errors, &which, &how))
        return NULL;
    if (which == CODEC_UTF_8 || text->size == text->length)
        return mp_bytes_new(vm, text->data, text->size);
    return encode_narrow(vm, text, which == CODEC_ASCII ? 128 : 256, how);
}

mp_value mp_str_encode(mp_vm *vm, mp_args *args)
{
    mp_value values[3];
    if (!mp_bind(vm, args, "encode", "self |encoding errors", values))
        return NULL;
    return mp_encode(vm, (mp_str *)values[0], values[1], values[2]);
}

/* ---- To characters ---- */

static mp_value decode_latin(mp_vm *vm, const mp_view *view)
{
    const unsigned char *bytes = view->data;
    mp_builder out;
    mp_builder_init(&out, vm);
    for (size_t i = 0; i < view->size; i++) {
        char character[4];
        mp_builder_add(&out, character, mp_utf8_encode(bytes[i], character));
    }
    return mp_as_value(mp_builder_finish(&out));
}

mp_value mp_decode(mp_vm *vm, const mp_view *view, mp_value encoding, mp_value errors)
{
    const unsigned char *bytes = view->data;
    codec which;
    codec_errors how;
    mp_builder out;
    if (!codec_of(vm, encoding, errors, &which, &how))
        return NULL;
    if (which == CODEC_LATIN_1)
        return decode_latin(vm, view);
    mp_builder_init(&out, vm);
    for (size_t at = 0, step; at < view->size; at += step) {
        step = bytes[at] < 0x80 ? 1 : which == CODEC_ASCII ? 0 : mp_utf8_valid(bytes + at, view->size - at);
        if (step > 0) {
            mp_builder_add(&out, (const char *)bytes + at, step);
            continue;
        }
        if (how == CODEC_STRICT) {
            mp_builder_drop(&out);
            mp_raise(vm, MP_X_UNICODE_ERROR, "'%s' codec can't decode byte 0x%c%c in position %zu",
                     which == CODEC_ASCII ? "ascii" : "utf-8", "0123456789abcdef"[bytes[at] >> 4],
                     "0123456789abcdef"[bytes[at] & 15], at);
            return NULL;
        }
        if (how == CODEC_REPLACE)
            mp_builder_text(&out, "\xef\xbf\xbd");
        step = 1;
    }
    return mp_as_value(mp_builder_finish(&out));
}

mp_value mp_bytes_decode(mp_vm *vm, mp_args *args)
{
    mp_value values[3];
    mp_view view;
    if (!mp_bind(vm, args, "decode", "self |encoding errors", values) || !mp_view_get(vm, values[0], &view))
        return NULL;
    mp_value text = mp_decode(vm, &view, values[1], values[2]);
    mp_view_drop(vm, &view);
    return text;
}
