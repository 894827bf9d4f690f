/* stream_reader.c - bytes that have come and were not read yet.
 *
 * Mirrors    StreamReader, but for its coroutines (stream_read.c).
 * Holds      waiter, if it is not NULL, lies in the frame of a read that waits.  What was read last is still
 *            in the buffer, before 'start', until more is fed.
 * Owns       The buffer, the exception.
 * Re-enters  Pausing and resuming give up watches.
 * Limits     In asyncio a client's protocol has its reader by a weak reference: a task that waits for data of
 *            it, and that nobody has, is garbage.  Here it hangs on its connection.
 * Tests      tests/test_io_stream_reader.c */
#include "stream_impl.h"

void ac_stream_reader_init(ac_stream_reader *reader, ac_loop *loop, size_t limit)
{
    memset(reader, 0, sizeof *reader);
    reader->loop = loop;
    reader->limit = limit > 0 ? limit : AC_STREAM_LIMIT;
}

void ac_stream_reader_clear(ac_stream_reader *reader)
{
    aci_buffer buffer = aci_reader_buffer(reader);

    reader->transport = NULL;
    reader->waiter = NULL;
    aci_reader_set_buffer(reader, &(aci_buffer){0});
    if (reader->loop == NULL)
        return;
    aci_buffer_free(&buffer, reader->loop);
    ac_drop(reader->loop, ac_take(&reader->exception)); /* HOST */
}

int ac_stream_reader_visit(ac_stream_reader *reader, ac_visitor *visitor)
{
    int stop = reader->waiter != NULL ? ac_future_visit(&reader->waiter->future, visitor) : 0;

    return stop == 0 && reader->exception.bits != 0 ? visitor->value(visitor, ac_lend(reader->exception))
                                                    : stop;
}

void ac_stream_reader_set_transport(ac_stream_reader *reader, ac_transport *transport)
{
    reader->transport = transport;
}

/* Whoever waits is woken, and waits no more. */
static ac_status wake(ac_stream_reader *reader)
{
    ac_stream_read *waiter = reader->waiter;

    reader->waiter = NULL;
    if (waiter == NULL || ac_future_done(&waiter->future))
        return AC_OK;
    return ac_future_set_result(&waiter->future, ac_none());
}

ac_status ac_stream_reader_feed_data(ac_stream_reader *reader, const void *data, size_t size)
{
    aci_buffer buffer = aci_reader_buffer(reader);
    ac_status status;
    bool fits;

    if (size == 0)
        return AC_OK;
    fits = aci_buffer_append(&buffer, reader->loop, data, size);
    aci_reader_set_buffer(reader, &buffer);
    if (!fits)
        return ac_loop_refuse(reader->loop, AC_E_MEMORY, "no memory for what has come");
    status = wake(reader);
    if (status != AC_OK || reader->transport == NULL || reader->paused ||
        ac_stream_reader_size(reader) / 2 < reader->limit ||
        ac_stream_reader_size(reader) == 2 * reader->limit)
        return status;
    reader->paused = true;
    return ac_transport_pause_reading(reader->transport);
}

ac_status ac_stream_reader_feed_eof(ac_stream_reader *reader)
{
    reader->eof = true;
    return wake(reader);
}

ac_status ac_stream_reader_set_exception(ac_stream_reader *reader, ac_ref exception)
{
    ac_stream_read *waiter = reader->waiter;
    ac_value before = reader->exception;
    ac_status status = AC_OK;

    reader->failed = true;
    reader->exception = ac_is_none(exception) ? ac_none() : ac_dup(reader->loop, exception);
    reader->waiter = NULL;
    if (waiter != NULL && !ac_future_done(&waiter->future)) {
        ac_value raised = ac_is_none(exception) ? ac_none() : ac_dup(reader->loop, exception);
        status = ac_future_set_exception(&waiter->future, raised);
    }
    ac_drop(reader->loop, before); /* HOST */
    return status;
}

bool ac_stream_reader_exception(const ac_stream_reader *reader, ac_ref *out)
{
    *out = ac_lend(reader->exception);
    return reader->failed;
}

bool ac_stream_reader_at_eof(const ac_stream_reader *reader)
{
    return reader->eof && reader->start == reader->end;
}

size_t ac_stream_reader_size(const ac_stream_reader *reader)
{
    return reader->end - reader->start;
}

ac_status aci_reader_resume(ac_stream_reader *reader, bool always)
{
    if (!reader->paused || (!always && ac_stream_reader_size(reader) > reader->limit))
        return AC_OK;
    reader->paused = false;
    return reader->transport != NULL ? ac_transport_resume_reading(reader->transport) : AC_OK;
}
