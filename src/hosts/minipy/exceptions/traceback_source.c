/* traceback_source.c - the source lines of a traceback, with marks under the part that failed.
 *
 * Idea       As CPython 3.13: the lines of the span without their common indentation; below each "^" for the
 *            span, or "~" with "^" where the anchors are.  No marks where they would say nothing: when the
 *            span is the whole line, or "return f(x)" or "x = f(x)" failed in the call.
 * Long       Of a span over many lines only the first, the last and those around the anchors are shown.
 * Widths     Every code point counts as one column. */
#include <string.h>

#include "exceptions/traceback_impl.h"

typedef struct source_line {
    const char *start, *end;
} source_line;

typedef struct source_piece {
    const mp_str *source;
    const char *start, *end; /* of the span */
    uint32_t first, last;    /* lines */
    size_t dedent;           /* common indentation */
    mp_anchors anchors;
    bool marked;
} source_piece;

/* Line number 'wanted', counted from line 'number' that starts at 'from'. */
static source_line source_find(const mp_str *source, const char *from, uint32_t number, uint32_t wanted)
{
    const char *end = source->data + source->size;
    source_line line = {from, end};
    while (number < wanted && line.start < end) {
        const char *newline = memchr(line.start, '\n', (size_t)(end - line.start));
        line.start = newline == NULL ? end : newline + 1;
        number++;
    }
    const char *newline = memchr(line.start, '\n', (size_t)(end - line.start));
    line.end = newline == NULL ? end : newline;
    while (line.end > line.start && (line.end[-1] == '\r' || line.end[-1] == ' ' || line.end[-1] == '\t'))
        line.end--;
    return line;
}

static source_line source_next(const mp_str *source, source_line line)
{
    const char *end = source->data + source->size;
    const char *newline = memchr(line.end, '\n', (size_t)(end - line.end));
    return source_find(source, newline == NULL ? end : newline + 1, 0, 0);
}

static size_t source_indentation(source_line line)
{
    const char *at = line.start;
    while (at < line.end && (*at == ' ' || *at == '\t' || *at == '\f'))
        at++;
    return (size_t)(at - line.start);
}

static bool source_blank(const char *start, const char *end)
{
    for (; start < end; start++)
        if (*start != ' ' && *start != '\t' && *start != '\r')
            return *start == '#';
    return true;
}

static size_t source_width(const char *start, const char *end)
{
    size_t width = 0;
    for (; start < end; start++)
        width += ((unsigned char)*start & 0xc0) != 0x80;
    return width;
}

static const char *source_column(source_line line, uint32_t column)
{
    size_t size = (size_t)(line.end - line.start);
    return line.start + (column < size ? column : size);
}

/* ---- What is marked ---- */

static bool source_is_name(const char *start, const char *end)
{
    if (start == end)
        return false;
    for (; start < end; start++)
        if (*start != '_' && !(*start >= '0' && *start <= '9') && !(*start >= 'a' && *start <= 'z') &&
            !(*start >= 'A' && *start <= 'Z') && (unsigned char)*start < 0x80)
            return false;
    return true;
}

/* "return f(x)" or "x = g.f(x)", where the call is the span: what stands before it on its line. */
static bool source_says_enough(const source_piece *piece, source_line line)
{
    const char *start = line.start + source_indentation(line), *end = piece->start;
    while (end > start && end[-1] == ' ')
        end--;
    if (end - start == 6 && memcmp(start, "return", 6) == 0)
        return source_is_name(piece->start, piece->anchors.left);
    if (end == start || end[-1] != '=')
        return false;
    for (end--; end > start && end[-1] == ' ';)
        end--;
    return source_is_name(start, end);
}

static bool source_is_marked(const source_piece *piece, source_line first, source_line last)
{
    bool alone_behind = source_blank(piece->end, last.end);
    if (piece->anchors.is_call && alone_behind && source_says_enough(piece, first))
        return false;
    if (piece->anchors.left != NULL)
        return true;
    return !source_blank(first.start, piece->start) || !source_blank(piece->end, last.end);
}

/* ---- Writing ---- */

static void source_spaces(mp_builder *out, size_t count)
{
    while (count-- > 0)
        mp_builder_add(out, " ", 1);
}

static char source_mark(const source_piece *piece, const char *at)
{
    if (piece->anchors.left == NULL)
        return '^';
    return at >= piece->anchors.left && at < piece->anchors.right ? '^' : '~';
}

static void source_write_marks(mp_builder *out, const source_piece *piece, source_line line, size_t dedent)
{
    const char *start = line.start + source_indentation(line);
    const char *stop = piece->end < line.end && piece->end >= line.start ? piece->end : line.end;
    if (start < piece->start)
        start = piece->start;
    source_spaces(out, 4 + source_width(line.start + dedent, start));
    for (const char *at = start; at < stop; at++) {
        char mark = source_mark(piece, at);
        if (((unsigned char)*at & 0xc0) != 0x80)
            mp_builder_add(out, &mark, 1);
    }
    mp_builder_add(out, "\n", 1);
}

static void source_write_line(mp_builder *out, const source_piece *piece, source_line line)
{
    size_t indentation = source_indentation(line);
    size_t dedent = indentation < piece->dedent ? indentation : piece->dedent;
    source_spaces(out, 4);
    mp_builder_add(out, line.start + dedent, (size_t)(line.end - line.start) - dedent);
    mp_builder_add(out, "\n", 1);
    if (piece->marked)
        source_write_marks(out, piece, line, dedent);
}

static bool source_near(const char *at, source_line before, source_line line, source_line after)
{
    return at != NULL && at >= before.start && at <= after.end && line.start <= line.end;
}

/* The first and last lines, and those next to an anchor. */
static bool source_shown(const source_piece *piece, uint32_t number, source_line before, source_line line,
                         source_line after)
{
    return number == piece->first || number == piece->last ||
           source_near(piece->anchors.left, before, line, after) ||
           source_near(piece->anchors.right, before, line, after);
}

static void source_write_skipped(mp_builder *out, const source_piece *piece, source_line only, uint32_t count)
{
    if (count == 1)
        source_write_line(out, piece, only);
    else if (count > 1)
        mp_builder_printf(out, "    ...<%u lines>...\n", (unsigned)count);
}

static void source_write(mp_builder *out, const source_piece *piece, source_line line)
{
    source_line before = line, skipped = line;
    uint32_t count = 0;
    for (uint32_t number = piece->first; number <= piece->last; number++) {
        source_line after = source_next(piece->source, line);
        if (source_shown(piece, number, before, line, after)) {
            source_write_skipped(out, piece, skipped, count);
            source_write_line(out, piece, line);
            count = 0;
        } else {
            skipped = line;
            count++;
        }
        before = line;
        line = after;
    }
}

void mp_traceback_source(mp_builder *out, const mp_str *source, const mp_span *span)
{
    if (source == NULL || span->line == 0)
        return;
    source_piece piece = {.source = source, .first = span->line, .last = span->end_line};
    if (piece.last < piece.first)
        piece.last = piece.first;
    source_line first = source_find(source, source->data, 1, piece.first), last = first;
    if (source_blank(first.start, first.end))
        return;
    piece.dedent = source_indentation(first);
    for (uint32_t number = piece.first; number < piece.last; number++) {
        last = source_next(source, last);
        if (!source_blank(last.start, last.end) && source_indentation(last) < piece.dedent)
            piece.dedent = source_indentation(last);
    }
    piece.start = source_column(first, span->column);
    piece.end = source_column(last, span->end_column);
    if (piece.end < piece.start)
        piece.end = piece.start;
    piece.anchors = mp_find_anchors(piece.start, piece.end);
    piece.marked = piece.end > piece.start && source_is_marked(&piece, first, last);
    source_write(out, &piece, first);
}
