/* transport_write.c - how a transport writes: at once if it can, else by a writer.
 *
 * Mirrors    _SelectorSocketTransport.write, writelines, write_eof, _write_sendmsg, _adjust_leftover_buffer.
 * Idea       What could not be sent is copied, one piece after the other, into one buffer, so that the
 *            caller's memory is his again.
 * Holds      Something is in the buffer <=> the transport has a writer.
 * Left out   asyncio gives sendmsg at most 1024 of the pieces that wait; here they are one.  An empty piece
 *            among the lines is passed by in all releases (before gh-155888 it is never sent, and the loop
 *            spins).
 * Tests      tests/test_io_transports.c */
#include "transport_impl.h"

#include <errno.h>
#include <sys/uio.h>

enum { PIECES = 1024 }; /* that one call to the system may have: asyncio's SC_IOV_MAX */

/* ---- The buffer ---- */

static bool make_room(aci_buffer *buffer, ac_loop *loop, size_t size)
{
    size_t used = aci_buffer_size(buffer), room = buffer->room > 0 ? buffer->room : 1024;
    unsigned char *more;

    if (buffer->room - buffer->end >= size && buffer->room != 0)
        return true;
    if (buffer->start > 0) {
        memmove(buffer->bytes, buffer->bytes + buffer->start, used);
        buffer->start = 0;
        buffer->end = used;
    }
    while (room - used < size && room <= SIZE_MAX / 2)
        room *= 2;
    if (room - used < size)
        return false;
    if (room == buffer->room)
        return true;
    more = aci_io_realloc(loop, buffer->bytes, buffer->room, room);
    if (more == NULL)
        return false;
    buffer->bytes = more;
    buffer->room = room;
    return true;
}

bool aci_buffer_append(aci_buffer *buffer, ac_loop *loop, const void *data, size_t size)
{
    if (buffer->start == buffer->end)
        buffer->start = buffer->end = 0;
    if (size == 0)
        return true;
    if (!make_room(buffer, loop, size))
        return false;
    memcpy(buffer->bytes + buffer->end, data, size);
    buffer->end += size;
    return true;
}

void aci_buffer_free(aci_buffer *buffer, ac_loop *loop)
{
    if (buffer->bytes != NULL)
        aci_io_realloc(loop, buffer->bytes, buffer->room, 0);
    memset(buffer, 0, sizeof *buffer);
}

/* ---- Sending ---- */

/* 0, or an errno.  A peer that is gone is an error of this call, not a signal. */
static int send_pieces(socket_transport *self, const struct msghdr *message, size_t *sent)
{
    ssize_t count;

    do
        count = aci_sys.sendmsg(self->head.descriptor, message, MSG_NOSIGNAL);
    while (count < 0 && errno == EINTR);
    *sent = count < 0 ? 0 : (size_t)count;
    return count < 0 ? errno : 0;
}

static int send_one(socket_transport *self, const void *data, size_t size, size_t *sent)
{
    ssize_t count;

    do
        count = aci_sys.sendto(self->head.descriptor, data, size, MSG_NOSIGNAL, NULL, 0);
    while (count < 0 && errno == EINTR);
    *sent = count < 0 ? 0 : (size_t)count;
    return count < 0 ? errno : 0;
}

static struct iovec piece_of(ac_bytes part)
{
    union {
        const void *from;
        void *to;
    } data = {part.data}; /* what is sent is not written to */
    struct iovec piece = {.iov_base = data.to, .iov_len = part.size};

    return piece;
}

static int send_lines(socket_transport *self, const ac_bytes *parts, size_t count, size_t *sent)
{
    struct iovec pieces[PIECES];
    struct msghdr message = {.msg_iov = pieces};

    for (size_t i = 0; i < count && message.msg_iovlen < PIECES; i++)
        if (parts[i].size > 0)
            pieces[message.msg_iovlen++] = piece_of(parts[i]);
    return send_pieces(self, &message, sent);
}

/* Appends what the system did not take of the parts. */
static bool keep_rest(socket_transport *self, const ac_bytes *parts, size_t count, size_t sent)
{
    for (size_t i = 0; i < count; i++) {
        size_t skipped = sent < parts[i].size ? sent : parts[i].size;
        sent -= skipped;
        if (!aci_buffer_append(&self->buffer, self->head.loop, (const char *)parts[i].data + skipped,
                               parts[i].size - skipped))
            return false;
    }
    return true;
}

/* The rest can neither be kept nor sent: what the peer has read has an end in the middle. */
ac_status aci_transport_give_up(socket_transport *self, ac_status status)
{
    ac_loop *loop = self->head.loop;
    ac_value exception = ac_none();

    if (status == AC_E_RAISED)
        exception = ac_loop_take_raised(loop);
    (void)aci_transport_force_close(self, AC_THROW,
                                    exception.bits != 0 ? ac_dup(loop, ac_lend(exception)) : exception);
    return status == AC_E_RAISED ? ac_loop_raise(loop, exception) : status;
}

static ac_status fatal_write(socket_transport *self, int failure)
{
    if (aci_buffer_size(&self->buffer) != 0)
        aci_transport_remove_writer(self); /* HOST */
    self->buffer.start = self->buffer.end = 0;
    return aci_transport_fatal_errno(self, failure);
}

/* Some of the buffer was sent. */
static ac_status wrote(socket_transport *self)
{
    ac_status status = aci_transport_maybe_resume(&self->head); /* HOST: may write */

    if (aci_buffer_size(&self->buffer) != 0 || self->head.io == NULL)
        return status;
    aci_transport_remove_writer(self); /* HOST */
    if (self->head.closing && self->lost == 0) {
        self->lost++;
        ac_status lost = aci_transport_call_lost(self); /* HOST */
        status = status == AC_OK ? lost : status;
    } else if (self->eof && aci_sys.shutdown(self->head.descriptor, SHUT_WR) != 0 && status == AC_OK) {
        status = aci_io_raise(self->head.loop, errno);
    }
    return status;
}

ac_status aci_transport_write_ready(socket_transport *self)
{
    size_t sent;
    int failure;

    if (self->lost != 0 || aci_buffer_size(&self->buffer) == 0)
        return AC_OK;
    failure = send_one(self, self->buffer.bytes + self->buffer.start, aci_buffer_size(&self->buffer), &sent);
    if (aci_io_would_block(failure))
        return AC_OK;
    if (failure != 0)
        return fatal_write(self, failure);
    self->buffer.start += sent;
    return wrote(self);
}

/* ---- For who writes ---- */

/* The writer is there, and the protocol knows, if much is left. */
static ac_status wait_to_write(socket_transport *self)
{
    ac_status status = aci_transport_add_writer(self); /* HOST */

    return status == AC_OK ? aci_transport_maybe_pause(&self->head) : aci_transport_give_up(self, status);
}

static ac_status write_first(socket_transport *self, const ac_bytes *parts, size_t count, bool lines)
{
    size_t sent = 0;
    int failure = lines ? send_lines(self, parts, count, &sent)
                        : send_one(self, parts[0].data, parts[0].size, &sent);

    if (failure != 0 && !aci_io_would_block(failure))
        return fatal_write(self, failure);
    if (!keep_rest(self, parts, count, sent))
        return aci_transport_give_up(
            self, ac_loop_refuse(self->head.loop, AC_E_MEMORY, "no memory for what is written"));
    if (aci_buffer_size(&self->buffer) == 0)
        return lines ? wrote(self) : AC_OK;
    return wait_to_write(self);
}

/* Something waits already: the writer is there; lines are tried with it at once, and get a new one. */
static ac_status write_more(socket_transport *self, const ac_bytes *parts, size_t count, bool lines)
{
    ac_status status;

    if (!keep_rest(self, parts, count, 0))
        return aci_transport_give_up(
            self, ac_loop_refuse(self->head.loop, AC_E_MEMORY, "no memory for what is written"));
    if (!lines)
        return aci_transport_maybe_pause(&self->head);
    status = aci_transport_write_ready(self); /* HOST */
    if (status != AC_OK || aci_buffer_size(&self->buffer) == 0 || self->head.io == NULL)
        return status;
    return wait_to_write(self);
}

static size_t size_of_all(const ac_bytes *parts, size_t count)
{
    size_t size = 0;

    for (size_t i = 0; i < count; i++)
        size += parts[i].size;
    return size;
}

ac_status aci_transport_write(ac_transport *transport, const ac_bytes *parts, size_t count, bool lines)
{
    socket_transport *self = aci_socket_of(transport);
    ac_status status;

    if (self->eof && lines)
        return ac_loop_refuse(transport->loop, AC_E_RUNTIME, "Cannot call writelines() after write_eof()");
    if (self->eof)
        return ac_loop_refuse(transport->loop, AC_E_RUNTIME, "Cannot call write() after write_eof()");
    if (size_of_all(parts, count) == 0 || transport->io == NULL)
        return AC_OK;
    if (self->lost != 0) {
        self->lost++;
        return AC_OK;
    }
    ac_transport_retain(transport);
    if (aci_buffer_size(&self->buffer) == 0)
        status = write_first(self, parts, count, lines); /* HOST */
    else
        status = write_more(self, parts, count, lines); /* HOST */
    ac_transport_release(transport);                    /* HOST */
    return status;
}

ac_status aci_transport_write_eof(ac_transport *transport)
{
    socket_transport *self = aci_socket_of(transport);

    if (transport->closing || self->eof)
        return AC_OK;
    self->eof = true;
    if (aci_buffer_size(&self->buffer) == 0 && aci_sys.shutdown(transport->descriptor, SHUT_WR) != 0)
        return aci_io_raise(transport->loop, errno);
    return AC_OK;
}
