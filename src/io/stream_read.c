/* stream_read.c - awaits on a reader.
 *
 * Mirrors    StreamReader.read, readexactly, readuntil, readline, _wait_for_data.
 * Idea       One machine: a kind looks whether what is there will do, and if not the machine waits for more.
 * Holds      reader->waiter is this read while it waits.  A second read that waits is refused; but one that
 *            begins after the first was woken, and before that runs, is forgotten when it does: as in
 *            asyncio, whose finally does not look whose waiter it takes away.
 * Owns       all: what read(-1) has collected.
 * Re-enters  Resuming the transport; exceptions that are made.
 * Tests      tests/test_io_stream_reader.c */
#include "stream_impl.h"

#include <stdio.h>

/* How a look ends. */
typedef enum look { ENOUGH, MORE, FAILED } look;

struct ac_stream_read_kind {
    const char *name;
    look (*look)(ac_stream_read *read, ac_status *status);
};

/* ---- Taking ---- */

static const unsigned char *unread(const ac_stream_read *read)
{
    return read->reader->bytes + read->reader->start;
}

/* What was taken stays where it is until more is fed. */
static void take(ac_stream_read *read, size_t size)
{
    read->data = size > 0 ? unread(read) : (const void *)"";
    read->size = size;
    read->reader->start += size;
}

static look take_enough(ac_stream_read *read, size_t size, ac_status *status)
{
    take(read, size);
    *status = aci_reader_resume(read->reader, false); /* HOST */
    return *status == AC_OK ? ENOUGH : FAILED;
}

static ac_status raise_value(ac_stream_read *read, const char *text)
{
    return ac_loop_raise(read->reader->loop, aci_io_error(read->reader->loop, AC_X_VALUE, text));
}

/* expected: SIZE_MAX is None. */
static ac_status raise_incomplete(ac_stream_read *read, size_t expected)
{
    ac_loop *loop = read->reader->loop;
    char text[96];
    ac_error error = {.kind = AC_X_INCOMPLETE_READ, .text = text, .count = expected};

    take(read, ac_stream_reader_size(read->reader));
    error.bytes = read->data;
    error.byte_count = read->size;
    if (expected == SIZE_MAX)
        (void)snprintf(text, sizeof text, "%zu bytes read on a total of undefined expected bytes",
                       read->size);
    else
        (void)snprintf(text, sizeof text, "%zu bytes read on a total of %zu expected bytes", read->size,
                       expected);
    return ac_loop_raise(loop, ac_loop_host(loop)->error(loop, &error)); /* HOST */
}

static ac_status raise_overrun(ac_stream_read *read, const char *text, size_t consumed)
{
    ac_loop *loop = read->reader->loop;
    ac_error error = {.kind = AC_X_LIMIT_OVERRUN, .text = text, .count = consumed};

    read->consumed = consumed;
    return ac_loop_raise(loop, ac_loop_host(loop)->error(loop, &error)); /* HOST */
}

/* ---- read, readexactly ---- */

static look look_read(ac_stream_read *read, ac_status *status)
{
    size_t there = ac_stream_reader_size(read->reader);

    if (there == 0 && !read->reader->eof && read->wanted > 0)
        return MORE;
    return take_enough(read, there < read->wanted ? there : read->wanted, status);
}

static bool collect(ac_stream_read *read, size_t size)
{
    ac_loop *loop = read->reader->loop;
    size_t room = read->all_room > 0 ? read->all_room : 1024;
    unsigned char *more = read->all;

    while (room - read->wanted < size)
        room *= 2;
    if (room != read->all_room)
        more = aci_io_realloc(loop, read->all, read->all_room, room);
    if (more == NULL)
        return false;
    memcpy(more + read->wanted, unread(read), size);
    read->all = more;
    read->all_room = room;
    read->wanted += size;
    return true;
}

/* Blocks of the limit's size until there is none; 'wanted' is how much was collected. */
static look look_read_all(ac_stream_read *read, ac_status *status)
{
    ac_stream_reader *reader = read->reader;

    while (ac_stream_reader_size(reader) > 0) {
        size_t there = ac_stream_reader_size(reader);
        size_t size = there < reader->limit ? there : reader->limit;
        if (!collect(read, size)) {
            *status = ac_loop_refuse(reader->loop, AC_E_MEMORY, "no memory for what has come");
            return FAILED;
        }
        if (take_enough(read, size, status) == FAILED)
            return FAILED;
        if (reader->failed) { /* each block is a read of its own */
            *status = ac_loop_raise(reader->loop, ac_dup(reader->loop, ac_lend(reader->exception)));
            return FAILED;
        }
    }
    if (!reader->eof)
        return MORE;
    read->data = read->wanted > 0 ? read->all : (const void *)"";
    read->size = read->wanted;
    return ENOUGH;
}

static look look_readexactly(ac_stream_read *read, ac_status *status)
{
    if (ac_stream_reader_size(read->reader) >= read->wanted)
        return take_enough(read, read->wanted, status);
    if (!read->reader->eof)
        return MORE;
    *status = raise_incomplete(read, read->wanted);
    return FAILED;
}

/* ---- readuntil, readline ---- */

/* Where it is at or after 'from'; SIZE_MAX: nowhere. */
static size_t find(const ac_stream_read *read, const ac_bytes *separator, size_t from)
{
    const unsigned char *bytes = unread(read), *at;
    size_t there = ac_stream_reader_size(read->reader);

    while (there - from >= separator->size && from <= there) {
        at = memchr(bytes + from, *(const unsigned char *)separator->data,
                    there - from - separator->size + 1);
        if (at == NULL)
            return SIZE_MAX;
        from = (size_t)(at - bytes);
        if (memcmp(at, separator->data, separator->size) == 0)
            return from;
        from++;
    }
    return SIZE_MAX;
}

static const ac_bytes *separators_of(const ac_stream_read *read)
{
    return read->separators != NULL ? read->separators : &read->one;
}

static void separator_sizes(const ac_stream_read *read, size_t *least, size_t *most)
{
    const ac_bytes *separators = separators_of(read);

    *least = SIZE_MAX;
    *most = 0;
    for (size_t i = 0; i < read->separator_count; i++) {
        *least = separators[i].size < *least ? separators[i].size : *least;
        *most = separators[i].size > *most ? separators[i].size : *most;
    }
}

/* The end that comes first; of the same end, the shortest separator, which begins last. */
static bool find_any(const ac_stream_read *read, size_t *start, size_t *end)
{
    const ac_bytes *separators = separators_of(read);

    *end = SIZE_MAX;
    *start = 0;
    for (size_t i = 0; i < read->separator_count; i++) {
        size_t at = find(read, &separators[i], read->offset);
        if (at == SIZE_MAX)
            continue;
        if (at + separators[i].size < *end || (at + separators[i].size == *end && at > *start)) {
            *end = at + separators[i].size;
            *start = at;
        }
    }
    return *end != SIZE_MAX;
}

typedef enum search { FOUND, NOT_YET, ENDED, FOUND_BEYOND, BEYOND } search;

/* *at: where the match ends (FOUND), or begins (FOUND_BEYOND); what cannot belong to one (BEYOND). */
static search search_separator(ac_stream_read *read, size_t *at)
{
    size_t there = ac_stream_reader_size(read->reader), least, most, start, end;

    separator_sizes(read, &least, &most);
    if (there >= read->offset && there - read->offset >= least) {
        if (find_any(read, &start, &end)) {
            *at = start > read->reader->limit ? start : end;
            return start > read->reader->limit ? FOUND_BEYOND : FOUND;
        }
        read->offset = there + 1 > most ? there + 1 - most : 0;
        *at = read->offset;
        if (read->offset > read->reader->limit)
            return BEYOND;
    }
    return read->reader->eof ? ENDED : NOT_YET;
}

static const char *const beyond_found = "Separator is found, but chunk is longer than limit";
static const char *const beyond = "Separator is not found, and chunk exceed the limit";

static look look_readuntil(ac_stream_read *read, ac_status *status)
{
    size_t at = 0;

    switch (search_separator(read, &at)) {
    case FOUND:
        return take_enough(read, at, status);
    case NOT_YET:
        return MORE;
    case ENDED:
        *status = raise_incomplete(read, SIZE_MAX);
        return FAILED;
    case FOUND_BEYOND:
        *status = raise_overrun(read, beyond_found, at);
        return FAILED;
    case BEYOND:
        *status = raise_overrun(read, beyond, at);
        return FAILED;
    }
    return FAILED;
}

/* Too long a line goes: all of it with its end, or all that is there. */
static look drop_line(ac_stream_read *read, const char *text, size_t size, ac_status *status)
{
    take(read, size);
    read->size = 0;
    *status = aci_reader_resume(read->reader, false); /* HOST */
    if (*status == AC_OK)
        *status = raise_value(read, text);
    return FAILED;
}

static look look_readline(ac_stream_read *read, ac_status *status)
{
    size_t at = 0;

    switch (search_separator(read, &at)) {
    case FOUND:
        return take_enough(read, at, status);
    case NOT_YET:
        return MORE;
    case ENDED: /* what is left, and no resume */
        take(read, ac_stream_reader_size(read->reader));
        return ENOUGH;
    case FOUND_BEYOND:
        return drop_line(read, beyond_found, at + 1, status);
    case BEYOND:
        return drop_line(read, beyond, ac_stream_reader_size(read->reader), status);
    }
    return FAILED;
}

static const ac_stream_read_kind read_kind = {"read", look_read};
static const ac_stream_read_kind read_all_kind = {"read", look_read_all};
static const ac_stream_read_kind readexactly_kind = {"readexactly", look_readexactly};
static const ac_stream_read_kind readuntil_kind = {"readuntil", look_readuntil};
static const ac_stream_read_kind readline_kind = {"readuntil", look_readline};

/* ---- The machine ---- */

/* What is wrong with the separators is found before anything else. */
static ac_status check(ac_stream_read *read)
{
    ac_stream_reader *reader = read->reader;
    size_t least, most;

    if (read->kind == &readuntil_kind) {
        if (read->separator_count == 0)
            return raise_value(read, "Separator should contain at least one element");
        separator_sizes(read, &least, &most);
        if (least == 0)
            return raise_value(read, "Separator should be at least one-byte string");
    }
    if (!reader->failed)
        return AC_OK;
    return ac_loop_raise(reader->loop, reader->exception.bits != 0
                                           ? ac_dup(reader->loop, ac_lend(reader->exception))
                                           : ac_none());
}

static ac_status begin_waiting(ac_stream_read *read)
{
    ac_stream_reader *reader = read->reader;
    char text[96];
    ac_status status;

    if (reader->waiter != NULL) {
        (void)snprintf(text, sizeof text,
                       "%s() called while another coroutine is already waiting for incoming data",
                       read->kind->name);
        return ac_loop_raise(reader->loop, aci_io_error(reader->loop, AC_X_RUNTIME, text));
    }
    status = aci_reader_resume(reader, true); /* HOST */
    if (status != AC_OK)
        return status;
    ac_future_clear(&read->future); /* that of the wait before is gone, for who records, too */
    ac_future_init_embedded(&read->future, reader->loop);
    reader->waiter = read;
    return AC_OK;
}

static ac_turn fail(ac_stream_read *read, ac_status status, ac_out *out)
{
    out->value = ac_loop_status_exception(read->reader->loop, status, NULL);
    read->co.at = AC_AT_END;
    return AC_RAISED;
}

static ac_turn leave(ac_loop *loop, ac_stream_read *read, ac_how how, ac_ref in, ac_out *out)
{
    ac_turn turn = how == AC_THROW ? ac_raise(loop, in, out) : ac_return(out, ac_none());

    read->co.at = AC_AT_END;
    ac_future_clear(&read->future); /* HOST: it may hold a cancel's message */
    return turn;
}

enum { DATA = 1 };

static ac_turn resume(ac_loop *loop, ac_coro *co, ac_how how, ac_ref in, ac_out *out)
{
    ac_stream_read *read = AC_CONTAINER_OF(co, ac_stream_read, co);
    ac_status status;
    look seen;

    AC_BEGIN(co);
    status = check(read);
    if (status != AC_OK)
        return fail(read, status, out);
    while ((seen = read->kind->look(read, &status)) == MORE) {
        status = begin_waiting(read);
        if (status != AC_OK)
            return fail(read, status, out);
        AC_AWAIT(DATA, &read->future);
        read->reader->waiter = NULL;
        if (how != AC_SEND)
            return leave(loop, read, how, in, out); /* HOST */
        if (read->kind == &read_all_kind && read->reader->failed) {
            status = check(read);
            return fail(read, status, out);
        }
    }
    if (seen == FAILED)
        return fail(read, status, out);
    AC_END(co);
    return ac_return(out, ac_none());
}

/* While it waits the reader shows it; each thing is shown once. */
static int visit(ac_coro *co, ac_visitor *visitor)
{
    ac_stream_read *read = AC_CONTAINER_OF(co, ac_stream_read, co);
    bool shown = read->reader != NULL && read->reader->waiter == read;

    return shown ? 0 : ac_future_visit(&read->future, visitor);
}

static void clear(ac_loop *loop, ac_coro *co)
{
    ac_stream_read *read = AC_CONTAINER_OF(co, ac_stream_read, co);
    unsigned char *all = read->all;

    co->at = AC_AT_END;
    read->all = NULL;
    if (all != NULL)
        aci_io_realloc(loop, all, read->all_room, 0);
    read->all_room = 0;
    if (read->reader != NULL && read->reader->waiter == read)
        read->reader->waiter = NULL;
    read->reader = NULL;
    ac_future_clear(&read->future); /* HOST */
}

static const ac_coro_ops read_ops = {resume, NULL, visit, clear};

/* ---- Preparing one ---- */

static void read_init(ac_stream_read *read, ac_stream_reader *reader, const ac_stream_read_kind *kind)
{
    memset(read, 0, sizeof *read);
    ac_coro_init(&read->co, &read_ops);
    ac_future_init_embedded(&read->future, reader->loop);
    read->reader = reader;
    read->kind = kind;
    read->data = "";
}

void ac_stream_read_init(ac_stream_read *read, ac_stream_reader *reader, ptrdiff_t size)
{
    read_init(read, reader, size < 0 ? &read_all_kind : &read_kind);
    read->wanted = size < 0 ? 0 : (size_t)size;
}

void ac_stream_readexactly_init(ac_stream_read *read, ac_stream_reader *reader, size_t size)
{
    read_init(read, reader, &readexactly_kind);
    read->wanted = size;
}

void ac_stream_readuntil_init(ac_stream_read *read, ac_stream_reader *reader, const void *separator,
                              size_t size)
{
    read_init(read, reader, &readuntil_kind);
    read->one = (ac_bytes){separator, size};
    read->separator_count = 1;
}

void ac_stream_readuntil_any_init(ac_stream_read *read, ac_stream_reader *reader, const ac_bytes *separators,
                                  size_t count)
{
    read_init(read, reader, &readuntil_kind);
    read->separators = separators;
    read->separator_count = count;
}

void ac_stream_readline_init(ac_stream_read *read, ac_stream_reader *reader)
{
    read_init(read, reader, &readline_kind);
    read->one = (ac_bytes){"\n", 1};
    read->separator_count = 1;
}
