/* transport_flow.c - what is the same for every kind of transport: its water marks, and its functions.
 *
 * Mirrors    transports._FlowControlMixin.
 * Re-enters  pause_writing and resume_writing of the protocol.
 * Tests      tests/test_io_transports.c */
#include "transport_impl.h"

/* What these raise is told, and goes no further. */
static ac_status tell_failure(ac_transport *transport, ac_status status, const char *message)
{
    ac_report report = {.message = message};
    ac_value exception;

    if (status == AC_OK)
        return AC_OK;
    if (aci_io_exception(transport->loop, status, &exception) != AC_OK)
        return AC_E_RAISED;
    report.exception = ac_lend(exception);
    status = ac_loop_call_exception_handler(transport->loop, &report); /* HOST */
    ac_drop(transport->loop, exception);                               /* HOST */
    return status;
}

ac_status aci_transport_maybe_pause(ac_transport *transport)
{
    ac_protocol *protocol = transport->protocol;

    if (transport->protocol_paused || transport->ops->buffered(transport) <= transport->high_water)
        return AC_OK;
    transport->protocol_paused = true;
    if (protocol == NULL || protocol->ops->pause_writing == NULL)
        return AC_OK;
    return tell_failure(transport, protocol->ops->pause_writing(protocol), /* HOST */
                        "protocol.pause_writing() failed");
}

ac_status aci_transport_maybe_resume(ac_transport *transport)
{
    ac_protocol *protocol = transport->protocol;

    if (!transport->protocol_paused || transport->ops->buffered(transport) > transport->low_water)
        return AC_OK;
    transport->protocol_paused = false;
    if (protocol == NULL || protocol->ops->resume_writing == NULL)
        return AC_OK;
    return tell_failure(transport, protocol->ops->resume_writing(protocol), /* HOST */
                        "protocol.resume_writing() failed");
}

ac_status ac_transport_set_write_buffer_limits(ac_transport *transport, size_t high, size_t low)
{
    if (high < low)
        return ac_loop_refuse(transport->loop, AC_E_VALUE, "high must be >= low must be >= 0");
    transport->high_water = high;
    transport->low_water = low;
    return aci_transport_maybe_pause(transport);
}

size_t ac_transport_get_write_buffer_size(const ac_transport *transport)
{
    return transport->ops->buffered(transport);
}

ac_status ac_transport_write(ac_transport *transport, const void *data, size_t size)
{
    ac_bytes part = {data, size};

    return transport->ops->write(transport, &part, 1, false);
}

ac_status ac_transport_writelines(ac_transport *transport, const ac_bytes *parts, size_t count)
{
    return transport->ops->write(transport, parts, count, true);
}

ac_status ac_transport_write_eof(ac_transport *transport)
{
    return transport->ops->write_eof(transport);
}

bool ac_transport_can_write_eof(const ac_transport *transport)
{
    return transport->ops->can_write_eof;
}

ac_status ac_transport_close(ac_transport *transport)
{
    return transport->ops->close(transport);
}

ac_status ac_transport_abort(ac_transport *transport)
{
    return transport->ops->abort(transport);
}

bool ac_transport_is_closing(const ac_transport *transport)
{
    return transport->closing;
}

ac_status ac_transport_pause_reading(ac_transport *transport)
{
    return transport->ops->pause_reading(transport);
}

ac_status ac_transport_resume_reading(ac_transport *transport)
{
    return transport->ops->resume_reading(transport);
}

bool ac_transport_is_reading(const ac_transport *transport)
{
    return !transport->closing && !transport->reading_paused;
}

ac_io *ac_transport_io(const ac_transport *transport)
{
    return transport->io;
}

int ac_transport_descriptor(const ac_transport *transport)
{
    return transport->descriptor;
}
