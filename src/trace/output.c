/* output.c - the buffer that a record is put together in, and writing it.
 *
 * Holds      A record is written whole or not at all.  After a failed write nothing more is written.
 * Tests      tests/test_trace_recorder.c, tests/test_trace_record.c */
#include <float.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "trace_impl.h"

static bool make_room(ac_trace *trace, t_text *text, size_t more)
{
    if (more <= text->room - text->size)
        return true;
    size_t room = text->room > 0 ? text->room * 2 : 256;
    if (room - text->size < more)
        room = text->size + more;
    char *bytes = aci_t_realloc(trace, text->bytes, room);
    if (bytes == NULL)
        return false;
    text->bytes = bytes;
    text->room = room;
    return true;
}

void aci_t_put_bytes(ac_trace *trace, t_text *text, const char *bytes, size_t size)
{
    if (size == 0) /* there may be no buffer yet */
        return;
    if (!make_room(trace, text, size)) {
        trace->lost = true;
        return;
    }
    memcpy(text->bytes + text->size, bytes, size);
    text->size += size;
}

void aci_t_put(ac_trace *trace, const char *words)
{
    aci_t_put_bytes(trace, &trace->line, words, strlen(words));
}

void aci_t_put_number(ac_trace *trace, uint64_t number)
{
    char digits[24];
    snprintf(digits, sizeof digits, "%llu", (unsigned long long)number);
    aci_t_put(trace, digits);
}

/* The program's locale may have another decimal point. */
static void plain_point(char *digits)
{
    for (char *at = digits; *at != '\0'; at++)
        if (strchr("+-0123456789e", *at) == NULL)
            *at = '.';
}

static bool has_fraction(const char *digits)
{
    return strpbrk(digits, ".e") != NULL;
}

/* The shortest digits that read back. */
static int put_digits(char *digits, size_t room, double seconds)
{
    bool is_subnormal = seconds < DBL_MIN && seconds > -DBL_MIN;
    for (int precision = is_subnormal ? 1 : 15; precision < 17; precision++) {
        snprintf(digits, room, "%.*g", precision, seconds);
        if (strtod(digits, NULL) >= seconds && strtod(digits, NULL) <= seconds)
            return precision;
    }
    snprintf(digits, room, "%.17g", seconds);
    return 17;
}

/* Python has exponents from 1e16 on, %g from as many digits on as it has. */
static void choose_exponent(char *digits, size_t room, double seconds, int precision)
{
    bool has = strchr(digits, 'e') != NULL, is_large = seconds >= 1e16 || seconds <= -1e16;
    if (is_large && !has)
        snprintf(digits, room, "%.*e", precision - 1, seconds);
    else if (!is_large && has && (seconds >= 1 || seconds <= -1))
        snprintf(digits, room, "%.1f", seconds);
}

void aci_t_put_seconds(ac_trace *trace, double seconds)
{
    char digits[40] = "";
    if (seconds != seconds || seconds - seconds != 0) {
        aci_t_put(trace, seconds != seconds ? "nan" : seconds > 0 ? "inf" : "-inf");
        return;
    }
    choose_exponent(digits, sizeof digits, seconds, put_digits(digits, sizeof digits, seconds));
    plain_point(digits);
    aci_t_put(trace, digits);
    if (!has_fraction(digits))
        aci_t_put(trace, ".0");
}

/* ---- Names of the host ---- */

/* The length of the UTF-8 sequence at 'at', 0 if there is none that is valid. */
static size_t utf8_length(const unsigned char *at, size_t left)
{
    unsigned char lead = at[0];
    size_t length = lead < 0x80   ? 1
                    : lead < 0xc2 ? 0
                    : lead < 0xe0 ? 2
                    : lead < 0xf0 ? 3
                    : lead < 0xf5 ? 4
                                  : 0;
    if (length == 0 || length > left)
        return 0;
    for (size_t i = 1; i < length; i++)
        if ((at[i] & 0xc0) != 0x80)
            return 0;
    bool overlong = (lead == 0xe0 && at[1] < 0xa0) || (lead == 0xf0 && at[1] < 0x90);
    bool beyond = (lead == 0xed && at[1] > 0x9f) || (lead == 0xf4 && at[1] > 0x8f);
    return overlong || beyond ? 0 : length;
}

/* Control characters as JSON escapes them, also in text: a record is one line. */
static void put_escaped(ac_trace *trace, unsigned char byte, bool json)
{
    char escape[8];
    if (byte == '\n')
        aci_t_put(trace, "\\n");
    else if (json && (byte == '"' || byte == '\\'))
        aci_t_put(trace, byte == '"' ? "\\\"" : "\\\\");
    else {
        snprintf(escape, sizeof escape, "\\u%04x", byte);
        aci_t_put(trace, escape);
    }
}

static bool is_escaped(unsigned char byte, bool json)
{
    return byte < 0x20 || byte == 0x7f || (json && (byte == '"' || byte == '\\'));
}

void aci_t_put_quoted(ac_trace *trace, const char *bytes, size_t size, bool json)
{
    if (json)
        aci_t_put(trace, "\"");
    for (size_t at = 0; at < size;) {
        size_t length = utf8_length((const unsigned char *)bytes + at, size - at);
        if (length == 0)
            aci_t_put(trace, "\xef\xbf\xbd"); /* U+FFFD */
        else if (is_escaped((unsigned char)bytes[at], json))
            put_escaped(trace, (unsigned char)bytes[at], json);
        else
            aci_t_put_bytes(trace, &trace->line, bytes + at, length);
        at += length > 0 ? length : 1;
    }
    if (json)
        aci_t_put(trace, "\"");
}

/* ---- Writing ---- */

bool aci_t_flush(ac_trace *trace)
{
    size_t size = trace->line.size;
    bool lost = trace->lost;
    trace->line.size = 0;
    trace->lost = false;
    if (size == 0 || lost || trace->status == AC_E_RUNTIME)
        return false;
    if (!trace->options.write(trace->options.data, trace->line.bytes, size))
        trace->status = AC_E_RUNTIME;
    return trace->status != AC_E_RUNTIME;
}

void aci_t_text_free(ac_trace *trace, t_text *text)
{
    if (text->bytes != NULL)
        (void)aci_t_realloc(trace, text->bytes, 0);
    text->bytes = NULL;
}
