/* stream_impl.h - what the files of streams share. */
#ifndef AIOCORE_IO_STREAM_IMPL_H
#define AIOCORE_IO_STREAM_IMPL_H

#include <aiocore/stream.h>

#include "transport_impl.h"

static inline aci_buffer aci_reader_buffer(const ac_stream_reader *reader)
{
    aci_buffer buffer = {reader->bytes, reader->start, reader->end, reader->room};

    return buffer;
}

static inline void aci_reader_set_buffer(ac_stream_reader *reader, const aci_buffer *buffer)
{
    reader->bytes = buffer->bytes;
    reader->start = buffer->start;
    reader->end = buffer->end;
    reader->room = buffer->room;
}

/* Resumes a transport that it has paused, if no more than the limit is left, or always. */
ac_status aci_reader_resume(ac_stream_reader *reader, bool always);

#endif
